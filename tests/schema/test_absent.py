"""Absent is not empty: whatever a mutation may be told, leaving it out changes nothing that stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models.base.records import Record
from models.matters import Matter
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import MUTATIONS, TRACELESS, use, verb_of

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


OPTIONAL = {
    name: sorted(_camel(one.name) for one in verb_of(name).arguments if not one.must_be_given)
    for name in MUTATIONS
    if name not in TRACELESS
}
UPDATES = {name: left for name, left in OPTIONAL.items() if left}
"""Every mutation that can be told less than everything."""
MARKS: dict[type, Any] = {
    str: "立着的",
    int: 7,
    bool: True,
    Decimal: Decimal("7.25"),
    date: date(2027, 3, 4),
    datetime: None,
    list: ["立着的"],
    dict: {"kinds": ["photo"], "reason": "立着的"},
}
"""What stands in a column before it is not spoken of."""


def columns_named(arguments: list[str]) -> Iterator[tuple[type[Record], str]]:
    """The columns of any record that have the name of something a caller may leave out."""
    for record in Tortoise.apps["models"].values():  # type: ignore[union-attr, index]
        for column in record._meta.db_fields:
            if _camel(column) in arguments or _camel(column.removesuffix("_id")) in arguments:
                yield record, column  # type: ignore[misc]


async def mark(record: type[Record], column: str) -> None:
    """Let something stand in the column of every row, where the database lets it be written at all."""
    kind = record._meta.fields_map[column].field_type
    value = MARKS.get(kind) if kind in MARKS else None
    if value is None or record._meta.fields_map[column].unique:
        return
    try:
        await record.all().update(**{column: value})
    except (BaseORMException, ValueError):
        return


async def standing(columns: list[tuple[type[Record], str]]) -> dict[tuple[str, int, str], str]:
    """What stands in these columns, row by row, as text."""
    found = {}
    for record, column in columns:
        for row in await record.all().values("id", column):
            found[record.__name__, row["id"], column] = json.dumps(row[column], default=str)
    return found


@pytest.mark.parametrize("name", UPDATES)
async def test_what_is_left_out_stays_as_it_is(town: str, name: str) -> None:
    scene = await played(name)
    least = {argument: value for argument, value in scene.given.items() if argument not in UPDATES[name]}
    first = await use(name, scene.actor, scene.given)
    assert first.get("__typename") != "Refusal", first
    columns = list(columns_named(UPDATES[name]))
    for record, column in columns:
        await mark(record, column)
    before = await standing(columns)
    await use(name, scene.actor, least, key="key-2")
    after = await standing(columns)
    assert {place: after[place] for place in before if place in after} == {
        place: said for place, said in before.items() if place in after
    }


async def test_null_empties_what_may_be_empty_and_is_refused_where_something_must_stand(town: str) -> None:
    scene = await played("putMatter")
    given = scene.given | {"demands": ["patrol"], "scope": "汛期", "normDays": 5}
    assert (await use("putMatter", scene.actor, given))["__typename"] == "Matter"
    emptied = scene.given | dict.fromkeys(("demands", "scope", "normDays"))
    await use("putMatter", scene.actor, emptied, key="key-2")
    matter = await Matter.filter(code=scene.given["code"]).order_by("-id").first()
    assert matter is not None and (matter.demands, matter.scope, matter.norm_days) == ([], "", None)
    said = await use("putMatter", scene.actor, scene.given | {"major": None}, key="key-3")
    assert (said["code"], said["field"]) == ("INVALID", "major")
