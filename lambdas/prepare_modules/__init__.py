"""First state of the pipeline: checks the request and the outline, and says which modules to work on."""
