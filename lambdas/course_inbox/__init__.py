"""Starts a run for each outline that is put into the bucket under ``inbox/``."""
