"""Web addresses in texts: the end of an address, Markdown links, ``doi:`` and ``www.``."""

import re
from dataclasses import dataclass

_MARKDOWN_LINK = re.compile(
    r"!?\[(?P<words>[^\[\]]*)\]"
    r"\(\s*<?(?P<target>(?:https?://|www\.|doi:)(?:[^\s()<>]|\([^\s()]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)"
)
# An address has no typographic quotation marks, and no brackets or stops of Chinese and Japanese.
_END = r"\s<>“”„‘’«»（）「」『』【】、。，；"
_ADDRESS = re.compile(
    r"<(?P<angled>(?:https?://|www\.|doi:)[^\s<>]+)>"
    rf"|(?<![A-Za-z0-9_/@.-])(?P<bare>https?://[^{_END}]+|www\.[^\W_][^{_END}]*|doi:\s?10\.[0-9]{{4,9}}/[^{_END}]+)",
    re.IGNORECASE,
)
_BEHIND = "?!.,:;*_~'\"[]。，、；：！？）」』"
_PAIRS = {")": "(", "]": "["}
_BEFORE = " \t,:;(<–—-（“„‘«、：，；"
_AFTER = " \t)>.,;）”’»。、，"


@dataclass(frozen=True)
class TitledAddress:
    """A title and its address; several addresses stay in the title, and the address is empty."""

    title: str
    url: str = ""


def trimmed_address(address: str) -> str:
    """Return an address without signs of the sentence around it: stops, and brackets without a start in the address."""
    while address and (
        address[-1] in _BEHIND
        or (address[-1] in _PAIRS and address.count(address[-1]) > address.count(_PAIRS[address[-1]]))
    ):
        address = address[:-1]
    return address


def web_address(text: str) -> str:
    """Return an address for browsers: with https for ``doi:10.1000/182`` and ``www.example.org``."""
    address = text.strip().removeprefix("<").removesuffix(">").strip()
    if address.lower().startswith("doi:"):
        return f"https://doi.org/{address[4:].strip()}"
    if address.lower().startswith("www."):
        return f"https://{address}"
    return re.sub("^https?://", lambda scheme: scheme[0].lower(), address, flags=re.IGNORECASE)


def titled_address(text: str) -> TitledAddress:
    """Read an entry such as ``The standard, https://example.org/rfc`` or ``[The Book](https://example.org/book)``.

    One address in the middle of an entry, or several, stay in the title: the book prints and links them there.
    """
    links = list(_MARKDOWN_LINK.finditer(text))
    if len(links) == 1 and not _ADDRESS.search(text[: links[0].start()] + text[links[0].end() :]):
        return _of_link(text, links[0])
    plain = _MARKDOWN_LINK.sub(lambda link: f"{link['words']} ({link['target']})", text)
    found = list(_ADDRESS.finditer(plain))
    if len(found) != 1:
        return TitledAddress(plain.strip())
    address = found[0]["angled"] or trimmed_address(found[0]["bare"])
    end = found[0].end() if found[0]["angled"] else found[0].start() + len(address)
    if plain[end:].strip(_AFTER):
        return TitledAddress(plain.strip())
    title = plain[: found[0].start()].rstrip(_BEFORE).strip()
    return TitledAddress(title or address, web_address(address))


def _of_link(text: str, link: re.Match[str]) -> TitledAddress:
    words = link["words"].strip() or link["target"]
    title = f"{text[: link.start()]}{words}{text[link.end() :]}".strip()
    return TitledAddress(title, web_address(link["target"]))
