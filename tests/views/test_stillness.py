"""Nobody waits for anybody: with the worst that may be sent, no step keeps the event loop for 50 ms."""

from __future__ import annotations

import asyncio
import gc
import io
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

from models.base.clock import jobs
from models.base.viewer import TOWN_CLOCK
from models.importing import Import
from models.people import import_people
from models.units import Unit, import_units
from tests.builders import a_town
from tests.heart import STILL, Heart, beating, megabytes_held
from tests.views.conftest import Site
from tests.views.files.test_uploads import a_program

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
ROWS = 1_500
ROUNDS = 12
ON_SQLITE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
"""What keeps the loop is Python's own, whatever the database."""


async def test_the_heart_feels_who_stills_the_loop() -> None:
    async def busy() -> None:
        until = time.thread_time() + 1.2 * STILL
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0)

    with beating() as heart:
        heart.doing = "trial"
        await asyncio.create_task(busy())
        assert len(heart.stilled) == 1 and "busy" in heart.stilled[0]


def a_table(rows: int = ROWS) -> bytes:
    lines = [
        "code,name,level,parent_code",
        "3306,绍兴市,city,",
        "330624,新昌县,county,3306",
        "330624005,澄潭街道,township,330624",
    ]
    lines += [f"330624005{number:06},第{number}村,village,330624005" for number in range(rows)]
    return "\n".join(lines).encode()


def people_of_the_table(rows: int = ROWS) -> bytes:
    lines = (f"王{chr(0x4E00 + n)},138{n:08},330624005{n:06},secretary\n" for n in range(rows))
    return f"name,phone,unit_code,role\n{''.join(lines)}".encode()


def a_workbook(rows: int = ROWS) -> bytes:
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("单位")
    for line in a_table(rows).decode().splitlines():
        sheet.append(line.split(","))
    book.save(file)
    return file.getvalue()


def a_photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((2500, 2000), 60).convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


def a_document() -> str:
    """As many fields and nested parts as the limits take, and more."""
    return (
        "{"
        + " ".join(
            f"a{n}: units(first: 1) {{ edges {{ node {{ id name parent {{ id }} }} }} }}" for n in range(400)
        )
        + "}"
    )


def of_one_name() -> list[str]:
    """Names that agree with each other, as often as the limits take, which validation compares pair by pair."""
    return [
        "{ " + "viewer { name } " * 240 + "}",
        "{ " + "__typename " * 900 + "}",
        "{ " + ("viewer { " + "name " * 100 + "} ") * 8 + "}",
        "{ "
        + " ".join(f"...f{n}" for n in range(60))
        + " } "
        + " ".join(f"fragment f{n} on Query {{ viewer {{ name person {{ id }} }} }}" for n in range(60)),
    ]


async def _twice(heart: Heart, doing: str, act: Callable[[], Any]) -> None:
    """Once to have everything at hand that a server has after its first hour, and once to be judged."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Heart, "felt", lambda *_: None)
        await act()
        await asyncio.sleep(0)
    heart.doing = doing
    await act()
    await asyncio.sleep(0)


async def the_worst(site: Site) -> dict[str, Callable[[], Any]]:
    """What anybody may send, at its largest, by what it is."""
    place = await a_town()
    program = await a_program(site, "secretary", place.village)
    browser = await site.as_a("department_officer", place.department)
    photo, words = a_photo(), ("永" * 1_500_000).encode()
    numbers = count()
    asked = {"query": "{ viewer { name } }", "variables": {"x": "y" * 90_000}}

    async def anew(document: str) -> None:
        """The same with other signs at its end: nobody has examined it before."""
        await program.http.post("/graphql", json={"query": f"{document} # {next(numbers)}"})

    return {
        "a photo": lambda: program.send(("a.jpg", photo)),
        "a long text": lambda: program.send(("a.txt", words)),
        "what is no picture": lambda: program.send(("a.jpg", photo[:-100_000])),
        "a wide document": lambda: program.http.post("/graphql", json={"query": a_document()}),
        **{f"one name over and over ({n})": partial(anew, one) for n, one in enumerate(of_one_name())},
        "a deep body": lambda: program.http.post("/graphql", content="[" * 30_000 + "]" * 30_000),
        "a long variable": lambda: program.http.post("/graphql", json=asked),
        "a form of 3,000 fields": lambda: browser.post(
            "/requests", data={f"f{n}": "永" * 30 for n in range(2_990)}
        ),
        "a form of 2,900 parts": lambda: browser.post(
            "/requests", files=[(f"f{n}", (None, "1")) for n in range(2_900)]
        ),
        "a form of a long word": lambda: browser.post(
            "/requests", data={"body": "永" * 280_000, "title": "x"}
        ),
    }


@ON_SQLITE
async def test_uploads_documents_and_forms_at_their_worst_still_nobody(site: Site) -> None:
    sent = await the_worst(site)
    with beating() as heart:
        for doing, act in sent.items():
            await _twice(heart, doing, act)
    assert not heart.stilled, "\n".join(heart.stilled)


@pytest.mark.nightly
@ON_SQLITE
async def test_memory_stays_flat_however_often_the_worst_is_sent(
    site: Site, figure: Callable[[str], None]
) -> None:
    sent = await the_worst(site)
    held: list[int] = []
    for _ in range(ROUNDS):
        for act in sent.values():
            await act()
        gc.collect()
        held.append(megabytes_held())
    figure(f"{held[ROUNDS // 3]} MB after {ROUNDS // 3 + 1} rounds, {held[-1]} MB after {ROUNDS}")
    assert held[-1] - held[ROUNDS // 3] < 20, held


@ON_SQLITE
async def test_tables_at_their_worst_still_nobody(town: str) -> None:
    async def tried(name: str, content: bytes) -> Import:
        return await import_units(TOWN_CLOCK, name, content, dry_run=True)

    for few in (("a.csv", a_table(9)), ("a.xlsx", a_workbook(9))):
        await tried(*few)
    long = a_workbook()
    with beating() as heart:
        heart.doing = "a long workbook"
        await tried("a.xlsx", long)
        heart.doing = "taking a long table"
        assert (await import_units(TOWN_CLOCK, "a.csv", a_table())).made == ROWS + 3
        heart.doing = "giving all of it other names"
        renamed = a_table().replace("村,".encode(), "社,".encode())
        assert (await import_units(TOWN_CLOCK, "a.csv", renamed)).changed == ROWS
        heart.doing = "taking as many people"
        root = await Unit.get(code="3306")
        assert (await import_people(TOWN_CLOCK, root, "a.csv", people_of_the_table())).made == ROWS
    assert not heart.stilled, "\n".join(heart.stilled)
    assert await Unit.all().count() == ROWS + 3


async def test_the_jobs_of_the_clock_still_nobody(town: str) -> None:
    await a_town()
    with beating() as heart:
        for job in jobs:
            await _twice(heart, job.__qualname__, job)
    assert not heart.stilled, "\n".join(heart.stilled)
