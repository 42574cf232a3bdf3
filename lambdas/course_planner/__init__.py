"""Plans a course before its lessons are written in parallel: the brief that they share."""
