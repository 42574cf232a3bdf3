"""Pictures of an author for tests: small files of every kind, good and bad."""

import io

from PIL import Image

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
    '<rect width="200" height="100" fill="#fc0"/><text x="20" y="60">Señal</text></svg>'
)


def picture(kind: str, width: int = 60, height: int = 30, orientation: int = 0) -> bytes:
    """Return a picture of Pillow's kind (``PNG``, ``JPEG``, ``GIF``, ``WEBP``, ``TIFF``, ``BMP``)."""
    image = Image.linear_gradient("L").resize((width, height)).convert("P" if kind == "GIF" else "RGB")
    file = io.BytesIO()
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(file, kind, exif=exif)
    else:
        image.save(file, kind)
    return file.getvalue()


def drawing(inner: str = "", attributes: str = 'viewBox="0 0 200 100"') -> bytes:
    """Return an SVG with these elements."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>'
    return f"{head}{inner}</svg>".encode()
