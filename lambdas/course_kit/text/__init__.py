"""Analysis of a text: language, words, characters, code samples, visual tags and faults."""
