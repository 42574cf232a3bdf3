"""The brief: what the lessons of a course agree on before they are written in parallel."""
