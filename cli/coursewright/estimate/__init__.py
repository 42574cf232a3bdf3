"""What a run will take in words, time and money, before anything is spent."""
