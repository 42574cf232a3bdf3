"""Renders the visuals of one module and completes its manifest."""
