"""QR codes as drawings inside the page: made here, so that no paper needs another host."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """The code of a text as an SVG that its style sheet sizes."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))  # noqa: S704 - made of numbers
