"""No condition grows with the deployment: a list of any length is one parameter, in every kind of statement."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from datetime import date

import pytest
from tortoise import Tortoise
from tortoise.expressions import Q, Subquery

from models.base.long_lists import LONG, is_long
from models.people import Person, Post
from models.units import Unit
from tests.builders import a_unit
from tests.sources import ROOT, WRITTEN

MANY = 70_000
"""More than twice what PostgreSQL takes as parameters."""


@pytest.mark.anyio
async def test_lists_of_any_length_hold_in_every_kind_of_statement(town: str) -> None:
    here = [await a_unit("city", code=code, name=f"市{code}") for code in ("3301", "3302", "3303")]
    first, second, third = [one.pk for one in here]
    numbers, codes = list(range(second, second + MANY)), ["3301", *map(str, range(900_000, 900_000 + MANY))]
    assert await Unit.filter(id__in=numbers).order_by("id").values_list("id", flat=True) == [second, third]
    assert await Unit.exclude(id__in=numbers).values_list("id", flat=True) == [first]
    assert await Unit.filter(~Q(id__in=numbers) | Q(code__in=codes)).count() == 1
    assert await Unit.filter(id__not_in=numbers).count() == 1
    assert (
        await Unit.filter(code__in=codes).exists()
        and not await Unit.filter(code__not_in=codes, id=first).exists()
    )
    assert await Unit.filter(parent_id__not_in=numbers).count() == 3, "what is nobody's is in no list"
    assert await Post.filter(unit__code__in=codes).count() == 0
    assert await Unit.filter(id__in=Subquery(Unit.filter(id__in=numbers).values("id"))).count() == 2
    assert await Unit.filter(id__in=numbers).update(pinyin="x") == 2
    assert await Unit.filter(id__in=numbers[1:]).delete() == 1


@pytest.mark.anyio
async def test_what_hangs_on_many_rows_is_fetched_with_them(town: str) -> None:
    unit = await a_unit("city", code="3301")
    people = [Person(id=number, name=f"人{number}") for number in range(1, 4 * LONG)]
    await Person.bulk_create(people)
    posts = [
        Post(person_id=one.pk, unit_id=unit.pk, role="secretary", from_on=date(2026, 1, 1)) for one in people
    ]
    await Post.bulk_create(posts)
    rows = await Post.all().prefetch_related("person", "unit__posts")
    assert [row.person_id for row in rows] == [row.person.pk for row in rows]


@pytest.mark.anyio
async def test_a_long_list_is_one_parameter_and_a_short_one_is_as_it_was(town: str) -> None:
    for many, parameters in ((LONG, LONG), (LONG + 1, 1)):
        sql, values = _sql(many)
        assert len(values) == parameters, sql


def _sql(many: int) -> tuple[str, list[object]]:
    rows = Unit.filter(id__in=list(range(many))).only("id")
    rows._choose_db_if_not_chosen()
    rows._make_query()
    sql, values = rows.query.get_parameterized_sql()
    return str(sql), list(values)


def test_only_keys_are_long_lists() -> None:
    assert is_long(list(range(LONG + 1))) and is_long([str(one) for one in range(LONG + 1)])
    assert (
        not is_long([*range(LONG), "x"]) and not is_long(range(LONG + 1)) and not is_long([True] * (LONG + 1))
    )


BATCHED = {"bulk_update"}
"""What Tortoise writes as one statement for all rows, unless it is told how many at once."""


def unbounded(source: str) -> Iterator[str]:
    """Lists that are written into statements by hand, past the one place that bounds them."""
    for node in ast.walk(ast.parse(source)):
        if (
            (isinstance(node, ast.Attribute) and node.attr in {"isin", "notin"})
            or (isinstance(node, ast.JoinedStr) and _lists(node))
            or (isinstance(node, ast.Call) and _writes_all_at_once(node))
        ):
            yield ast.unparse(node)


def _writes_all_at_once(node: ast.Call) -> bool:
    named = isinstance(node.func, ast.Attribute) and node.func.attr in BATCHED
    return named and "batch_size" not in {one.arg for one in node.keywords} and not _passed_on(node)


def _lists(node: ast.JoinedStr) -> bool:
    """Whether a value stands behind "IN (" in a text that is put together."""
    parts = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
    return any(
        isinstance(one, str) and one.rstrip().upper().endswith("IN (") and after is None
        for one, after in itertools.pairwise(parts)
    )


def _passed_on(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "super()"


BY_HAND = {"models/base/guards.py", "models/burden/by_place.py"}
"""Triggers and figures name the states of their table, which are few and in the code."""


def test_no_list_is_written_into_a_statement_by_hand() -> None:
    found = {
        str(path.relative_to(ROOT)): list(unbounded(path.read_text("utf-8")))
        for path in WRITTEN
        if "migrations" not in path.parts
    }
    assert {path for path, told in found.items() if told} == BY_HAND


def test_the_check_of_lists_can_fail() -> None:
    assert list(unbounded("f'SELECT 1 WHERE id IN ({told})'"))
    assert list(unbounded("Unit.bulk_update(rows, ['x'])")) and not list(
        unbounded("Unit.bulk_update(rows, ['x'], batch_size=9)")
    )
    assert list(unbounded("table.id.isin(told)"))


@pytest.mark.anyio
async def test_the_engines_are_those_with_lists_of_any_length(town: str) -> None:
    assert Tortoise.get_connection("default").executor_class.__name__ == "TownExecutor"
