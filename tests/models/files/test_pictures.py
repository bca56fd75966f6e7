"""Of a picture only its pixels are kept: upright, whole, of bearable size, whatever else its file carries."""

from __future__ import annotations

import asyncio
import io
import re
import struct
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageStat

from models.base.pools import PICTURES
from models.base.refusals import Invalid
from models.files import pictures
from models.files.pictures import MOST_PIXELS, TURNS, WHOLE, drawn_anew
from models.files.storage import made_ready
from tests.pictures import TELLTALE, UPRIGHT, case, corners, drawn, opened, photo

EOI = b"\xff\xd9"
MODES = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1"), "WEBP": ("RGB", "RGBA")}
KINDS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
TAILS = (
    b"",
    bytes(500),
    photo(),
    b"\0\0\0\x18ftypmp42telltale" * 40,
    b"telltale" * 500,
    EOI + b"tEXttelltale",
)


def kept(data: bytes) -> bytes:
    return made_ready(data, "IMG.jpg").content


def lying(image: Image.Image, orientation: int) -> Image.Image:
    """As the sensor saw what stands upright when it is turned as this orientation says."""
    back = {6: 8, 8: 6}.get(orientation, orientation)
    return image.transpose(TURNS[back]) if back in TURNS else image


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures differ, as the mean over all pixels and colours, of 255."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(ImageStat.Stat(difference).mean)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(KINDS)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.sampled_from(MODES[kind]))
    ),
    st.integers(1, 8),
    st.integers(48, 120),
    st.integers(48, 120),
    st.sampled_from(TAILS),
    st.binary(max_size=40),
)
def test_only_pixels_are_kept_and_they_stand_upright(
    made: tuple[str, str], orientation: int, width: int, height: int, tail: bytes, more: bytes
) -> None:
    kind, mode = made
    shown = drawn(width, height)
    image = lying(shown, orientation).convert(mode)
    data = photo(image, kind, orientation) + tail + more
    content = kept(data)
    there = opened(content)
    assert there.size == shown.size
    assert not [mark for mark in TELLTALE if mark in content], "something of the file came along"
    assert not set(there.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "transparency"}
    assert mode == "1" or apart(there, shown.convert(mode)) < 20
    assert mode in ("L", "LA", "1") or corners(content) == UPRIGHT
    assert kept(data) == content and kept(content)[:3] == content[:3]


@pytest.mark.parametrize(
    "name", ["f01_portrait_exif6.jpg", "f02_motion_photo_tail.jpg", "f02_trailing_second_jpeg_gps.jpg"]
)
def test_the_cases_from_the_field_lose_all_but_their_pixels_and_stand_upright(name: str) -> None:
    content = kept(case(name))
    assert opened(content).size == (240, 320), "it was taken in portrait"
    assert not [mark for mark in (*TELLTALE, b"PHONE", b"GPS") if mark in content]
    assert content.count(b"\xff\xd8\xff") == 1 and content.endswith(EOI)


@pytest.mark.parametrize("name", ["f04_cmyk.jpg", "f05_webp_named.jpg"])
def test_pictures_of_printers_and_of_chats_are_shown_right(name: str) -> None:
    ready, upright = made_ready(case(name), name), opened(kept(case("f01_portrait_exif6.jpg")))
    assert (ready.stored.kind, opened(ready.content).mode) == ("jpeg", "RGB")
    assert ready.stored.name == f"{name.rpartition('.')[0]}.jpg"
    assert apart(opened(ready.content), upright.transpose(Image.Transpose.ROTATE_90)) < 12


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("left", [0.3, 0.6, 0.9])
def test_a_picture_of_which_a_part_is_missing_is_refused_whatever_was_put_at_its_end(
    kind: str, progressive: bool, left: float
) -> None:
    noise = Image.effect_noise((200, 150), 60).convert("RGB")
    data = photo(noise, kind, progressive=progressive) if kind == "JPEG" else photo(noise, kind)
    cut = data[: int(len(data) * left)]
    filled = bytes(len(data) - len(cut))
    for tail in (b"", b"\0" * 3000, filled, EOI, EOI + photo()):
        with pytest.raises(Invalid, match=r"不完整|打不开") as no:
            kept(cut + tail)
        assert no.value.field == "files"


def test_a_whole_picture_is_taken_also_without_its_end_and_grey_as_a_decoder_fills_in() -> None:
    grey = Image.new("RGB", (96, 64), (128, 128, 128))
    grey.paste(drawn(96, 32))
    noise = Image.effect_noise((200, 150), 60).convert("CMYK")
    for image in (grey, noise, noise.convert("L"), Image.new("L", (16, 16), 128)):
        for data in (photo(image), photo(image)[:-2], photo(image, progressive=True) + photo(image)):
            assert opened(kept(data)).size == image.size


def test_of_a_jpeg_in_passes_every_pass_is_there_to_its_last_bit() -> None:
    data = photo(Image.effect_noise((96, 64), 60).convert("RGB"), progressive=True)
    begins = [found.start() for found in re.finditer(b"\xff\xda", data)]
    for left in (*begins[1:], *(begin + 14 for begin in begins), *range(len(data) - 60, len(data) - 10, 7)):
        with pytest.raises(Invalid, match=r"不完整|打不开"):
            kept(data[:left] + EOI)


