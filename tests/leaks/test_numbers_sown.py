"""Identity numbers and telephones are sown into every word that a whole world types: nothing told on has them.

Words themselves lie where who wrote them and who works on them read them. The trail, its export and feeds, logs, errors and
every table that leaves the site are what others take away: these are searched, and the tables found from the routes.
"""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

import pytest
from starlette.routing import Route

from models import tasks
from models.base.commands import Command
from models.base.events import Event
from models.base.refusals import Invalid
from models.people import Person, Post
from models.tasks import Assignment, Task
from models.trail import exported
from tests.furnished import furnished
from tests.leaks.world import World, a_world
from tests.views.conftest import Site, site  # noqa: F401 - a fixture
from views.base.logs import Plain

SOWN = "13877776666"
PARTS = (SOWN, SOWN[3:], "138 7777 6666")


def sown(value: Any) -> Any:
    """Every word of the world (they all begin with 词元) with a telephone behind it."""
    return f"{value}，请打 {SOWN}" if isinstance(value, str) and value.startswith("词元") else value


@furnished
async def a_sown_world() -> World:
    taken = Command._taken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Command, "_taken", lambda self, told: taken(self, {name: sown(one) for name, one in told.items()})
        )
        world = await a_world()
    await Person.all().update(phone=SOWN)
    return world


pytestmark = [
    pytest.mark.anyio,
    pytest.mark.furnished(by=a_sown_world),
    pytest.mark.parametrize("town_url", ["sqlite"], indirect=True),
]


@pytest.fixture
async def world(town: str) -> World:
    return await a_sown_world()


async def test_the_trail_and_what_follows_it_tell_no_number(world: World) -> None:
    told = [f"{one.details}{one.changes}{one.actor_label}" for one in await Event.all()]
    assert sum("****6666" in one for one in told) > 10, "the seed was sown"
    assert not [one for one in told if found_in(one)]
    assert not [line async for line in exported() if found_in(line)]


async def test_no_table_that_leaves_the_site_tells_a_number(world: World, site: Site) -> None:  # noqa: F811
    browsers = [
        await site.signed_in(await Post.get(pk=one.post_id)) for one in world.viewers.values() if one.hats
    ]
    task = await Task.get(title__startswith="词元任务")
    taken = set()
    for path in downloads(site):
        for browser in browsers:
            answer = await browser.get(path.replace("{id:int}", str(task.pk)))
            if answer.status_code == 200:
                taken.add(path)
                assert not found_in(unpacked(answer.content)), path
    assert taken >= {"/ledger/table.xlsx", "/ledger/archive.zip", "/tasks/{id:int}/summary.xlsx"}


async def test_neither_logs_nor_errors_repeat_a_number(
    world: World,
    site: Site,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await site.signed_in(await Post.get(pk=world.viewers["own secretary"].post_id))
    query = f'{{ unit(id: "{SOWN}") {{ name }} units(first: 5, filter: {{ text: "{SOWN}" }}) {{ nodes {{ name }} }} }}'
    answers = [await browser.get(f"/units?q={SOWN}"), await browser.get(f"/nowhere/{SOWN}")]
    answers.append(
        await browser.post("/graphql", json={"query": query}, headers={"Origin": "http://town.test"})
    )
    logging.getLogger("xingcun").warning("statement failed: %s", SOWN, exc_info=ValueError(SOWN))
    assert answers[0].status_code == 200 and not found_in(answers[2].text)
    lines = [written(one) for one in caplog.records if one.name.startswith("xingcun")]
    assert lines and not [one for one in lines if found_in(one)]


async def test_an_identity_number_is_taken_in_nowhere(world: World) -> None:
    copy = await Assignment.filter(task__title__startswith="词元任务").first()
    assert copy is not None
    with pytest.raises(Invalid, match="不收集身份证号"):
        await tasks.say(world.viewers["coordinator"], copy, words="户主 11010519491231002X")


def written(record: logging.LogRecord) -> str:
    """The line as the log has it, and not as the handler of the tests wrote it before."""
    return Plain().format(logging.makeLogRecord({**vars(record), "exc_text": None}))


def found_in(text: str) -> bool:
    return any(part in text for part in PARTS)


def downloads(site: Site) -> list[str]:  # noqa: F811
    """Every address that gives a file made of rows."""
    found = [
        one.path
        for one in site.app.routes
        if isinstance(one, Route) and one.path.endswith((".xlsx", ".zip", ".csv"))
    ]
    assert len(found) > 7
    return found


def unpacked(content: bytes) -> str:
    """All the words of a table or of an archive of tables."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(unpacked(packed.read(name)) for name in packed.namelist())
