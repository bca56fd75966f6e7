"""Every door that takes files, found by its command, keeps them or refuses them with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from models.base.optional_details import kind_of
from tests.fuzz.files import file
from tests.fuzz.judging import Judge, judged
from tests.fuzz.requests import Asker, details_of, routes
from tests.fuzz.scene import FULL, callers, people_there
from tests.views.conftest import Site
from views.base.forms import KEEPING

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=FULL)]
EXAMPLES = pytest.mark.parametrize("examples", [60, pytest.param(2_000, marks=pytest.mark.nightly)])
"""On each database, beside the many uploads to two doors: here all doors have their turn."""


def doors() -> dict[str, list[str]]:
    """Every address that takes files, with the names of their fields: by its command, or by the table it reads."""
    found: dict[str, list[str]] = {"/files": ["file"]}
    for route in routes():
        if route.methods == {"POST"}:
            hints = details_of(route.endpoint).items()
            names = [name for name, hint in hints if kind_of(hint).is_many and kind_of(hint).item in KEEPING]
            if "import" in route.path or "table" in route.path:
                names.append("file")
            if names:
                found[route.path] = names
    return found


@EXAMPLES
async def test_no_file_breaks_a_door(
    site: Site, chance: Random, figure: Callable[[str], None], examples: int
) -> None:
    place, there, asker = (await FULL()).town, doors(), Asker(chance)
    ways = {one.path: one for one in routes() if one.path in there and "POST" in (one.methods or ())}
    with judged() as judge:
        for number in range(examples):
            if number % 500 == 0:
                people = await people_there(site, place)
                asker.meet([one.viewer for one in people])
            path = "/files" if chance.random() < 0.4 else chance.choice(list(there))
            who, address = await asker.path(ways[path])
            sent = [(chance.choice(there[path]), file(chance)) for _ in range(chance.choice((1, 1, 1, 2)))]
            form = {"key": str(number), "purpose": chance.choice(("open", "sealed", "")), "words": "已巡查。"}
            sending = people[who].browser.post(address, data=form, files=sent)
            await judge.ask(sending, (address, sent), of_api=path == "/files")
    figure(f"{examples} uploads to {len(there)} doors, {judge.told}")
    judge.must_have_found_nothing()
    assert len(there) > 5


BROKEN: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "another boundary": ("multipart/form-data; boundary=x", b"--y\r\n\r\n--y--"),
    "no end": (
        "multipart/form-data; boundary=x",
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    ),
    "no name": (
        "multipart/form-data; boundary=x",
        b"--x\r\ncontent-disposition: form-data\r\n\r\nabc\r\n--x--",
    ),
    "no disposition": ("multipart/form-data; boundary=x", b"--x\r\n\r\nabc\r\n--x--"),
    "a charset nobody knows": (
        "multipart/form-data; boundary=x; charset=nonsense",
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="\xff"\r\n\r\nabc\r\n--x--',
    ),
    "a boundary of a thousand signs": (f"multipart/form-data; boundary={'x' * 1000}", b"--" + b"x" * 1000),
    "fifty files": (
        "multipart/form-data; boundary=x",
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n' * 50 + b"--x--",
    ),
    "a form that is none": ("application/x-www-form-urlencoded", b"\xff=%ff&%=%zz&&=="),
    "a form of thousands of fields": ("application/x-www-form-urlencoded", b"a=1&" * 9_000),
    "a kind that is none": ("\xff/;;=", b"abc"),
}


async def test_no_broken_form_breaks_a_door(site: Site) -> None:
    judge = Judge()
    browser, *_ = await callers(site, (await FULL()).town)
    for address in ("/files", "/requests", "/login", "/assignments/1/report"):
        for what, (kind, body) in BROKEN.items():
            headers = {"content-type": kind.encode("latin-1")}
            answer = await browser.post(address, content=body, headers=headers)
            judge.hear(answer, (address, what), of_api=address == "/files")
    assert not judge.wrong, judge.wrong
