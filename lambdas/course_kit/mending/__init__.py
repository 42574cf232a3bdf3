"""A model's Markdown brought to the one form that checks and books expect."""
