"""The refusal of a picture, in words for its author."""


class PictureRefused(ValueError):
    """A file that no book can show; the message says what was found, and what to do."""
