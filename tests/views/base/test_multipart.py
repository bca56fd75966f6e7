"""No file is dropped on the way without a word, however its sender writes its name."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from encodings.aliases import aliases

import httpx
import pytest
from starlette.formparsers import MultiPartException

from models.concerns import Concern
from models.files import KINDS, File, Upload
from tests.builders import a_town
from tests.pictures import CASES, TELLTALE, opened, photo
from tests.views.conftest import Site
from tests.views.test_concerns import a_form
from views.base.multipart import _plain
from views.base.wire import LARGEST_BODY

pytestmark = pytest.mark.anyio
STAR = "filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"
LINE, EDGE = b"\r\n", b"--edge"
PLAIN = {"content-type": "multipart/form-data; boundary=edge"}


def part(said: str, data: bytes, encoding: str = "utf-8") -> bytes:
    return LINE.join((EDGE, f"Content-Disposition: form-data; {said}".encode(encoding), b"", data, b""))


def body(fields: dict[str, str], *parts: bytes) -> bytes:
    words = [part(f'name="{name}"', value.encode()) for name, value in fields.items()]
    return b"".join((*words, *parts, EDGE, b"--", LINE))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f'name="files"; {STAR}', "现场.jpg"),
        (f'{STAR}; name="files"', "现场.jpg"),
        (f'name="files"; filename="x.jpg"; {STAR}', "x.jpg"),
        ("name=files; FILENAME*=gbk''%CF%D6%B3%A1.jpg", "现场.jpg"),
        ("name=\"files\"; filename*=iso-8859-1'en'a%E9.jpg", "aé.jpg"),
        ('name="files"; filename="a;b.jpg"; filename*=', "a;b.jpg"),
        ("name*=UTF-8''files; filename*=\"x%22.jpg\"", "x_.jpg"),
        ('name="files"; filename*=', ""),
        ('name="files"; filename="现场.jpg"', "现场.jpg"),
    ],
)
def test_a_name_is_read_however_it_is_encoded(said: str, name: str) -> None:
    plain = _plain(f"form-data; {said}".encode()).decode()
    assert 'name="files"' in plain and f'filename="{name}"' in plain, plain


async def test_a_stranger_sends_no_files_and_few_fields(town: str, site: Site) -> None:
    place, file = await a_town(), b"x" * (2 * LARGEST_BODY)
    sent = body({}, part('name="file"; filename="a.txt"', file))

    async def unannounced() -> AsyncIterator[bytes]:
        yield sent

    many, few = (body(dict.fromkeys(map(str, range(most)), "1")) for most in (400, 20))
    stranger = site.visitor()
    assert (await stranger.post("/login", content=sent, headers=PLAIN)).status_code == 413
    assert (await stranger.post("/login", content=unannounced(), headers=PLAIN)).status_code == 413
    assert (await stranger.post("/login", content=many, headers=PLAIN)).status_code == 400
    assert (await stranger.post("/login", content=few, headers=PLAIN)).status_code == 422
    known = await site.as_a("secretary", place.village)
    for content in (sent, unannounced(), many):
        answer = await known.post("/requests", content=content, headers=PLAIN)
        assert answer.status_code not in (400, 413), answer.text


async def test_words_beside_files_are_no_longer_than_words_alone(town: str, site: Site) -> None:
    half = "长" * (LARGEST_BODY // 6)
    for words in ({"username": half, "password": half * 2}, dict.fromkeys(map(str, range(4)), half)):
        answer = await site.visitor().post("/login", content=body(words), headers=PLAIN)
        assert answer.status_code == 413 and "太大" in answer.text


def test_a_name_in_the_old_code_of_chinese_computers_is_read_too() -> None:
    assert (
        _plain('form-data; name="files"; filename="现场.jpg"'.encode("gbk")).decode().endswith('"现场.jpg"')
    )


UNREAD = [
    "filename*0=a; filename*=b",
    "filename*0*=UTF-8''%E7%8E%B0; filename*1=%E5%9C%BA.jpg",
    "filename*=utf-9''x.jpg",
    "filename*=UTF-8''%ff.jpg",
    "filename*=gbk''%CF.jpg",
    "name*0=x; filename*=a",
]


def test_no_coding_that_python_knows_breaks_a_name() -> None:
    for coding in {*aliases, *aliases.values(), "idna", "undefined", "punycode"}:
        with contextlib.suppress(MultiPartException):
            assert _plain(f"form-data; name=a; filename*={coding}''%80a".encode()).count(b"filename") == 1


async def test_a_name_that_nobody_can_read_is_refused_and_breaks_no_door(town: str, site: Site) -> None:
    visitor = site.visitor()
    for said in (*UNREAD, "filename*=idna''x", "filename*=undefined''a", "filename*=punycode''%80"):
        answer = await visitor.post(
            "/login", content=body({}, part(f'name="a"; {said}', b"x")), headers=PLAIN
        )
        assert answer.status_code == 400, said
    for coding in ("idna", "undefined", "punycode", "utf-16", "rot13"):
        head = {"content-type": f"{PLAIN['content-type']}; charset={coding}"}
        sent = part('name="a"', b"%80a") + EDGE + b"--"
        assert (await visitor.post("/login", content=sent, headers=head)).status_code == 400, coding


async def test_a_file_whose_name_is_said_with_a_star_is_attached_by_a_page_and_by_a_program(
    town: str, site: Site
) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    sent = body(a_form(place), part(f'name="files"; {STAR}', photo()))
    assert (await browser.post("/concerns", content=sent, headers=PLAIN)).status_code == 303
    assert [(file.name, file.kind) for file in await File.all()] == [("现场.jpg", "jpeg")]
    answer = await browser.post(
        "/files", content=body({}, part(f'name="file"; {STAR}', photo())), headers=PLAIN
    )
    assert answer.status_code == 201 and answer.json()["uploads"][0]["name"] == "现场.jpg"


async def refused(browser: httpx.AsyncClient, at: str, sent: bytes) -> str:
    answer = await browser.post(at, content=sent, headers=PLAIN)
    assert answer.status_code == 422, answer.text
    return answer.text


async def test_a_file_that_nobody_will_look_at_is_no_done(town: str, site: Site) -> None:
    """Without any name it is words, under another name it is nobody's, and more than are taken are not cut down."""
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    nameless = part('name="files"', b"%PDF-1.4 words")
    assert "没有收到" in await refused(browser, "/concerns", body(a_form(place), nameless))
    stray = part('name="photo"; filename="a.jpg"', photo())
    assert "没有收下" in await refused(browser, "/concerns", body(a_form(place), stray))
    many = [part(f'name="files"; filename="{n}.jpg"', photo()) for n in range(11)]
    assert "最多 10 个" in await refused(browser, "/concerns", body(a_form(place), *many))
    cut = part('name="files"; filename="夜里.jpg"', photo()[:700])
    assert "“夜里.jpg”：照片不完整" in await refused(
        browser, "/concerns", body(a_form(place), *many[:2], cut)
    )
    await Upload.all().delete()
    assert "没有收到" in await refused(browser, "/files", body({}, part('name="file"', b"words")))
    assert "没有收下" in await refused(
        browser, "/files", body({}, stray, part('name="file"; filename="a.jpg"', photo()))
    )
    assert not await Concern.exists() and not await Upload.exists()


