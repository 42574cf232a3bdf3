"""Runs: their request, start, progress and report."""
