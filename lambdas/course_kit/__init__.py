"""What the functions of the pipeline share: the outline, keys, artefacts, the model, errors and events."""
