"""Writes the lessons of a module, side by side."""
