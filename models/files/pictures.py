"""Pictures drawn anew from their pixels: upright, of known size, and with nothing else of the file they came in."""

from __future__ import annotations

import hashlib
import io
import os
import re
import warnings
from collections.abc import Callable
from typing import IO, NamedTuple

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from models.base.refusals import Invalid

WHOLE = 16_400_000
"""Pixels that a picture keeps; a JPEG of more is read at half or a quarter of its width and height."""
MOST_PIXELS = {"jpeg": 65_000_000, "png": WHOLE, "webp": WHOLE // 4}
"""What may be decoded, so that the memory for it is known before: see `pools.PICTURES`."""
MOST_IN_PASSES = 24_000_000
"""A JPEG that comes in several passes is held whole before its first line is drawn."""
MOST_PASSES = 256
"""Each pass goes over the whole picture, and costs a handful of bytes."""
LARGEST_MARK = 65_533
"""Bytes of EXIF in one segment; longer ones are made to fill memory."""
LARGEST_PROFILE = 4 * 1024 * 1024
QUALITY, SMALL, SMALL_QUALITY = 88, 240, 65
SCAN, END = b"\xff\xda", b"\xff\xd9"
AHEAD = b"\xff\x00" * 12
"""A decoder reads a few bytes ahead; these are no letter of any JPEG's alphabet."""
NOISE = b"\x5a\xa5\x3c\xc3" * 16
MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
MOST_SEGMENTS = 4_000
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TRUNCATED = "照片不完整，只收到了一部分。请重新选择，或者重新拍照后上传。"
BROKEN = "照片打不开，可能已经损坏。请重新选择，或者重新拍照后上传。"
warnings.filterwarnings("ignore", module=r"PIL\.")  # of what is odd in other people's files
Image.MAX_IMAGE_PIXELS = None  # MOST_PIXELS is asked first, and with a sentence


class Drawn(NamedTuple):
    """A picture as it is kept, of the kind it is kept as, and its small copy for lists."""

    kind: str
    content: bytes
    small: bytes


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """The first picture of a JPEG file; nobody asks for its printing size, for which EXIF of any length is read."""

    def _read_dpi_from_exif(self) -> None:
        pass

    def first_scan(self, data: bytes) -> int:
        """Where its lines begin: as far as has been read."""
        assert self.fp is not None  # its head has just been read
        return data.rfind(SCAN, 0, self.fp.tell())

    def comes_in_passes(self, data: bytes) -> bool:
        """Whether all of it has to be there before its first line can be drawn."""
        colours = data[self.first_scan(data) + 4]
        return bool(self.info.get("progressive")) or colours != self.layers


READERS: dict[str, Callable[[IO[bytes]], ImageFile.ImageFile]] = {
    "jpeg": _Jpeg,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}


def drawn_anew(data: bytes, kind: str) -> Drawn:
    """What is kept of a picture; raises Invalid(files) for one that is too large, broken or cut short."""
    made = _cleaned(_decoded(data, kind))
    if kind == "png":
        return Drawn("png", _encoded(made, "png", compress_level=4), _small(made))
    return Drawn("jpeg", _encoded(_flat(made), "jpeg", quality=QUALITY), _small(made))


def small_of(data: bytes, kind: str) -> bytes:
    """The small copy of a picture that was kept without one; raises Invalid(files)."""
    return _small(_cleaned(_decoded(data, kind, least=4 * SMALL)))


def _decoded(data: bytes, kind: str, least: int = 0) -> Image.Image:
    """The pixels, at no less than `least` wide and high where that is said and is cheaper."""
    try:
        image = READERS[kind](io.BytesIO(data))
        _must_be_bearable(image, data, kind)
        if isinstance(image, _Jpeg) and image.comes_in_passes(data):
            return _in_passes(image, data, least)
        _must_end(image, data)
        image.draft(None, _drafted(image, least))
        image.load()
    except (Invalid, MemoryError):
        raise
    except Exception as error:  # a decoder raises whatever the broken part of the file provokes
        raise Invalid(TRUNCATED if "truncated" in str(error).lower() else BROKEN, field="files") from None
    return image


def _must_be_bearable(image: Image.Image, data: bytes, kind: str) -> None:
    """Known from its head, before a pixel is decoded."""
    most = MOST_PIXELS[kind]
    if isinstance(image, _Jpeg) and image.comes_in_passes(data):
        most = MOST_IN_PASSES
    if image.width * image.height > most:
        told = f"照片太大（{image.width}×{image.height}）：最多 {most // 10_000} 万像素。"
        raise Invalid(f"{told}请把相机的分辨率调低后重拍，或者截图后上传。", field="files")
    if kind == "jpeg" and data.count(SCAN) > MOST_PASSES:
        raise Invalid(BROKEN, field="files")


def _must_end(image: Image.Image, data: bytes) -> None:
    """A decoder makes up the lines that never came where somebody put an end, or nothings, behind what did.

    So it is given a JPEG without its end, and behind it no more than it looks ahead: whoever lacks lines says so then.
    """
    if isinstance(image, _Jpeg):
        end = data.find(END, image.first_scan(data))
        image.fp = io.BytesIO((data[:end] if end > 0 else data.rstrip(b"\0")) + AHEAD)
    elif isinstance(image, WebPImagePlugin.WebPImageFile):
        said = 8 + int.from_bytes(data[4:8], "little")
        if data[:said].endswith(bytes(64)):
            raise Invalid(TRUNCATED, field="files")


def _in_passes(image: _Jpeg, data: bytes, least: int) -> Image.Image:
    """A JPEG in several passes, drawn twice: what is put behind its last pass shows only where some of that is missing."""
    passes, end = _passes(data, image.first_scan(data))
    if data[:end].endswith(bytes(64)) or not _all_is_said(passes):
        raise Invalid(TRUNCATED, field="files")
    seen = set()
    for more in (b"", NOISE):
        image = _Jpeg(io.BytesIO(data[:end] + more + END))
        image.draft(None, _drafted(image, least))
        image.load()
        seen.add(hashlib.sha256(image.tobytes()).digest())
    if len(seen) > 1:
        raise Invalid(TRUNCATED, field="files")
    return image


def _passes(data: bytes, at: int) -> tuple[list[bytes], int]:
    """The heads of a JPEG's passes, of which the first is here, and where the last one ends."""
    heads = []
    for _ in range(MOST_SEGMENTS):
        behind = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 2] == SCAN:
            heads.append(data[at + 4 : behind])
        found = MARKER.search(data, behind)
        if found is None or found[0].endswith(END[1:]):
            return heads, found.start() if found else len(data)
        at = found.end() - 2
    raise Invalid(BROKEN, field="files")


