"""Writes the lab guides of one module, side by side."""
