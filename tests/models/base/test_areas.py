"""What lies in somebody's area is the same however it is asked for, and every database finds it by unit, with or without the values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.expressions import Q

from models.base.areas import Below
from models.base.events import Event
from models.base.statement_cache import Bound, prepare
from models.base.viewer import NOTHING, Hat, Viewer, any_of
from models.people import Person, Post
from models.people.roles import LEVELS_OF
from models.tasks import Assignment
from models.units import Unit
from tests.builders import Town, a_town, a_unit, a_viewer

TIMES = 7
"""PostgreSQL plans without the values from the sixth time on."""

KINDS = {str: "text", bool: "boolean", int: "bigint"}


def _of(*units: Unit) -> Viewer:
    hats = [Hat(n, "observer", one.pk, one.path, one.level, one.name) for n, one in enumerate(units)]
    return Viewer(1, 1, "", tuple(hats))


def _places(place: Town) -> list[Unit]:
    return [one for one in vars(place).values() if isinstance(one, Unit)]


@pytest.mark.anyio
async def test_an_area_holds_what_its_paths_hold(town: str) -> None:
    place = await a_town()
    units = _places(place)
    for unit in units:
        await a_viewer("cadre", unit)
    posts = {post.pk: post.unit.path for post in await Post.all().select_related("unit")}
    several = [(place.township, place.grid), (place.village, place.city), (place.county, place.village)]
    many = [(place.village, place.other_village, place.second_village, place.department)]
    for those in ((), *((one,) for one in units), *several, *many):
        viewer = _of(*those)
        tops = tuple(one.path for one in those)
        for _ in range(3):  # written, learnt, remembered
            found = await Unit.filter(viewer.area("path", "observer")).values_list("path", flat=True)
            assert set(found) == {one.path for one in units if tops and one.path.startswith(tops)}
            told = await Post.filter(viewer.area("unit__path", "observer")).values_list("id", flat=True)
            assert set(told) == {pk for pk, path in posts.items() if tops and path.startswith(tops)}
            others = await Post.filter(~viewer.area("unit__path", "observer")).count()
            assert others == len(posts) - len(told)


@pytest.mark.anyio
async def test_fifty_posts_are_one_statement_of_the_size_of_two(town: str) -> None:
    place = await a_town()
    villages = [await a_unit("village", place.township) for _ in range(50)]
    two, fifty = (
        _sql(Assignment.filter(_of(*some).area("unit__path", "observer")))
        for some in (villages[:2], villages)
    )
    assert two[0] == fifty[0] and len(fifty[1]) == 1
    rows, written = Assignment.filter(_of(*villages).area("unit__path", "observer")), []
    for _ in range(3):
        query = rows.only("id")
        query._db = Tortoise.get_connection("default")
        prepare(query)
        written.append(type(query.query))
    # As long as the text of all their paths may be, it is remembered like any other.
    assert written == [Bound] * 3 and fifty[1][0].count(",") == 49


def _sql(rows: Any) -> tuple[str, list[Any]]:
    query = rows.only("id")
    query._db = Tortoise.get_connection("default")
    query._make_query()
    sql, values = query.query.get_parameterized_sql()
    return sql, list(values)


def test_nothing_leaves_no_dead_branch() -> None:
    some = Q(id=1)
    assert (NOTHING | some) is some and (some | NOTHING) is some
    assert (NOTHING & some) is NOTHING and (some & NOTHING) is NOTHING and (NOTHING | NOTHING) is NOTHING
    assert any_of([NOTHING, NOTHING]) is NOTHING and any_of([]) is NOTHING
    assert any_of([NOTHING, some]).children == (some,)


@pytest.mark.anyio
async def test_nobody_reads_past_a_dead_branch(town: str) -> None:
    """Every record as every role sees it."""
    place = await a_town()
    dead = {}
    for name, record in Tortoise.apps["models"].items():  # type: ignore[index]
        for viewer in _everybody(place):
            try:
                rows = record.visible_to(viewer)  # type: ignore[attr-defined]
            except (NotImplementedError, AttributeError):
                continue
            sql, _ = _sql(rows)
            if " OR 1=0" in sql or "1=0 OR " in sql:
                dead[name, viewer.hats[0].role] = sql
    assert dead == {}


def _everybody(place: Town) -> Iterable[Viewer]:
    for role, levels in LEVELS_OF.items():
        unit = getattr(place, sorted(levels)[0])
        yield Viewer(1, 1, "", (Hat(1, role, unit.pk, unit.path, unit.level, unit.name),))


@pytest.mark.anyio
async def test_postgres_finds_an_area_by_its_units_with_and_without_the_values(town: str) -> None:
    place = await a_town()
    if Tortoise.get_connection("default").capabilities.dialect == "sqlite":
        return
    for viewer in (_of(place.village), _of(place.township), _of(place.village, place.other_village)):
        sql, values = _sql(Assignment.filter(viewer.area("unit__path", "observer") | Q(handed_to_id=7)))
        for mode in ("force_custom_plan", "force_generic_plan", "auto"):
            plan = await _plan(sql, values, mode)
            assert "InitPlan" in plan and "unit_id = ANY (" in plan.split("Filter:")[0], (mode, plan)


@pytest.mark.anyio
async def test_people_are_found_by_the_posts_of_an_area_and_events_by_their_own_subject(town: str) -> None:
    place = await a_town()
    viewers = [await a_viewer("coordinator", place.township), await a_viewer("secretary", place.village)]
    for viewer in viewers:
        seen = await Post.visible_to(viewer).values_list("person_id", flat=True)
        for _ in range(3):  # written, learnt, remembered
            assert set(await Person.visible_to(viewer).values_list("id", flat=True)) == {*seen}
    if Tortoise.get_connection("default").capabilities.dialect == "sqlite":
        return
    for viewer in viewers:
        for mode in ("force_custom_plan", "force_generic_plan", "auto"):
            people = await _plan(*_sql(Person.visible_to(viewer)), mode)
            assert "id = ANY (" in people.split("InitPlan")[0] and "hashed" not in people, (mode, people)
            events = await _plan(*_sql(Event.visible_to(viewer).filter(command="bids.open")), mode)
            assert "bid.id = event.subject_id" in events or "id = event.subject_id" in events, (mode, events)


async def _plan(sql: str, values: list[Any], mode: str) -> str:
    """How a prepared statement is run the next time, once it has been run often enough."""
    kinds = ", ".join(next(told for kind, told in KINDS.items() if isinstance(one, kind)) for one in values)
    told = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)
    connection = Tortoise.get_connection("default")
    async with connection._in_transaction() as one:
        await one.execute_query(f"SET LOCAL plan_cache_mode = {mode}")
        await one.execute_query("SET LOCAL enable_seqscan = off")
        await one.execute_query(f"PREPARE asked ({kinds}) AS {sql}")
        for _ in range(TIMES):
            await one.execute_query(f"EXECUTE asked ({told})")
        _, lines = await one.execute_query(f"EXPLAIN EXECUTE asked ({told})")
        await one.execute_query("DEALLOCATE asked")
    return "\n".join(str(line[0]) for line in lines)


def test_paths_below_others_are_not_told_twice() -> None:
    assert Below.of(["1/2/", "1/", "3/"]).bound == ("1/,3/",)
    assert Below.of(["1/2/", "1/"]).bound == ("1/", "10")
