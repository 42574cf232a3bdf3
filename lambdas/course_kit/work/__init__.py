"""What a function is made of: texts written side by side within a deadline."""
