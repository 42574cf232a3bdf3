"""What helps to learn from a book, and what the book says of its own making."""
