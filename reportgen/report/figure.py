"""Takes nothing, gives the type of a drawn figure, which whoever has one need not load Matplotlib for."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import quote

SVG = "image/svg+xml"
_TAG = re.compile(r"<[^>]*>")
_RESERVED = (("%", "%25"), ("#", "%23"), ("<", "%3C"), (">", "%3E"), ('"', "%22"), ("&", "%26"))
"""What ends something in an address or in an attribute; first comes what all others are made of."""
_FOREIGN = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure: the image and, from the same info value, its alternative text and its data.

    ``width`` and ``height`` are inches. ``csv`` holds unrounded values, ``,`` between columns and a
    decimal point, with a header in the language of the report.
    """

    data: bytes
    media: str  # "image/svg+xml" or "image/png"
    width: float
    height: float
    alt: str
    csv: str

    @property
    def address(self) -> str:
        """The image as a data address (RFC 2397): an SVG as text, a quarter shorter than in base64."""
        if self.media == SVG:
            return f"data:{SVG},{_escaped(self.data.decode())}"
        return f"data:{self.media};base64,{base64.b64encode(self.data).decode()}"


def _escaped(svg: str) -> str:
    """SVG that can stand in an address and in an attribute; quotation marks of its tags become single."""
    text = _TAG.sub(lambda tag: tag[0] if "'" in tag[0] else tag[0].replace('"', "'"), svg)
    for sign, code in _RESERVED:
        text = text.replace(sign, code)
    return _FOREIGN.sub(lambda found: quote(found[0]), text)
