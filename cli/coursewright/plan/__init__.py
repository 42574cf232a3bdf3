"""`coursewright plan`: the artefacts that a run would make, reuse and drop, computed before its start."""
