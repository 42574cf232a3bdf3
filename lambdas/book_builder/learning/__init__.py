"""Study aids of a book, and the page on how the book was made."""
