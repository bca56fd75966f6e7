"""Every part of every filter against the rows themselves: the lists and their parts are those of the schema.

What hangs on other records has an oracle of its own (`oracle_of_filters`); here each part is held by the column it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any, get_args, get_origin

import pytest
from graphql import GraphQLObjectType, get_named_type
from strawberry import ID
from strawberry.utils.str_converters import to_camel_case
from tortoise import Tortoise

from models.base.clock import now, today, town_day
from models.base.records import Record
from models.base.traces import read_for
from models.base.viewer import Viewer
from models.matters import BasisLook
from models.registry import DataValue, Element
from models.tasks import EmergencyResponse, Report
from models.tasks.emergency import LEVELS
from models.units import Unit
from models.workdays import WorkCalendar
from schema.base.completion import taken
from schema.base.filters import DateRange, DateTimeRange, Part
from schema.base.nodes import RECORDS, global_id, read_global_id
from schema.units import UnitRef
from tests.counting import counted
from tests.leaks.rest import a_whole_world
from tests.leaks.walking import DOOR
from tests.leaks.world import World
from tests.schema.conditions import holds, paths_in, relations_in, values_at
from tests.schema.contract_of_records import LISTS
from tests.schema.test_related_filters import CORE, FILTERS, OF
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]
READERS = ("coordinator", "own secretary", "list keeper", "observer", "asking department")
MINUTE = timedelta(minutes=1)
assert CORE.query_type is not None
ROOTS = {
    filter: name
    for name, field in CORE.query_type.fields.items()
    if "before" in field.args
    and "filter" in field.args
    and (filter := get_named_type(field.args["filter"].type).name) in OF
}
PARTS = [
    (name, key, part)
    for name, filter in FILTERS.items()
    for key, part in filter.parts.items()
    if name in ROOTS and (part.column or part.condition)
]
"""Every part that looks at a column of the row, or at a condition that can be asked of it."""
ELSEWHERE = {
    "RankingFilter",  # which board to read: tests/schema/test_rankings.py
}


BARREN = {
    "OptOutFilter.is_over",  # one's own alone, and nobody here has any
    "AssignmentFilter.decided_at",  # nothing is decided here: see oracle_of_filters
    "AppealFilter.entries",  # links that no row here has, from here on
    "AdjustmentFilter.entries",
    "MatterListFilter.based_on",
    "ComplaintFilter.tasks",
    "TaskFilter.series",
    "TaskFilter.responses",
    "PointEntryFilter.reverses",
    "ProjectFilter.instead_of",
}
"""What is asked for, and in this world finds nothing."""


@dataclass(frozen=True)
class Told:
    """A value as a caller says it, and which rows it leaves."""

    said: Any
    leaves: Callable[[Any], bool]


def test_every_part_is_held_here_or_by_an_oracle_of_its_own() -> None:
    here = {(name, key) for name, key, _ in PARTS}
    other = {
        (name, key)
        for name, filter in FILTERS.items()
        for key, part in filter.parts.items()
        if (name, key) not in here and name not in ELSEWHERE and not (part.column or part.condition)
    }
    assert {key for _, key in other} == {
        "text", "departments", "village", "has_reports_to_review", "verdicts", "stages", "awarded_to", "is_late",
        "batch", "role", "subjects", "period_keys",
    }  # fmt: skip
    assert len(PARTS) > 100


async def test_every_part_leaves_what_its_column_says_by_as_many_statements_on_the_compiled_path(
    town: str,
) -> None:
    world = await a_whole_world()
    await _what_the_world_lacks(world)
    chance, again = Random(23), taken["again"]
    rows: dict[tuple[str, str], list[Any]] = {}
    units = {one: list(await Unit.visible_to(world.viewers[one]).order_by("path")) for one in READERS}
    wrong, found, spent = [], Counter[str](), dict[tuple[str, str], set[int]]()
    for name, key, part in PARTS:
        for reader in READERS:
            viewer = world.viewers[reader]
            if (name, reader) not in rows:
                rows[name, reader] = await _loaded(viewer, name)
            there = rows[name, reader]
            if not there or found[f"{name}.{key}"] > 2:
                continue
            told = _told(name, part, there, units[reader], chance)
            if not await _may_name(viewer, name, part, told.said):
                continue
            ids, count, statements = await _found(viewer, name, key, told.said)
            wanted = {global_id(_shown(OF[name]), row.pk) for row in there if told.leaves(row)}
            if not (ids <= wanted and count == len(wanted)):
                wrong.append((reader, name, key, told.said, len(ids), len(wanted)))
            if told.said != []:
                spent.setdefault((name, key), set()).add(statements)
            found[f"{name}.{key}"] += len(ids)
    assert not wrong, wrong[:8]
    assert taken["again"] == again
    assert {at: counts for at, counts in spent.items() if len(counts) > 1} == {}
    barren = {f"{name}.{key}" for name, key, _ in PARTS if not found[f"{name}.{key}"]}
    assert barren == BARREN


async def _what_the_world_lacks(world: World) -> None:
    """Rows of the lists that the main job leaves empty."""
    town, post = world.town, world.viewers["coordinator"].hats[0].post_id
    ended = await Unit.filter(pk=town.second_village.pk).update(ended_on=today())
    assert ended == 1
    at = {"name": "防汛", "level": LEVELS[0], "reason": "大雨", "declared_at": now(), "declared_by_id": post}
    await EmergencyResponse.create(unit=town.township, **at)
    look = {
        "code": "XZ-NY-01",
        "basis": "《示范规定》",
        "note": "仍有效",
        "as_of": today(),
        "at": now(),
        "by_id": post,
    }
    await BasisLook.create(region=town.county, **look)
    year = {"year": 2026, "number": 1, "source": "示范", "made_at": now(), "set_by_id": post}
    await WorkCalendar.create(unit=town.city, **year)
    report = await Report.all().order_by("id").select_related("assignment").first()
    assert report is not None
    brought = {
        "report_id": report.pk,
        "task_id": report.assignment.task_id,
        "unit_id": report.assignment.unit_id,
    }
    element = await Element.filter(sensitivity="open").order_by("id").first()
    await DataValue.create(element=element, value="1", as_of=today(), at=now(), by_id=post, **brought)


def _shown(record: type[Record]) -> str:
    return next(shown for shown, one in RECORDS.items() if one is record and shown in CORE.type_map)


async def _loaded(viewer: Viewer, name: str) -> list[Any]:
    """The rows that a viewer may see, with what their parts look at."""
    paths = [part.column for key, part in FILTERS[name].parts.items() if part.column]
    for part in FILTERS[name].parts.values():
        paths += list(paths_in(part.condition())) if part.condition else []
    seen = read_for(viewer, OF[name].visible_to(viewer))
    return list(await seen.prefetch_related(*sorted({relations_in(path) for path in paths} - {""})))


def _told(name: str, part: Part, rows: list[Any], units: list[Unit], chance: Random) -> Told:
    """Something that stands in the rows, so that it is found."""
    if part.condition is not None:
        condition = part.condition()
        flag = bool(holds(condition, chance.choice(rows)))
        return Told(flag, lambda row: holds(condition, row) is flag)
    path = part.column
    one = chance.choice([value for row in rows if (value := values_at(row, path)) is not None] or [None])
    if part.kind is UnitRef:
        place = chance.choice([unit for unit in units if (one or "").startswith(unit.path)] or units)
        said = {"id": global_id("Unit", place.pk)}
        return Told(said, lambda row: (values_at(row, path) or "").startswith(place.path))
    if part.kind is DateRange:
        day = _day(one or today())
        return Told({"since": str(day), "until": str(day)}, lambda row: _day(values_at(row, path)) == day)
    if part.kind is DateTimeRange:
        first, last = (one or now()) - MINUTE, (one or now()) + MINUTE
        span = {"since": first.isoformat(), "before": last.isoformat()}
        return Told(span, lambda row: (at := values_at(row, path)) is not None and first <= at < last)
    said = [] if one is None else [_as_said(name, part, one)]
    return Told(said, lambda row: bool(said) and values_at(row, path) == one)


def _day(at: Any) -> date | None:
    return town_day(at) if isinstance(at, datetime) else at


def _as_said(name: str, part: Part, value: Any) -> Any:
    """A value of a column as callers write it: rows by their ids, words of enums by their names."""
    assert get_origin(part.kind) is list
    (item,) = get_args(part.kind)
    if item is ID or item is UnitRef:
        aim = OF[name]._meta.fields_map[part.column.removesuffix("_id")].model_name.split(".")[-1]  # type: ignore[attr-defined]
        text = global_id(_shown(Tortoise.apps["models"][aim]), value)  # type: ignore[index]
        return text if item is ID else {"id": text}
    return item(value).name if isinstance(item, type) and issubclass(item, Enum) else value


async def _may_name(viewer: Viewer, name: str, part: Part, said: Any) -> bool:
    """Whether what is named is the viewer's to know of: a row may belong to what is not."""
    if get_args(part.kind) != (ID,):
        return True
    aim, number = read_global_id(said[0]) if said else (None, 0)  # type: ignore[misc]
    return aim is None or await aim.visible_to(viewer).filter(pk=number).exists()


