"""What a text says: its language, words, characters, code samples, visual tags, and its faults."""
