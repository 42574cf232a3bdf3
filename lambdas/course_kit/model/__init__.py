"""Asking a text model: providers, retries, limits, structured and checked answers."""
