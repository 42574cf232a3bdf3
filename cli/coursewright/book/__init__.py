"""A finished book on this machine: its download, and its display."""
