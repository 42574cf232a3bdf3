"""What a PDF's own boxes say of a page: where each letter stands, and whether two lie over each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2

# Shares of a letter's width and height: accents, scripts and kerned letters reach into their neighbours.
_LEAST_SHARE = 0.45
_WITHIN_A_WORD = 6
_LEAST_HEIGHT = 3.0


@dataclass(frozen=True)
class Letter:
    """A letter of a page, in points from the lower left corner."""

    text: str
    place: int
    """In the text of the page."""
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Of the drawn letter."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Of the drawn letter."""
        return self.top - self.bottom

    def lies_over(self, other: "Letter") -> bool:
        """Whether two letters cover a good part of each other."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width > _LEAST_SHARE * min(self.width, other.width) and height > _LEAST_SHARE * min(
            self.height, other.height
        )


def letters_of(page: pypdfium2.PdfPage) -> list[Letter]:
    """Return the letters and digits of a page, in the order of its text."""
    text_page = page.get_textpage()
    letters = []
    for number in range(text_page.count_chars()):
        character = text_page.get_text_range(number, 1)
        if character.isalnum():
            letters.append(Letter(character, number, *text_page.get_charbox(number)))
    # What is lower than this is an accent, or a vowel sign of Arabic, which stand under and over other letters.
    return [letter for letter in letters if letter.width > 0 and letter.height > _LEAST_HEIGHT]


def overlaps(page: pypdfium2.PdfPage) -> Iterator[tuple[Letter, Letter]]:
    """Yield letters of which one lies over the other; neighbours in a word may."""
    letters = sorted(set(letters_of(page)), key=lambda letter: letter.left)
    for position, one in enumerate(letters):
        for other in letters[position + 1 :]:
            if other.left >= one.right:
                break
            # Kerning, ligatures and cursive scripts draw the letters of a word into each other.
            if abs(one.place - other.place) > _WITHIN_A_WORD and one.lies_over(other):
                yield one, other
