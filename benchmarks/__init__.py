"""Measurements of the pipeline on local AWS, against the sequential design before it: ``make bench``."""
