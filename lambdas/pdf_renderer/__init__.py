"""Typesets the book as PDF and completes the run's summary."""
