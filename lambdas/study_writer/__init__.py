"""Writes the study parts of one module's lessons: key points, quiz, glossary terms."""
