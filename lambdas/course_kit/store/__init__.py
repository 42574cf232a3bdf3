"""Artefacts in the bucket: their keys, reading and writing them on condition, and who made them."""
