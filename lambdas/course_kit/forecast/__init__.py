"""What a course will take: calls, tokens, money, time, and how much at once."""
