"""The compiled completion and graphql-core's own agree to the byte, also about bad values."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import orjson
import pytest
import strawberry
from graphql import execute
from graphql.pyutils import is_awaitable

from models.base.viewer import ANONYMOUS
from models.people import Post as PostRecord
from models.units import Unit as UnitRecord
from schema.base.build import built, core
from schema.base.completion import Completion, taken
from schema.base.connections import Page, Total
from schema.base.documents import Operations
from schema.base.errors import shown
from schema.base.fetch import Plan, Reading, one, some
from schema.base.fills import column, computed
from schema.base.http import Context
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages
from schema.base.shapes import PageShape, Source

QUERIES = 1_500


@type_for(PostRecord)
class Posting(Node):
    role: str
    from_on: date
    until_on: date | None
    duties: list[str]
    maybe: list[str | None] | None = column("duties")
    number: int = column("title")
    flag: bool | None = column("title")
    sure: float = column("id")
    shout: str = computed(lambda role, title: f"{role.upper()}:{title}", "role", "title")


@type_for(UnitRecord)
class Place(Node):
    name: str
    kind: str | None
    parent: Place | None
    sure_parent: str = column("name")
    posts = many(Posting, "unit_id", order=("-from_on", "id"))


@strawberry.type
class Queries:
    places = pages(Place, order=("id",))

    @strawberry.field(graphql_type=Node | None)
    def node(self) -> Any:
        return one(PostRecord, 1)

    @strawberry.field(graphql_type=Place)
    def place(self) -> Any:
        return one(UnitRecord, 1)

    @strawberry.field(graphql_type=list[Posting])
    def postings(self) -> Any:
        return some(PostRecord, (1, 2))

    @strawberry.field(graphql_type=list[Posting | None] | None)
    def maybe_postings(self) -> Any:
        return some(PostRecord, (1, 2))


SCHEMA = core(built([Queries], types=[Place, Posting]))
GOOD: dict[str, list[Any]] = {
    "id": [1, 2, 7],
    "name": ["梅渚村", 'a"b\\'],
    "kind": ["village", None],
    "role": ["secretary"],
    "title": ["主任", "", 5, True, 2**40, "3"],
    "from_on": ["2026-01-02"],
    "until_on": ["2026-01-02", None],
    "duties": ['["MZ"]', "[]", '["a", null]'],
    "parent_id": [1, None],
    "unit_id": [1],
}
BAD: list[Any] = [
    None,
    5,
    "x",
    1.5,
    True,
    b"x",
    {},
    [],
    "2026-13-40",
    "[1]",
    "{",
    '"text"',
    2**80,
    float("nan"),
]
POST = [
    "__typename",
    "id",
    "role",
    "fromOn",
    "untilOn",
    "duties",
    "maybe",
    "number",
    "flag",
    "sure",
    "shout",
    "a:role",
    "b:number",
    "f:flag",
    "s:shout",
    "...P",
    "...on%20Node{id}",
]
PLACE = [
    "__typename",
    "id",
    "name",
    "kind",
    "p:parent{name}",
    "parent{id%20__typename}",
    "parent{kind%20parent{name}}",
    "sureParent",
    "q:parent{parent{kind}}",
    "n@include(if:$v):name",
    "kind@skip(if:$v)",
    "posts(first:2){edges{cursor%20node{POST}}pageInfo{hasNextPage%20endCursor}}",
    "few:posts(last:1){totalCount{count%20isExact}edges{node{POST}}}",
    "...U",
]


class Made:
    """Rows from chance instead of a database, the same for both executors."""

    def __init__(self, seed: int, spoilt: float) -> None:
        self.chance, self.spoilt = random.Random(seed), spoilt

    def row(self, source: Source) -> tuple[Any, ...]:
        return tuple(self.value(path) for path in source.columns)

    def value(self, path: str) -> Any:
        if self.chance.random() < self.spoilt:
            return self.chance.choice(BAD)
        return self.chance.choice(GOOD[path if path in GOOD else path.rpartition("__")[2]])

    def rows(self, source: Source) -> list[Any]:
        return [self.row(source) for _ in range(self.chance.randint(0, 3))]

    def page(self, source: Source, shape: PageShape) -> Page:
        rows = self.rows(source)
        for row in rows:
            self.safe_cursor(row, shape)
        return Page(rows, (), self.chance.random() < 0.5, False, Total(count=4, is_exact=True))

    def safe_cursor(self, row: Any, shape: PageShape) -> None:
        """Cursors are made of key columns, which databases keep well-formed."""

    def follow(self, source: Source, rows: list[Any], found: list[Any]) -> None:
        for followed in source.follows:
            assert followed.source is not None
            there: dict[Any, Any] = {}
            for row in rows:
                if followed.page is None or self.chance.random() < 0.2 or not _hashable(row[followed.at]):
                    continue
                page = there[row[followed.at]] = self.page(followed.source, followed.page)
                self.follow(followed.source, page.rows, found)
            found[followed.slot] = there


def _hashable(value: Any) -> bool:
    return not isinstance(value, dict | list)


class Ours(Completion):
    seed, spoilt = 0, 0.0

    async def fetched(self, plan: Plan, reading: Reading) -> tuple[Any, list[Any]]:
        found: list[Any] = [{}] * plan.slots
        return self.made(plan, reading, found), found

    def made(self, plan: Plan, reading: Reading, found: list[Any]) -> Any:
        made = Made(self.seed, self.spoilt)
        if plan.page is not None:
            page = made.page(plan.source, plan.page)
            made.follow(plan.source, page.rows, found)
            return page
        rows = made.rows(plan.source)
        made.follow(plan.source, rows, found)
        return (rows[0] if rows else None) if reading.alone else rows


class Stock(Ours):
    """The same rows, always completed by graphql-core."""

    def planned(self, *args: Any) -> Plan:
        plan = super().planned(*args)
        plan.complete = _refuse
        return plan


def _refuse(rows: Any, found: Any) -> Any:
    raise AssertionError


def a_query(chance: random.Random) -> str:
    post = " ".join(chance.sample(POST, chance.randint(1, 6))).replace("%20", " ")
    place = " ".join(chance.sample(PLACE, chance.randint(1, 6))).replace("%20", " ")
    place = place.replace("n@include(if:$v):name", "n:name @include(if:$v)").replace("POST", post)
    roots = [
        f"places(first: 3) {{ edges {{ c: cursor node {{ {place} }} }} pageInfo {{ hasNextPage startCursor }} }}",
        f"more: places(last: 3) {{ __typename a: edges {{ node {{ {place} }} }} b: edges {{ cursor node {{ id }} }} }}",
        f"place {{ {place} }}",
        f"postings {{ {post} }}",
        f"maybePostings {{ {post} }}",
        f"node {{ id __typename ... on Posting {{ {post} }} }}",
    ]
    asked = " ".join(chance.sample(roots, chance.randint(1, 2)))
    query = f"query($v: Boolean = true) {{ x: __typename @skip(if: $v) {asked} }}"
    for name, fragment in {
        "P": "on Posting { z: role duties }",
        "U": "on Place { w: name parent { kind } }",
    }.items():
        if f"...{name}" in query:
            query += f" fragment {name} {fragment}"
    return query


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_ours_and_stock_agree_to_the_byte(town: str) -> None:
    """The records must stand; of their rows no database is asked."""
    operations, before, compared = Operations(SCHEMA), taken["compiled"], 0
    for seed in range(QUERIES):
        chance = random.Random(seed)
        query, spoilt = a_query(chance), chance.choice([0.0, 0.0, 0.02, 0.1, 0.3])
        variables = {"v": chance.random() < 0.5}
        answers = [await _answer(kind, operations, query, variables, seed, spoilt) for kind in (Ours, Stock)]
        assert answers[0] == answers[1], f"{seed}: {query}\n{answers[0].decode()}\n{answers[1].decode()}"
        compared += 1
    assert compared == QUERIES
    assert taken["compiled"] - before > QUERIES / 3


async def _answer(
    kind: type[Ours], operations: Operations, query: str, variables: dict[str, Any], seed: int, spoilt: float
) -> bytes:
    prepared, _ = operations.prepared(query, variables)
    kind.seed, kind.spoilt = seed, spoilt
    prepared.plans.clear()
    result = execute(
        SCHEMA,
        prepared.document,
        variable_values=variables,
        context_value=Context(ANONYMOUS),
        executor_class=kind,
        prepared=prepared,
    )
    if is_awaitable(result):
        result = await result
    errors = sorted(str(_plain(error)) for error in result.errors or [])  # type: ignore[union-attr]
    return orjson.dumps([result.data, errors])  # type: ignore[union-attr]


def _plain(error: Any) -> Any:
    known = error.original_error is None or not isinstance(error.original_error, Exception)
    return shown(error) if known else (error.message, error.path, error.locations)
