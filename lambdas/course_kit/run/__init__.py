"""The inputs of a run: events, environment, outline, regeneration targets."""
