"""What may be uploaded is judged by its content, cleaned, and kept once."""

from __future__ import annotations

import pytest

from models.base.refusals import Invalid
from models.files import content_of, keep
from models.files.keeping import LARGEST, filed, place_of
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
EXIF = b"\xff\xe1\x00\x16Exif\x00\x00GPS-30.1,120.5"
END = b"\xff\xda\x00\x04\x00\x00picture\xff\xd9"


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00program", b"\x7fELF", b"\x00\x01\x02"])
async def test_what_is_not_a_picture_or_a_paper_is_refused(town: str, content: bytes) -> None:
    with pytest.raises(Invalid) as no:
        await keep(content, "照片.jpg")
    assert no.value.field == "files"


async def test_what_is_too_large_is_refused(town: str) -> None:
    with pytest.raises(Invalid, match="太大"):
        await keep(b"a" * (LARGEST + 1), "大.txt")


async def test_a_picture_loses_the_place_where_it_was_taken(town: str) -> None:
    stored = await keep(JPEG + EXIF + END, "IMG.jpg")
    kept = place_of(stored.sha256).read_bytes()
    assert b"GPS" not in kept and kept.startswith(b"\xff\xd8") and kept.endswith(END)


async def test_the_same_bytes_are_kept_once_and_come_back_as_they_were(town: str) -> None:
    one, two = await keep("纪要".encode(), "a.txt"), await keep("纪要".encode(), "b.txt")
    assert one.sha256 == two.sha256
    place = await a_town()
    files = await filed(await a_viewer("coordinator", place.township), [one, two])
    assert [await content_of(file) for file in files] == ["纪要".encode()] * 2


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c.txt", "\x00x.txt", "字" * 300 + ".txt", ""])
async def test_names_are_made_harmless(town: str, name: str) -> None:
    place = await a_town()
    file = (await filed(await a_viewer("coordinator", place.township), [await keep(b"words", name)]))[0]
    assert file.name and not set(file.name) & set("/\\\x00") and len(file.name) <= 200