def _all_is_said(passes: list[bytes]) -> bool:
    """Whether every colour has all its 64 parts, each to its last bit."""
    said: dict[int, set[int]] = {}
    for head in passes:
        colours, (first, last, bits) = head[1 : 1 + 2 * head[0] : 2], head[1 + 2 * head[0] :][:3]
        for colour in colours:
            said.setdefault(colour, set()).update(range(first, last + 1) if not bits & 15 else ())
    return all(len(parts) == 64 for parts in said.values())


def _drafted(image: Image.Image, least: int) -> tuple[int, int]:
    """The size below which a JPEG need not be decoded: the whole, or what is borne, or what is asked for."""
    if least:
        return least, least
    pixels, part = image.width * image.height, 1
    while pixels > WHOLE * part * part:
        part *= 2
    return image.width // part, image.height // part


def _cleaned(image: Image.Image) -> Image.Image:
    """The pixels alone, upright and in the colours of screens."""
    turn = TURNS.get(_orientation(image))
    image = _on_screen(image)
    image.info.clear()
    return image.transpose(turn) if turn is not None else image


def _orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF says it; what cannot be read says nothing."""
    image.info.pop("Raw profile type exif", None)
    if len(image.info.get("exif", b"")) > LARGEST_MARK:
        return 1
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # whatever is written there, the picture itself is well
        return 1


def _on_screen(image: Image.Image) -> Image.Image:
    """In one of the modes that browsers show, by the picture's own colour profile where it has one."""
    clear = image.info.get("transparency")
    if image.mode.startswith("I") or (image.mode == "RGB" and isinstance(clear, tuple) and max(clear) > 255):
        image = _of_8_bits(image)
    if image.mode not in ("P", "PA", "1") and (seen := _by_profile(image)) is not None:
        return seen
    if image.mode == "PA" or ("transparency" in image.info and image.mode in ("1", "L", "P", "RGB")):
        return image.convert("RGBA")
    return image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else image.convert("RGB")


def _of_8_bits(image: Image.Image) -> Image.Image:
    """A picture of 16 bits: grey ones would be all white as they stand, and the clear colour is still told in 16."""
    clear = image.info.pop("transparency", None)
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    if isinstance(clear, int):
        image.info["transparency"] = clear // 256
    elif clear is not None:
        image.info["transparency"] = tuple(level // 256 for level in clear)
    return image


def _by_profile(image: Image.Image) -> Image.Image | None:
    """Colours as their profile means them; None without one, or with one that says nothing here."""
    profile = image.info.get("icc_profile") or b""
    if image.mode not in ("RGB", "CMYK") or not 128 <= len(profile) <= LARGEST_PROFILE or b"sRGB" in profile:
        return None
    try:
        told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, told, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _flat(image: Image.Image) -> Image.Image:
    """As a JPEG can hold it: what shows through is white."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode not in ("LA", "RGBA"):
        return image.convert("L" if image.mode == "1" else "RGB")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _small(image: Image.Image) -> bytes:
    """For lists: no wider or higher than SMALL. Takes the picture apart."""
    if image.mode in ("1", "P"):
        image = image.convert("RGB")
    image.thumbnail((SMALL, SMALL), reducing_gap=2.0)
    return _encoded(_flat(image), "jpeg", quality=SMALL_QUALITY)


def _encoded(image: Image.Image, kind: str, **how: int) -> bytes:
    """Written to a file that lies in memory: only so the encoder works without the interpreter's lock."""
    with os.fdopen(os.memfd_create("picture"), "w+b") as file:
        image.save(file, kind, **how)
        file.seek(0)
        return file.read()
