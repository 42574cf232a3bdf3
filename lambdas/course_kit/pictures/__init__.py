"""Pictures of an author: their names, files and drawings, read without trust in them."""
