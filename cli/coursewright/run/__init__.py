"""Runs: asked for, started, looked at while they go on, and told of when they have ended."""
