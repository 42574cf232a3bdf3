"""Plans the visuals of one lesson: what each tag becomes."""