async def test_a_file_without_a_name_is_a_file_and_an_empty_choice_is_none(town: str, site: Site) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    sent = body(a_form(place), part('name="files"; filename=""', photo()))
    assert (await browser.post("/concerns", content=sent, headers=PLAIN)).status_code == 303
    assert [file.name for file in await File.all()] == ["附件.jpg"]
    nothing = body(a_form(place, key="k-2"), part('name="files"; filename=""', b""))
    assert (await browser.post("/concerns", content=nothing, headers=PLAIN)).status_code == 303
    assert await Concern.all().count() == 2 and await File.all().count() == 1


CASES_SAY = {
    "f01_portrait_exif6.jpg": "jpeg",
    "f02_motion_photo_tail.jpg": "jpeg",
    "f02_trailing_second_jpeg_gps.jpg": "jpeg",
    "f03_truncated.jpg": "照片不完整",
    "f04_cmyk.jpg": "jpeg",
    "f05_iphone.heic": "兼容性最佳",
    "f05_pic.gif": "截图",
    "f05_webp_named.jpg": "jpeg",
    "f06_gbk_note.txt": "txt",
    "f06_legacy.doc": "另存为 .docx",
}


async def test_every_case_from_the_field_is_answered_alike_by_a_page_and_by_a_program(
    town: str, site: Site
) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village)
    cases = [*CASES.iterdir(), *(CASES.parent / "inputs").glob("f0*")]
    assert {path.name for path in cases} == set(CASES_SAY)
    for path in cases:
        said, sent = CASES_SAY[path.name], path.read_bytes()
        form = body(a_form(place, key=path.name), part(f'name="files"; filename="{path.name}"', sent))
        by_page = await browser.post("/concerns", content=form, headers=PLAIN)
        by_api = await browser.post("/files", files={"file": (path.name, sent)})
        if said not in KINDS:
            assert (by_page.status_code, by_api.status_code) == (422, 422), path.name
            assert said in by_page.text and said in by_api.json()["reason"], path.name
            continue
        assert (by_page.status_code, by_api.status_code) == (303, 201), path.name
        (told,), file = by_api.json()["uploads"], await File.all().order_by("-id").first()
        assert file is not None and (told["kind"], told["name"], told["original"]) == (
            said,
            file.name,
            file.original,
        )
        kept = (await browser.get(f"/files/{file.pk}/look")).content
        assert not [mark for mark in (*TELLTALE, b"PHONE", b"GPS") if mark in kept], path.name
        if said == "jpeg":
            assert opened(kept).size == ((240, 320) if path.name < "f03" else (320, 240)), path.name
        else:
            assert kept.decode() == "会议记录：梅渚村\r\n"
