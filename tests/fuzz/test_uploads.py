"""Whatever bytes are sent as a file, in whatever form, are taken or refused in a sentence, by page and by program."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from random import Random

import pytest

from models.files import Upload
from tests.builders import a_town
from tests.fuzz.hostile import ODD_TEXTS
from tests.fuzz.judging import judged
from tests.pictures import CASES, drawn, photo
from tests.views.conftest import HERE, Site, site  # noqa: F401 - a fixture
from tests.views.test_concerns import a_form

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore::UserWarning")]
EXAMPLES = pytest.mark.parametrize("examples", [250, pytest.param(10_000, marks=pytest.mark.nightly)])
"""On each database."""
KIND = {"content-type": "multipart/form-data; boundary=edge"}
HEADS = (
    b'name="%(field)s"; filename="a.jpg"',
    b"name=\"%(field)s\"; filename*=UTF-8''%%E7%%8E%%B0.jpg",
    b'name="%(field)s"; filename=""',
    b'name="%(field)s"',
    b'filename="a.jpg"',
    b"name=%(field)s; filename=" + b"a" * 5000,
    b'name="%(field)s"; filename="\xff\xfe"; filename*=\'\'',
    b"",
)


def _office() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w/>" * 99)
    return file.getvalue()


def seeds() -> list[bytes]:
    """One file of every kind that is taken or known, small so that a changed byte is soon met."""
    image = drawn(40, 30)
    made = [photo(image, kind) for kind in ("JPEG", "PNG", "WEBP")] + [photo(image, progressive=True)]
    cases = [
        path.read_bytes() for path in sorted((CASES.parent / "inputs").glob("f0*")) + sorted(CASES.iterdir())
    ]
    return [*made, *cases, _office(), b"%PDF-1.4 words", "巡查".encode(), "巡查".encode("utf-16"), b""]


def spoilt(chance: Random, data: bytes, others: list[bytes]) -> bytes:
    """The same bytes, somewhat less well."""
    found, at = bytearray(data), chance.randrange(len(data) + 1)
    match chance.randrange(5):
        case 0:
            return bytes(found[:at])
        case 1:
            found[at:at] = chance.randbytes(chance.randrange(1, 40))
        case 2:
            return bytes(found[:at]) + chance.choice(others)
        case 3:
            for _ in range(chance.randrange(1, 12)):
                if found:
                    found[chance.randrange(len(found))] = chance.randrange(256)
        case _:
            found[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
    return bytes(found)


def forms(chance: Random, field: str, words: dict[str, str]) -> Iterator[bytes]:
    known = seeds()
    while True:
        odd = {chance.choice(list(words)): chance.choice(ODD_TEXTS)} if chance.random() < 0.2 else {}
        fields = words | {"key": f"k-{chance.random()}"} | odd
        parts = [
            (f'name="{name}"'.encode(), value.encode("utf-8", "replace")) for name, value in fields.items()
        ]
        data = chance.choice(known)
        for _ in range(chance.randrange(3)):
            data = spoilt(chance, data, known)
        head = HEADS[0] if chance.random() < 0.6 else chance.choice(HEADS)
        parts.append((head.replace(b"%(field)s", field.encode()).replace(b"%%", b"%"), data))
        whole = b"".join(
            b"--edge\r\nContent-Disposition: form-data; " + said + b"\r\n\r\n" + held + b"\r\n"
            for said, held in parts
        )
        whole += b"--edge--\r\n"
        yield spoilt(chance, whole, known) if chance.random() < 0.1 else whole


@EXAMPLES
async def test_no_upload_breaks_a_door(
    site: Site,  # noqa: F811
    chance: Random,
    figure: Callable[[str], None],
    examples: int,
) -> None:
    place = await a_town()
    browser = await site.as_a("secretary", place.village, origin=HERE)
    ahead, with_words = forms(chance, "file", {"purpose": "open"}), forms(chance, "files", a_form(place))
    with judged() as judge:
        for number in range(examples):
            if number % 40 == 0:
                await Upload.all().delete()
            at, whole = ("/files", next(ahead)) if number % 2 else ("/concerns", next(with_words))
            sending = browser.post(at, content=whole, headers=KIND)
            await judge.ask(sending, whole[-600:], of_api=at == "/files")
    figure(f"{examples} uploads; {judge.told}")
    judge.must_have_found_nothing()
    assert judge.statuses[201] + judge.statuses[303] > examples / 20
