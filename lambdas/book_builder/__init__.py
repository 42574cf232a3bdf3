"""Builds the book in every format but PDF from what the modules made."""
