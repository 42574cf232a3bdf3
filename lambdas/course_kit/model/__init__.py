"""Calls of a text model: providers, retries, limits, structured and checked answers."""
