"""The style of illustrations."""

from course_kit.store.artefact import fingerprint_of

# One style for all pictures of a book. Image models read "without text" as a wish for text, so unwanted content has its
# own prompt. Source: Amazon Nova user guide, "Request and response structure for image generation".
STYLE = "Flat vector illustration for a printed course book, white background, few calm colours, clear outlines"
UNWANTED = "text, letters, numbers, labels, captions, watermark, logo, signature, frame"
# A ratio of 3:2 fits the printed column; Titan and Nova Canvas have both sizes.
WIDTH, HEIGHT, ASPECT_RATIO = 1152, 768, "3:2"
STYLE_VERSION = fingerprint_of(STYLE, UNWANTED, WIDTH, HEIGHT)[:12]


def in_style(prompt: str, most_characters: int) -> str:
    """Return a prompt with the book's style, within the model's limit; the subject is cut, not the style."""
    ending = f". {STYLE}."
    return prompt.strip().rstrip(".")[: most_characters - len(ending)] + ending