async def _found(viewer: Viewer, name: str, key: str, said: Any) -> tuple[set[str], int, int]:
    query = f"""query($filter: {name}) {{ page: {ROOTS[name]}(first: 100, filter: $filter) {{
      totalCount {{ count }} nodes {{ id }} }} }}"""
    with counted() as statements:
        answer = await ask(DOOR, viewer, query, filter={to_camel_case(key): said})
    assert "errors" not in answer, (name, key, said, answer["errors"])
    page = answer["data"]["page"]
    ids, count = {node["id"] for node in page["nodes"]}, page["totalCount"]["count"]
    assert len(ids) == min(100, count)
    return ids, count, len(statements)


BELOW = [
    (type_.name, key, get_named_type(field.args["filter"].type).name)
    for type_ in CORE.type_map.values()
    if isinstance(type_, GraphQLObjectType) and type_.name in LISTS
    for key, field in type_.fields.items()
    if "filter" in field.args
]
"""Every connection below a record that can be looked through."""


async def test_below_a_record_a_filter_leaves_what_it_leaves_of_the_whole_list(town: str) -> None:
    world = await a_whole_world()
    chance, again, met = Random(29), taken["again"], Counter[tuple[str, str]]()
    for parent, key, name in BELOW:
        for reader in ("list keeper", "coordinator", "own secretary"):
            viewer = world.viewers[reader]
            rows = await _loaded(viewer, name)
            units = list(await Unit.visible_to(viewer).order_by("path"))
            for part_key, part in FILTERS[name].parts.items():
                if not rows or not (part.column or part.condition):
                    continue
                told = _told(name, part, rows, units, chance)
                if not await _may_name(viewer, name, part, told.said):
                    continue
                left = {global_id(_shown(OF[name]), row.pk) for row in rows if told.leaves(row)}
                for every, some in await _both(
                    viewer, parent, key, name, {to_camel_case(part_key): told.said}
                ):
                    assert some == [one for one in every if one in left], (parent, key, part_key, told.said)
                    met[parent, key] += len(some)
    assert taken["again"] == again
    assert {(parent, key) for parent, key, _ in BELOW} - met.keys() == NEVER_BELOW
    assert not [at for at, count in met.items() if not count]


NEVER_BELOW = {("EmergencyResponse", "tasks")}
"""Nobody declares a response in this world."""


async def _both(viewer: Viewer, parent: str, key: str, name: str, wanted: Any) -> list[tuple[Any, Any]]:
    """Below each of some rows: all there are, and those that the filter leaves."""
    root = next(root for root, field in CORE.query_type.fields.items() if field is LISTS[parent])  # type: ignore[union-attr]
    query = f"""query($filter: {name}) {{ page: {root}(first: 50) {{ nodes {{
      every: {key}(first: 100) {{ nodes {{ id }} }}
      some: {key}(first: 100, filter: $filter) {{ nodes {{ id }} totalCount {{ count }} }} }} }} }}"""
    answer = await ask(DOOR, viewer, query, filter=wanted)
    assert "errors" not in answer, (parent, key, wanted, answer["errors"])
    found = []
    for row in answer["data"]["page"]["nodes"]:
        every, some = ([node["id"] for node in row[at]["nodes"]] for at in ("every", "some"))
        assert row["some"]["totalCount"]["count"] == len(some)
        found.append((every, some))
    return found
