"""Photos as phones make them, and what must never be found in what is kept of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

CASES = Path(__file__).parent / "cases" / "pictures"
MAKER, PLACE, WORDS = "TELLTALE-PHONE", (30.0, 26.0, 7.5), "telltale words"
TELLTALE = (
    *(b"Exif\0\0", b"TELLTALE", b"telltale", b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"ICC_PROFILE", b"acTL"),
    *(b"fcTL", b"http://ns.adobe.com", b"MPF\0", b"ftyp", b"8BIM", b"pHYs", b"tIME", b"JFXX"),
)  # fmt: skip
"""Of whatever a file may carry beside its pixels."""


def drawn(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Four corners of four colours, so that one sees how it lies: red, green, blue, white from the upper left."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    half, middle = width // 2, height // 2
    pen.rectangle((0, 0, half - 1, middle - 1), "red")
    pen.rectangle((half, 0, width, middle - 1), "lime")
    pen.rectangle((0, middle, half - 1, height), "blue")
    return image.convert(mode)


def marks(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = MAKER, orientation
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    return exif


def photo(image: Image.Image | None = None, kind: str = "JPEG", orientation: int = 1, **told: Any) -> bytes:
    """A file of this picture with a place, a maker and words in it, wherever its kind has room for them."""
    more: dict[str, Any] = {"exif": marks(orientation)}
    if kind == "JPEG":
        more |= {"comment": WORDS.encode(), "xmp": b"<x>telltale</x>", "quality": 95}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", WORDS)
        info.add_itxt("XML:com.adobe.xmp", "<x>telltale</x>")
        more |= {"pnginfo": info}
    file = io.BytesIO()
    (image or drawn()).save(file, kind, **more | told)
    return file.getvalue()


def case(name: str) -> bytes:
    return (CASES / name).read_bytes()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def corners(data: bytes) -> list[str]:
    """The colours near the four corners, as words, from the upper left line by line."""
    image = opened(data).convert("RGB")
    w, h = image.width, image.height
    near = ((w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4))
    return [_word(image.getpixel(at)) for at in near]


def _word(colour: Any) -> str:
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], colour, strict=True)))


UPRIGHT = ["red", "lime", "blue", "white"]
