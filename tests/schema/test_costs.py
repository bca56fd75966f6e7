"""What a document is said to cost follows the statements and rows it takes."""

from __future__ import annotations

import re
from json import dumps
from typing import Any

import pytest

from schema import door
from schema.base.documents import Refused
from schema.base.nodes import RECORDS, global_id, read_global_id
from schema.base.prices import DECLARED, STATEMENT
from tests.builders import a_viewer
from tests.counting import counted
from tests.models.burden.scenes import a_busy_town
from tests.schema.contract_rules import CORE
from tests.schema.test_schema import a_page_of, roots
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]

RIGHTS = re.compile(r"\b(?:allowed|may[A-Z]\w*)\b")
"""What is worked out for each row from who asks: a point for every one of them."""


async def test_a_page_costs_ten_for_each_statement_it_takes_and_one_a_row(town: str) -> None:
    """Every root with all that its rows show: never cheaper than its statements, and never thrice as dear."""
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.township)
    for root in roots():
        query = a_page_of(root, 50)
        await ask(door, viewer, query)
        with counted() as statements:
            answer = await ask(door, viewer, query)
        assert "errors" not in answer, (root, answer["errors"])
        rows = len(answer["data"][root]["edges"])
        if rows == 0:
            continue
        cost = answer["extensions"]["cost"]["cost"]
        assert cost >= STATEMENT * min(len(statements), 3), (root, cost, len(statements))
        for_rights = 50 * len(RIGHTS.findall(query))
        most = 50 + 3 * (STATEMENT * (len(statements) + 1) + 50) + 2 * 50 + for_rights
        assert cost <= most, (root, cost, most, len(statements))


COLUMNS = "id code title body state stateLabel dueOn dueAt createdAt dispatchedAt isOverdue releaseOn"


async def test_columns_and_what_is_joined_are_free_and_copies_cost_a_point_each(town: str) -> None:
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.township)
    costs = []
    for selected in ("id", COLUMNS, f"{COLUMNS} matter {{ code title }}"):
        answer = await ask(door, viewer, f"{{ tasks(first: 100) {{ nodes {{ {selected} }} }} }}")
        costs.append(answer["extensions"]["cost"]["cost"])
    assert costs[0] == costs[1] == costs[2] == 1 + STATEMENT + 100
    mirror = (
        "{ tasks(first: 40) { nodes { id assignments(first: 100) { nodes { id state unit { code } } } } } }"
    )
    assert (await ask(door, viewer, mirror))["extensions"]["cost"][
        "cost"
    ] == 1 + 2 * STATEMENT + 40 + 40 * 100


def test_what_declares_a_cost_is_there() -> None:
    for name in DECLARED:
        type_, _, field = name.partition(".")
        own = {
            one.extensions["strawberry-definition"].python_name
            for one in CORE.type_map[type_].fields.values()
        }  # type: ignore[attr-defined]
        assert field in own, name


async def test_a_hundred_figures_are_dearer_than_a_hundred_columns(town: str) -> None:
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.township)
    figures = 'burden(since: "2026-01-01", until: "2026-12-31") { figures { hours } months { sent } }'
    many = " ".join(f"a{number}: {figures}" for number in range(18))
    answer = await ask(door, viewer, f"{{ {many} }}")
    assert answer["extensions"]["cost"]["cost"] > 3_000


async def test_a_table_of_a_whole_city_is_not_asked_for_twenty_times_at_once(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    sums = 'valueTable(elements: ["resident_household"]) { totals(level: COUNTY) { villages } }'
    many = " ".join(f"a{number}: {sums}" for number in range(18))
    with pytest.raises(Refused, match="查询成本"):
        await ask(door, keeper, f"{{ {many} }}")


async def test_each_kind_that_ids_name_costs_a_statement_however_they_are_said(town: str) -> None:
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.township)
    ids = [global_id(kind, number) for kind in sorted(RECORDS) for number in (1, 2)][:98]
    kinds, listed = len({read_global_id(one)[0] for one in ids}), dumps(ids)  # type: ignore[index]
    ways: list[tuple[str, dict[str, Any]]] = [
        (f"{{ nodes(ids: {listed}) {{ id }} }}", {}),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids}),
        (f"query($ids: [ID!]! = {listed}) {{ nodes(ids: $ids) {{ id }} }}", {}),
        (f"query($one: ID!) {{ nodes(ids: [$one, {listed[1:-1]}]) {{ id }} }}", {"one": ids[0]}),
    ]
    for asked, given in ways:
        with counted() as statements:
            answer = await ask(door, viewer, asked, **given)
        assert len(statements) >= kinds > 40
        cost = answer["extensions"]["cost"]["cost"]
        assert cost == 1 + STATEMENT * kinds + len(ids) + len(given.keys() - {"ids"}), asked
    of_one = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for named, cost in ((ids[:2], 1), (ids[:4], 2), (ids[:2], 1)):
        answer = await ask(door, viewer, of_one, ids=named)
        assert answer["extensions"]["cost"]["cost"] == 1 + STATEMENT * cost + len(named)


async def test_figures_cost_by_their_rows_and_more_where_there_is_one_for_each_village(town: str) -> None:
    place = await a_busy_town()
    viewer = await a_viewer("coordinator", place.township)
    figures = '%s {{ assignmentFigures(over: {{period: "2026"}}, {}) {{ nodes {{ sent }} }} }}'
    named, plain = figures % "query($level: UnitLevel)", figures % "query"
    costs = []
    for asked in (
        plain.format("first: 1, level: TOWNSHIP"),
        plain.format("level: TOWNSHIP"),
        plain.format("first: 1, level: VILLAGE"),
        named.format("first: 1, level: $level"),
    ):
        answer = await ask(door, viewer, asked, **({"level": "VILLAGE"} if "$level" in asked else {}))
        costs.append(answer["extensions"]["cost"]["cost"])
    assert [one - costs[0] for one in costs] == [0, 99, 150, 150]
