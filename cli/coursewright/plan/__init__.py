"""`coursewright plan`: what a run would make, reuse and drop, found out before anything is spent."""
