"""Plans the labs of one module."""
