"""Estimate of a run's words, time and money, before its start."""
