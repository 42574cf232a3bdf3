"""A project as a folder of files that a person edits, and the way back into the bucket."""