@pytest.mark.parametrize("colours", [0, 2, 4, 6])
@pytest.mark.parametrize("clear", [False, True])
def test_a_picture_of_16_bits_keeps_its_lights_and_shades(colours: int, clear: bool) -> None:
    """Grey, coloured, and both with an opacity of its own, or with one colour that is clear."""
    channels, width = {0: 1, 2: 3, 4: 2, 6: 4}[colours], 64
    rows = b"".join(b"\0" + struct.pack(f">{channels}H", *[y * 1000] * channels) * 8 for y in range(width))
    marked = struct.pack(">H", 63_000) * channels if clear and colours < 4 else b""
    shown = opened(kept(png_of(8, width, 16, colours, rows, marked))).convert("RGBA")
    for y in range(0, width, 7):
        level = shown.getpixel((4, y))[0]  # type: ignore[index]
        assert abs(level - y * 1000 // 256) <= 1, (y, level)
    if marked:
        assert shown.getpixel((4, 63))[3] == 0 and shown.getpixel((4, 30))[3] == 255  # type: ignore[index]


def test_colours_stay_as_their_profile_means_them() -> None:
    """A profile with red and green exchanged, as no screen has it: what is kept shows what was meant."""
    data = photo(Image.new("RGB", (32, 32), (200, 40, 40)), icc_profile=_swapped())
    red, green, _ = opened(kept(data)).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert green > 150 > 100 > red
    broken = photo(Image.new("RGB", (32, 32), (200, 40, 40)), icc_profile=b"telltale" * 40)
    assert opened(kept(broken)).convert("RGB").getpixel((5, 5))[0] > 150  # type: ignore[index]


def _swapped() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = {
        profile[at : at + 4]: at for at in range(132, 132 + 12 * struct.unpack(">I", profile[128:132])[0], 12)
    }
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    swapped = bytearray(profile.replace(b"sRGB", b"xxxx"))
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(swapped)


def test_a_moving_png_keeps_its_first_picture_alone() -> None:
    file = io.BytesIO()
    drawn().save(file, "PNG", save_all=True, append_images=[Image.new("RGB", (96, 64), "black")], duration=90)
    content = kept(file.getvalue())
    assert b"acTL" in file.getvalue() and b"acTL" not in content and corners(content) == UPRIGHT


def png_of(
    width: int, height: int, bits: int = 8, colours: int = 2, rows: bytes = bytes(1000), clear: bytes = b""
) -> bytes:
    """A head that promises so many pixels, and what is given behind it, or little."""
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    marked = ((b"tRNS", clear),) if clear else ()
    chunks = ((b"IHDR", head), *marked, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def jpeg_of(width: int, height: int) -> bytes:
    data = bytearray(photo())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(
    "data", [png_of(60_000, 60_000), png_of(5000, 5000), jpeg_of(65_000, 65_000), jpeg_of(9300, 7000)]
)
def test_what_has_too_many_pixels_is_refused_before_one_is_decoded(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Invalid, match=r"照片太大.*万像素"):
        kept(data)
    assert time.process_time() - began < 0.2


@pytest.mark.filterwarnings("ignore")
def test_a_jpeg_of_many_passes_and_exif_without_end_are_not_gone_through() -> None:
    data = photo(progressive=True)
    scan = data.rindex(b"\xff\xda")
    with pytest.raises(Invalid, match="打不开"):
        kept(data[:scan] + data[scan:-2] * 400 + EOI)
    entries = b"".join(struct.pack(">HHLL", tag, 1, 60_000, 8) for tag in range(5000))
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 5000) + entries + bytes(5000)
    segments = b"".join(
        b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(part)) + b"Exif\0\0" + part
        for part in (exif[at : at + 60_000] for at in range(0, 120_000, 60_000))
    )
    began = time.process_time()
    assert corners(kept(data[:2] + segments + photo()[2:])) == UPRIGHT
    assert time.process_time() - began < 0.5


def test_a_jpeg_of_a_new_phone_is_kept_at_half_its_width() -> None:
    width, height = 7000, 5000
    assert WHOLE < width * height < MOST_PIXELS["jpeg"]
    made = drawn_anew(photo(drawn(width, height), quality=40), "jpeg")
    assert opened(made.content).size == (width // 2, height // 2) and corners(made.content) == UPRIGHT
    assert opened(made.small).size == (240, 171)


@pytest.mark.filterwarnings("ignore")
@given(st.binary(max_size=300), st.sampled_from(sorted(KINDS)), st.floats(0, 1), st.integers(0, 255))
@settings(deadline=None, max_examples=150)
def test_whatever_bytes_come_are_taken_or_refused_in_a_sentence(
    noise: bytes, kind: str, where: float, put: int
) -> None:
    data = bytearray(photo(drawn(24, 16), kind))
    data[int(where * (len(data) - 1))] = put
    for one in (
        noise,
        bytes(data),
        bytes(data[: int(where * len(data))]),
        data[:30] + noise,
        b"\xff\xd8\xff" + noise,
    ):
        try:
            made = made_ready(bytes(one), "a.jpg")
        except Invalid as no:
            assert no.field == "files" and no.reason.endswith("。")
        else:
            assert made.stored.size == len(made.content) > 0


async def test_the_event_loop_beats_on_while_a_large_picture_is_drawn_anew() -> None:
    data = photo(drawn(4000, 4000), orientation=6)
    stills = [await _longest_still_while_drawing(data)]
    while stills[-1] >= BEATS_ON and len(stills) < 5:
        stills.append(await _longest_still_while_drawing(data))
    assert stills[-1] < BEATS_ON, (
        "a busy machine may hold up any of them, who holds the interpreter does each time"
    )


BEATS_ON = 0.25
"""Seconds between two beats, far above what is measured alone (15 ms): other tests run beside this one."""


async def _longest_still_while_drawing(data: bytes) -> float:
    at_work, longest = asyncio.create_task(PICTURES.run(pictures.drawn_anew, data, "jpeg")), 0.0
    while not at_work.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - began)
    assert opened(at_work.result().content).size == (4000, 4000)
    return longest
