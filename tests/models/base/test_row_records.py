"""A record made of a row here is, to its last attribute, the one that Tortoise makes of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.executor import BaseExecutor
from tortoise.expressions import RawSQL
from tortoise.models import Model

from models.base.database import database
from models.base.row_records import ROWS_AT_ONCE, Making
from models.people import Post
from models.tasks import Assignment, Task
from models.tasks.records import TaskUnit
from models.units import Unit
from tests.builders import a_list, a_task, a_town, a_unit, a_viewer
from tests.databases import live_at

QUERIES = {
    "rows": lambda: Post.all().order_by("id"),
    "joined": lambda: Post.all().order_by("id").select_related("unit__parent", "person"),
    "joined to nothing": lambda: Task.all().select_related("lead_office", "matter", "drafted_by__person"),
    "joined to two by one way": lambda: TaskUnit.all().select_related("task__matter", "task__township"),
    "some columns": lambda: Unit.all().order_by("id").only("id", "name"),
    "some columns beside": lambda: Post.all().order_by("id").select_related("unit").only("id", "unit__name"),
    "only what hangs on it": (
        lambda: Assignment.all().select_related("task__matter").only("id", "task__matter__title")
    ),
    "worked out": lambda: Unit.all().order_by("id").annotate(one=RawSQL("1")),
    "fetched beside": lambda: Unit.all().order_by("id").prefetch_related("children"),
    "none": lambda: Unit.filter(id=0).select_related("parent"),
}


@pytest.mark.anyio
async def test_a_record_is_the_one_that_tortoise_makes(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await a_town()
    await a_viewer("secretary", place.village)
    await a_list(place.county)
    await a_task(place, units=[place.village])
    ours = {name: [_whole(one) for one in await made()] for name, made in QUERIES.items()}
    monkeypatch.setattr(Making, "execute_select", BaseExecutor.execute_select)
    for name, made in QUERIES.items():
        assert ours[name] == [_whole(one) for one in await made()], name
    assert ours["joined to nothing"] and ours["only what hangs on it"]


def test_whoever_was_on_the_other_database_before_reads_yes_and_no_as_such(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What is worked out once for a record and its columns is worked out once for each kind of database."""
    told = {
        kind: asyncio.run(_yes_and_no(request.getfixturevalue(f"{kind}_towns").take(), tmp_path))
        for kind in ("postgres", "sqlite")
    }
    assert told["sqlite"] == told["postgres"] and {type(one) for one in told["sqlite"]} == {bool}


async def _yes_and_no(url: str, data: Path) -> list[Any]:
    """As a record, beside others, and as a bare column."""
    with pytest.MonkeyPatch.context() as patch:
        live_at(patch, url, data)
        async with database(migrate=False):
            place = await a_town()
            await a_list(place.county)
            await a_task(place, units=[place.village])
            alone, beside = await Assignment.get(), await Assignment.get().select_related("unit")
            bare = await Assignment.all().values_list("extended", flat=True)
            return [alone.extended, beside.extended, *bare]


@pytest.mark.anyio
async def test_what_many_rows_are_joined_to_is_made_once(town: str) -> None:
    city = await a_unit("city", code="3301")
    for number in range(3):
        await a_unit("county", city, code=f"33010{number}")
    rows = await Unit.filter(level="county").select_related("parent")
    assert len({id(one.parent) for one in rows}) == 1
    again = await Unit.filter(level="county").select_related("parent").first()
    assert again is not None and again.parent is not rows[0].parent


@pytest.mark.anyio
async def test_more_rows_than_are_made_at_once_all_come(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.base.row_records.ROWS_AT_ONCE", 3)
    city = await a_unit("city", code="3301")
    for number in range(7):
        await a_unit("county", city, code=f"33010{number}")
    assert ROWS_AT_ONCE > 3 and [one.code for one in await Unit.filter(parent=city).order_by("id")] == [
        f"33010{number}" for number in range(7)
    ]


def _whole(one: Any) -> Any:
    """Everything a record holds, and so on with the records it holds."""
    if isinstance(one, Model):
        return type(one), {name: _whole(value) for name, value in sorted(vars(one).items())}
    if hasattr(one, "related_objects"):
        return [_whole(row) for row in one.related_objects]
    return one
