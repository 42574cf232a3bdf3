"""How large a figure is on paper: its natural size, within the column and part of a page."""

# The printed column is 162 mm wide; a figure may take three fifths of a page's height.
MAX_FIGURE_WIDTH_CM = 16.0
MAX_FIGURE_HEIGHT_CM = 14.0
# Diagrams print well somewhat smaller than on screen, where 96 pixels are an inch (CSS Values 4, 6.2).
_CM_PER_CSS_PIXEL = 2.54 / 96 * 0.85
_POINTS_PER_CM = 72 / 2.54
# Smaller letters are read with effort; figures of print hold this by common house styles.
LEAST_LETTER_POINTS = 6.5


def printed_width_cm(width: float, height: float) -> float:
    """Return the width on paper of a figure so many CSS pixels wide and high."""
    for_height = MAX_FIGURE_HEIGHT_CM * width / height
    return min(width * _CM_PER_CSS_PIXEL, MAX_FIGURE_WIDTH_CM, for_height)


def printed_points(pixels: float, width: float, height: float) -> float:
    """Return the size on paper, in points, of letters so many pixels high in a figure of a width and height."""
    return pixels * printed_width_cm(width, height) / width * _POINTS_PER_CM
