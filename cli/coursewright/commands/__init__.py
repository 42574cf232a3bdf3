"""The commands and their options. The modules next to this folder do the work."""
