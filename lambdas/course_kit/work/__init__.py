"""The parts of a function: its step, the artefacts that it wants, and texts in parallel within a deadline."""
