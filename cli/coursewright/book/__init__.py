"""A finished book on this machine: brought home, and shown."""
