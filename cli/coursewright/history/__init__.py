"""Versions of artefacts, which the bucket keeps: listed, compared and brought back."""
