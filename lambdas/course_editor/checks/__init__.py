"""Checks of finished lessons against each other and the brief, without a model."""
