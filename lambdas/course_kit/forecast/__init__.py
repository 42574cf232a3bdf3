"""Forecasts for a course: calls, tokens, money, time and concurrency."""
