"""Corrections of a model's Markdown, for the form that checks and books expect."""
