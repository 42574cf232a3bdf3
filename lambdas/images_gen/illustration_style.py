"""What an illustration is to look like."""

from course_kit.store.artefact_store import fingerprint_of

# One look for all pictures of a book. Image models take "without" for a wish, so what must not be seen stands apart
# (Amazon Nova user guide, "Request and response structure for image generation").
STYLE = "Flat vector illustration for a printed course book, white background, few calm colours, clear outlines"
UNWANTED = "text, letters, numbers, labels, captions, watermark, logo, signature, frame"
# Three to two fits the printed column; both sizes are among those of Titan and of Nova Canvas.
WIDTH, HEIGHT, ASPECT_RATIO = 1152, 768, "3:2"
STYLE_VERSION = fingerprint_of(STYLE, UNWANTED, WIDTH, HEIGHT)[:12]


def in_style(prompt: str, most_characters: int) -> str:
    """Return a prompt with the book's style, within what a model takes; the subject gives way, not the style."""
    ending = f". {STYLE}."
    return prompt.strip().rstrip(".")[: most_characters - len(ending)] + ending
