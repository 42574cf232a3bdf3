"""Checks finished lessons against each other and the brief, and has passages replaced that do not go together."""
