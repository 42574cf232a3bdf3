"""The fonts that travel with the functions, so that a book looks the same on every machine and no script is missing."""

from importlib.util import find_spec
from pathlib import Path

# PyPI packages of layers/fonts.in: text, headings, code, Arabic, the scripts of Noto Sans, Chinese, Japanese, Korean.
_PACKAGES = (
    "fontpkg_source_serif_4",
    "fontpkg_source_sans_3",
    "fontpkg_source_code_pro",
    "fontpkg_amiri",
    "fontpkg_ibm_plex_sans_arabic",
    "manimgx_fonts",
    "manimgx_fonts_cjk",
)
_ENDINGS = (".ttf", ".otf", ".ttc")


def font_folders() -> list[Path]:
    """Return the folders of all font packages, without importing them; raises ``ModuleNotFoundError`` naming one."""
    folders = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"the font package {package} is not installed (layers/fonts.txt)", name=package)
        folders.append(Path(spec.origin).parent)
    return folders


def font_files() -> list[Path]:
    """Return every font file."""
    return sorted(path for folder in font_folders() for path in folder.rglob("*") if path.suffix in _ENDINGS)
