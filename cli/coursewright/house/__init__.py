"""Keeping house: the projects of a bucket, their runs and costs, archives of them, and their end."""
