"""What may be uploaded is judged by its content, cleaned, and kept once."""

from __future__ import annotations

import hashlib

import pytest

from models import concerns
from models.base.events import Event
from models.base.refusals import Invalid, NotFound
from models.files import File, content_of, filed, keep, small_copy_of
from models.files.pictures import small_of
from models.files.storage import LARGEST, SEAL, made_ready, place_of, small_place
from tests.builders import a_town, a_viewer
from tests.pictures import CASES, TELLTALE, case, drawn, opened, photo

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00program", b"\x7fELF", b"\x00\x01\x02"])
def test_what_is_not_a_picture_or_a_paper_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as no:
        made_ready(content, "照片.jpg")
    assert no.value.field == "files"


@pytest.mark.parametrize("words", [" ", "    ", "\n\t\r\n", "\u3000\u200b\ufeff", "\u2800\u2060"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_of_blanks_is_an_empty_file(words: str, coding: str) -> None:
    with pytest.raises(Invalid, match="文件是空的"):
        made_ready(words.encode(coding), "说明.txt")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("巡查2026.3", "巡查2026.3.jpg"),
        ("v1.0", "v1.0.jpg"),
        ("3.5米.JPEG", "3.5米.jpg"),
        ("现场.heic", "现场.jpg"),
        ("a.exe", "a.exe.jpg"),
        ("证明.pdf", "证明.jpg"),
        (".jpg", "附件.jpg"),
        ("", "附件.jpg"),
    ],
)
def test_a_name_keeps_all_but_the_ending_of_a_kind(name: str, told: str) -> None:
    assert made_ready(photo(), name).stored.name == told


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="太大"):
        made_ready(b"a" * (LARGEST + 1), "大.txt")


async def test_a_picture_loses_the_place_where_it_was_taken_and_keeps_its_digest(town: str) -> None:
    taken = photo(orientation=6)
    stored = await keep(taken, "IMG.jpg")
    kept = place_of(stored.sha256).read_bytes()
    assert stored.original == hashlib.sha256(taken).hexdigest()
    assert stored.sha256 == hashlib.sha256(kept).hexdigest() and stored.size == len(kept)
    assert not [mark for mark in TELLTALE if mark in kept]
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    told = {"title": "路灯不亮", "body": "三盏"}
    await concerns.raise_concern(secretary, place.village, **told, files=[stored])
    assert stored.original in (await Event.all().order_by("-id").first()).details, "the trail knows it too"
    assert (await File.get()).original == stored.original
    again = await keep(taken, "IMG.jpg")
    assert again == stored, "the same photo sent twice is the same file"


async def test_a_small_copy_lies_beside_a_picture_and_is_made_for_one_that_came_without(town: str) -> None:
    stored = await keep(photo(drawn(1200, 800)), "IMG.jpg")
    file = (await filed(await a_viewer("coordinator", (await a_town()).township), [stored]))[0]
    made = small_place(stored.sha256).read_bytes()[:-SEAL]
    assert await small_copy_of(file) == made and opened(made).size == (240, 160) and len(made) < 10_000
    small_place(stored.sha256).unlink()
    assert opened(await small_copy_of(file)).size == (240, 160) and small_place(stored.sha256).exists()


async def test_words_in_the_old_code_of_chinese_computers_are_kept_as_every_browser_reads_them(
    town: str,
) -> None:
    note = (CASES.parent / "inputs" / "f06_gbk_note.txt").read_bytes()
    for told in (note, note.decode("gb18030").encode("utf-16")):
        assert made_ready(told, "会议.txt").content.decode() == note.decode("gb18030")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ((CASES.parent / "inputs" / "f06_legacy.doc").read_bytes(), "另存为 .docx 或 .xlsx"),
        (case("f05_iphone.heic"), "兼容性最佳"),
        (case("f05_pic.gif"), "截图"),
        (case("f03_truncated.jpg"), "不完整"),
        (b"PK\x03\x04" + bytes(40), "不完整"),
        (b"Rar!\x1a\x07", "解压"),
        (b"\0\0\0\x18ftypmp42" + bytes(30), "视频"),
        (b"BM" + bytes(40), "JPEG 或 PNG"),
        (b"MZ\x90\x00", "只能上传"),
    ],
)
def test_a_refusal_says_what_to_do_instead(content: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told) as no:
        made_ready(content, "照片.jpg")
    assert no.value.field == "files" and "\n" not in no.value.reason


async def test_the_same_bytes_are_kept_once_and_come_back_as_they_were(town: str) -> None:
    one, two = await keep("纪要".encode(), "a.txt"), await keep("纪要".encode(), "b.txt")
    assert one.sha256 == two.sha256
    place = await a_town()
    files = await filed(await a_viewer("coordinator", place.township), [one, two])
    assert [await content_of(file) for file in files] == ["纪要".encode()] * 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("a/b\\c.txt", "c.txt"),
        ("\x00x.txt", "x.txt"),
        ("字" * 300 + ".txt", "字" * 76 + ".txt"),
        ("", "附件.txt"),
        (".jpg", "附件.txt"),
        ("会议3.5纪要", "会议3.5纪要.txt"),
        ("现场\u202egpj.exe", "现场gpj.exe.txt"),
    ],
)
def test_names_are_made_harmless_and_end_as_their_content_says(name: str, kept: str) -> None:
    assert made_ready(b"words", name).stored.name == kept


async def test_evidence_that_was_exchanged_on_the_disk_is_shown_to_nobody(town: str) -> None:
    stored = await keep("第一次巡查。".encode(), "记录.txt")
    [file] = await filed(await a_viewer("coordinator", (await a_town()).township), [stored])
    place_of(stored.sha256).write_bytes("第二次巡查。".encode())
    with pytest.raises(NotFound, match="指纹不一致"):
        await content_of(file)
    place_of(stored.sha256).write_bytes("第一次巡查。".encode())
    assert await content_of(file) == "第一次巡查。".encode()


async def test_a_small_copy_that_was_exchanged_on_the_disk_is_drawn_anew_of_what_still_holds(
    town: str,
) -> None:
    one, other = await keep(photo(drawn(1200, 800)), "一.jpg"), await keep(photo(drawn(800, 1200)), "二.jpg")
    [file] = await filed(await a_viewer("coordinator", (await a_town()).township), [one])
    place, right = small_place(one.sha256), await small_copy_of(file)
    anew = small_of(place_of(one.sha256).read_bytes(), one.kind)
    for exchanged in (small_place(other.sha256).read_bytes(), right, b"", photo(drawn(240, 160))):
        place.write_bytes(exchanged)
        assert await small_copy_of(file) == anew == place.read_bytes()[:-SEAL]
    place.write_bytes(right)
    place_of(one.sha256).write_bytes(place_of(other.sha256).read_bytes())
    with pytest.raises(NotFound, match="指纹不一致"):
        await small_copy_of(file)


async def test_what_is_sent_again_heals_what_rotted_on_the_disk(town: str) -> None:
    taken = photo(drawn(1200, 800))
    stored = await keep(taken, "一.jpg")
    [file] = await filed(await a_viewer("coordinator", (await a_town()).township), [stored])
    places = place_of(stored.sha256), small_place(stored.sha256)
    before = [place.read_bytes() for place in places]
    for place in places:
        place.write_bytes(b"rotten")
    assert await keep(taken, "一.jpg") == stored
    assert [place.read_bytes() for place in places] == before and await content_of(file) == before[0]
