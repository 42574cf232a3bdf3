"""What does not go together in the lessons of a course, as `coursewright findings` shows it."""
