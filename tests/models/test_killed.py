"""Sending to many is all or nothing, also where the process is killed in the middle of it, at whatever statement."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tortoise import Tortoise

from models.base.database import database
from models.base.records import Record
from models.requests import WorkRequest
from models.tasks import Assignment
from tests.builders import a_list, a_task, a_town, a_unit, a_viewer, an_admitted_request
from tests.nursery import Nursery

PROGRAM = """
import asyncio
from tests.models.killed import play
asyncio.run(play({act!r}, {at!r}))
"""
TOWNSHIPS, VILLAGES = 103, 32
MADE: dict[str, tuple[type[Record], int]] = {
    "ask_everybody": (WorkRequest, TOWNSHIPS),
    "send_to_all": (Assignment, VILLAGES),
}


async def _prepare(act: str) -> None:
    """Everything but the act itself."""
    async with database():
        place = await a_town()
        await a_list(place.city)
        if act == "ask_everybody":
            for number in range(TOWNSHIPS - 2):
                await a_unit("village", await a_unit("township", place.county), f"第{number}村")
            await a_viewer("department_officer", await a_unit("department", place.city))
        else:
            villages = [place.village, place.second_village]
            villages += [await a_unit("village", place.township) for _ in range(VILLAGES - 2)]
            request = await an_admitted_request(place, units=villages)
            await a_task(place, "approved", requests=[request], units=villages)


async def _everything() -> dict[str, list[str]]:
    """Every row of every table."""
    async with database():
        connection = Tortoise.get_connection("default")
        tables = [model._meta.db_table for app in Tortoise.apps.values() for model in app.values()]
        return {
            table: sorted(map(repr, await connection.execute_query_dict(f'SELECT * FROM "{table}"')))
            for table in tables
        }


async def _many(made: type[Record]) -> int:
    async with database():
        return await made.all().count()


def _killed(nursery: Nursery, folder: Path, act: str, at: int | str) -> str:
    """What it said that was to be killed there: nothing, unless it came through."""
    done = nursery.run("-c", PROGRAM.format(act=act, at=at), folder=folder, patience=120)
    assert done.returncode in (0, -1, -signal.SIGKILL), done.stderr
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def _die(nursery: Nursery, folder: Path, act: str, places: Callable[[], Iterator[int | str]]) -> int:
    """Killed at each of these places nothing is left of it; then it goes through. How many places there are."""
    asyncio.run(_prepare(act))
    before = asyncio.run(_everything())
    for at in places():
        if said := _killed(nursery, folder, act, at):
            break
        assert asyncio.run(_everything()) == before, at
    else:
        said = _killed(nursery, folder, act, 10**6)
    made, many = MADE[act]
    assert asyncio.run(_many(made)) == many
    return int(said)


def test_a_township_killed_while_it_sends_to_all_its_villages_leaves_nothing(
    town_url: str, nursery: Nursery, tmp_path: Path
) -> None:
    assert _die(nursery, tmp_path, "send_to_all", lambda: iter(('INSERT INTO "assignment"',))) > 20


@pytest.mark.nightly
@pytest.mark.parametrize("act", MADE)
def test_killed_at_any_statement_or_at_its_commit_it_leaves_nothing(
    town_url: str, nursery: Nursery, tmp_path: Path, act: str, figure: Callable[[str], None]
) -> None:
    places = _die(nursery, tmp_path, act, lambda: iter(range(10**6)))
    figure(f"killed at each of {places} statements and commits: nothing left; then all {MADE[act][1]}")
