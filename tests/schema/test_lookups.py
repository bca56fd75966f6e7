"""What has an id is found by it, many at once and in their order; what has a published code is found by its code."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_named_type

from models.base.viewer import Viewer
from schema import door, schema
from schema.base.build import core
from schema.base.completion import taken
from schema.base.connections import LARGEST_PAGE
from schema.base.nodes import RECORDS, global_id
from tests.counting import counted
from tests.leaks.rest import a_whole_world
from tests.leaks.rights import may_know
from tests.leaks.test_graphql import TABLED, TYPE_NAMES
from tests.leaks.world import World
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]
CORE = core(schema)
assert CORE.query_type is not None
ROOTS = CORE.query_type.fields
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id %s } }"
BY_CODE = {root: get_named_type(field.type).name for root, field in ROOTS.items() if "code" in field.args}


async def _nodes(viewer: Viewer, ids: list[str], more: str = "") -> Any:
    answer = await ask(door, viewer, NODES % more, ids=ids)
    assert "errors" not in answer, answer
    return answer["data"]["nodes"]


async def test_many_are_found_in_the_order_asked_for_and_what_is_foreign_is_as_if_it_were_missing(
    town: str,
) -> None:
    world = await a_whole_world()
    rows = [row for row in world.rows if TYPE_NAMES.get(type(row.record)) in TABLED][::-1]
    again = taken["again"]
    for name in ("own secretary", "asking department", "coordinator", "nobody"):
        viewer = world.viewers[name]
        # Whoever held two posts is known to those who may know of either.
        known = {row.record.ref for row in rows if may_know(viewer, row)}
        for begin in range(0, len(rows), LARGEST_PAGE - 2):
            part = rows[begin : begin + LARGEST_PAGE - 2]
            ids = [global_id(TYPE_NAMES[type(row.record)], row.record.pk) for row in part]
            missing = [global_id("Task", 10**9), "nothing"]
            told = await _nodes(viewer, [*ids, *missing])
            assert told[-2:] == [None, None]
            for row, id_, node in zip(part, ids, told, strict=False):
                assert (node and node["id"]) == (id_ if row.record.ref in known else None), (name, row)
    assert taken["again"] == again


async def test_there_is_one_statement_for_each_type_however_many_are_asked_for(town: str) -> None:
    world = await a_whole_world()
    viewer = world.viewers["coordinator"]
    units = [global_id("Unit", world.town.village.pk), global_id("Unit", world.town.second_village.pk)]
    tasks = [global_id("Task", row.record.pk) for row in world.of_kind("Task")]
    more = "... on Unit { name parent { name } } ... on Task { title township { name } }"
    for ids in ([units[0], tasks[0]], [tasks[0], *units, *tasks, units[0]]):
        with counted() as statements:
            told = await _nodes(viewer, ids, more)
        # What everybody sees who sees a row comes with it: the parent of a unit, the township of a task.
        assert len(statements) == 2
        assert [node["id"] if node else None for node in told][:1] == ids[:1]
    assert told[1]["name"] == "梅渚村" and told[1]["parent"]["name"] == "澄潭街道"


async def test_more_than_a_page_of_them_is_refused_and_each_is_paid_for(town: str) -> None:
    world = await a_whole_world()
    ids = ["x"] * (LARGEST_PAGE + 1)
    answer = await ask(door, world.viewers["coordinator"], NODES % "", ids=ids)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    costs = [
        (await ask(door, world.viewers["coordinator"], NODES % "", ids=ids[:size]))["extensions"]["cost"]
        for size in (1, 50)
    ]
    assert costs[0]["nodes"] == 1 and costs[1]["nodes"] == 50 and costs[1]["cost"] > costs[0]["cost"]


def test_whatever_has_a_published_code_is_found_by_it() -> None:
    coded = {
        name
        for name, record in RECORDS.items()
        if name in CORE.type_map
        and "code" in CORE.type_map[name].fields  # type: ignore[union-attr]
        and record._meta.fields_map["code"].unique
    }
    assert set(BY_CODE.values()) == coded | {"Matter"}


async def test_by_code_everybody_finds_what_they_find_by_id_and_a_foreign_code_is_like_a_missing_one(
    town: str,
) -> None:
    world = await a_whole_world()
    for root, shown in BY_CODE.items():
        record = RECORDS[shown]
        rows = await record.filter(code__isnull=False)  # type: ignore[attr-defined]
        assert rows, f"nothing of {shown} to look for"
        for row in rows:
            for name in ("own secretary", "another department", "coordinator", "nobody"):
                by_id, by_code = await _both(world, name, root, global_id(shown, row.pk), row.code)
                assert by_code == by_id or shown == "Matter", (name, root, row.code)
            _, missing = await _both(world, "coordinator", root, "x", "没有\\u0000这个")
            assert missing is None


async def _both(world: World, name: str, root: str, id_: str, code: str) -> tuple[Any, Any]:
    query = f'query($id: ID!) {{ a: {root}(id: $id) {{ id }} b: {root}(code: "{code}") {{ id }} }}'
    answer = await ask(door, world.viewers[name], query, id=id_)
    assert "errors" not in answer, answer
    return answer["data"]["a"], answer["data"]["b"]


async def test_a_matter_is_found_in_the_list_that_rules_at_the_place(town: str) -> None:
    world = await a_whole_world()
    place = world.town.township.code
    query = 'query($code: String!) { matter(code: $code, within: {code: "%s"}) { code list { state } } }'
    told = await ask(door, world.viewers["observer"], query % place, code="xz-ny-01")
    assert told["data"]["matter"] == {"code": "XZ-NY-01", "list": {"state": "PUBLISHED"}}, told


@pytest.mark.parametrize("said", ["", '(id: "x", code: "x")'])
async def test_it_is_looked_for_by_exactly_one_of_the_two(town: str, said: str) -> None:
    world = await a_whole_world()
    for root in BY_CODE:
        told = await ask(door, world.viewers["coordinator"], f"{{ {root}{said} {{ id }} }}")
        assert told["errors"][0]["extensions"]["code"] == "BAD_INPUT" and told["data"] == {root: None}
