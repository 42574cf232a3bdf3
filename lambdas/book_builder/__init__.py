"""Builds the book from the modules' artefacts, in every format except PDF."""
