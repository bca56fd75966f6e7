"""A remembered statement is the one that would be written, and what is touched of Tortoise to this end is still there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.expressions import Case, F, Q, RawSQL, Subquery, When
from tortoise.functions import Count, Max, Sum
from tortoise.queryset import CountQuery, ExistsQuery, QuerySet, ValuesListQuery, ValuesQuery

from models.accounts import Account
from models.base import query_sets, statement_cache
from models.base.clock import now, today
from models.base.statement_cache import Never, Statement, fetched, prepare
from models.people import Person, Post
from models.tasks import Assignment, Task
from models.units import Unit
from tests.builders import a_town, a_unit, a_viewer


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    statement_cache._known.clear()


Made = Callable[[int, str], Any]
"""A query from two values."""


def _open(number: int) -> Any:
    return Assignment.filter(Q(unit_id=number) | ~Q(task__title="甲"), due_at__lt=now() + timedelta(number))


QUERIES: dict[str, Made] = {
    "rows": lambda n, s: Unit.filter(id__gt=n, name=s).order_by("-path", "id").limit(3),
    "rows joined": lambda n, s: Post.filter(unit_id=n, role=s).select_related("unit__parent", "person"),
    "some columns": lambda n, s: Post.filter(unit_id=n).select_related("unit").only("id", "unit__name"),
    "tuples": lambda n, s: Unit.filter(id__in=[n, n + 1], code__not_in=[s]).values_list("id", "name"),
    "dicts": lambda n, s: Unit.filter(parent_id=n).values("id", above="parent__name"),
    "flat": lambda n, s: Unit.filter(parent_id=n).values_list("code", flat=True),
    "how many": lambda n, s: Unit.filter(parent__code=s, id__lt=n).count(),
    "whether any": lambda n, s: Unit.exclude(parent__code=s).filter(id__range=(n, n + 9)).exists(),
    "words": lambda n, s: Unit.filter(name__contains=s, code__startswith=s),
    "words in any case": lambda n, s: Unit.filter(name__icontains=s).values_list("id"),
    "moments and days": lambda n, s: _open(n).filter(task__made_at__gte=now() - timedelta(n)),
    "days": lambda n, s: Post.filter(from_on__lte=today() - timedelta(n), until_on=None),
    "yes and no": lambda n, s: Unit.filter(ended_on__isnull=bool(n % 2), id=n),
    "a record": lambda n, s: Unit.filter(parent=Unit(id=n)),
    "a query inside": lambda n, s: Person.filter(
        Q(id=n) | Q(id__in=Subquery(Post.filter(role=s).values("person_id")))
    ),
    "grouped": lambda n, s: (
        Post.filter(unit_id__gt=n).annotate(many=Count("id", _filter=Q(role=s))).group_by("unit_id")
    ).values_list("unit_id", "many"),
    "the last day": lambda n, s: (
        Post.filter(unit_id__gt=n).annotate(last=Max("from_on")).group_by("role").values_list("role", "last")
    ),
    "summed": lambda n, s: Task.filter(id__gt=n).annotate(sum=Sum("matter__effort_hours")).values("sum"),
    "a query beside": lambda n, s: (
        Person.filter(id=n).annotate(
            n=Subquery(Post.filter(role=s).annotate(n=Count("id")).values("n"))
        )
    ).values("n"),
    "cases": lambda n, s: Unit.filter(id__gt=n).annotate(
        place=Case(When(Q(code=s), then="1"), default="0")
    ),
    "by hand": lambda n, s: Unit.filter(id__gt=n).annotate(one=RawSQL("1")),
    "a column beside another": lambda n, s: Unit.filter(id__gt=F("parent_id"), code=s),
    "locked": lambda n, s: Unit.filter(id=n).select_for_update(),
    "nothing": lambda n, s: Unit.filter(id__in=[], name=s),
    "a star": lambda n, s: Unit.filter(name="*", id=n),
}  # fmt: skip
ASKED = [(1, "甲"), (2, "a_b%c\\d"), (40, "secretary"), (3, "330624005201")]


def _afresh(query: Any) -> tuple[str, list[Any]]:
    """What Tortoise itself writes."""
    query._choose_db_if_not_chosen()
    query._make_query()
    sql, values = query.query.get_parameterized_sql()
    return sql, list(values)


def _remembered(query: Any) -> tuple[str, list[Any]]:
    query._choose_db_if_not_chosen()
    prepare(query)
    sql, values = query.query.get_parameterized_sql()
    return sql, list(values)


@pytest.mark.anyio
async def test_what_is_remembered_is_what_would_be_written(town: str) -> None:
    for name, made in QUERIES.items():
        for number, word in ASKED:
            wanted, told = _afresh(made(number, word)), _remembered(made(number, word))
            assert told == wanted, name
    learnt = [one for one in statement_cache._known.values() if isinstance(one, Statement)]
    assert len(learnt) >= len(QUERIES) - 1, "nearly everything is remembered"


@pytest.mark.anyio
async def test_the_same_rows_come_whether_remembered_or_not(town: str) -> None:
    place = await a_town()
    for number in range(9):
        await a_viewer("secretary", place.village, name=f"人{number}")
    stock = {name: await _stock(made) for name, made in QUERIES.items()}
    for _ in range(3):
        for name, made in QUERIES.items():
            assert [_plain(await made(*asked)) for asked in ASKED] == stock[name], name


async def _stock(made: Made) -> list[Any]:
    """The answers of Tortoise's own kinds of query."""
    found = []
    for asked in ASKED:
        query = made(*asked)
        query.__class__ = STOCK_ROWS.get(type(query)) or next(k for k in type(query).__mro__ if k in STOCK)
        found.append(_plain(await query))
    return found


class StockRows(QuerySet[Any]):
    """Tortoise's own, with room for whom the rows are read."""

    __slots__ = ("seen_by",)


STOCK_ROWS = {query_sets.Rows: StockRows}
STOCK = (QuerySet, ValuesListQuery, ValuesQuery, CountQuery, ExistsQuery)


def _plain(told: Any) -> Any:
    if not isinstance(told, list):
        return told
    return [
        (row.pk, getattr(row, "place", None)) if isinstance(row, Unit | Post) else str(row) for row in told
    ]


@pytest.mark.anyio
async def test_lists_of_many_lengths_are_few_shapes(town: str) -> None:
    place = await a_unit("city", code="3301")
    for many in range(1, 300):
        assert await Unit.filter(id__in=list(range(place.pk, place.pk + many))).count() == 1
        assert await Unit.filter(id__not_in=list(range(place.pk, place.pk + many))).count() == 0
    assert len(statement_cache._known) == 2 * len([1, 2, 4, 8, 16, 32, 64, 128, 256]) + 2 * (300 - 257)


@pytest.mark.anyio
async def test_the_memory_has_an_end(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_cache, "REMEMBERED", 5)
    for many in range(1, 12):
        await Unit.filter(*[Q(id=many)] * many)
        await Unit.filter(code="x").count()
    assert len(statement_cache._known) == 5
    assert any(isinstance(one, Statement) for one in statement_cache._known.values()), "what is asked stays"


@pytest.mark.anyio
async def test_pages_of_a_list_are_one_shape(town: str) -> None:
    city = await a_unit("city", code="3301")
    for number in range(7):
        await a_unit("county", city, code=f"33010{number}")
    counties = Unit.filter(parent=city).order_by("id")
    whole = await counties
    for first in range(6):
        for many in range(1, 4):
            wanted = whole[first : first + many]
            assert await counties.offset(first).limit(many) == wanted
            assert await Unit.filter(id__in=Subquery(counties.limit(many).values("id"))).count() == many
            assert await counties.offset(first).limit(many).count() == min(many, 7 - first)
    assert len(statement_cache._known) <= 6, "one for all, with and without an offset"


@pytest.mark.anyio
async def test_days_as_text_and_moments_without_a_zone_mean_what_they_mean_to_the_columns(town: str) -> None:
    place = await a_town()
    await a_viewer("secretary", place.village)
    naive = now().replace(tzinfo=None)
    for _ in range(3):
        for day in (today(), today() + timedelta(1)):
            asked = [Post.filter(from_on__lte=day), Post.filter(from_on__lte=day.isoformat())]
            assert len({await one.count() for one in asked}) == 1
        with pytest.warns(RuntimeWarning, match="naive"):
            await Task.filter(made_at__lte=naive).count()
    for key in statement_cache._known:
        assert "made_at" not in str(key), "the column makes something else of it"


@pytest.mark.anyio
async def test_what_a_column_refuses_as_a_mark_is_written_afresh(town: str) -> None:
    await a_unit("city", code="3301")
    for code in ("3301", "3302", "3301"):
        assert await Unit.filter(code=int(code)).count() == (code == "3301")
        await Unit.filter(id=str(code)).count()
    assert Never.LEARNT in statement_cache._known.values()


@pytest.mark.anyio
async def test_a_query_asked_twice_and_gone_on_from_is_whole(town: str) -> None:
    place = await a_town()
    rows = Unit.filter(parent=place.township)
    first, again = await rows, await rows
    assert first == again and await rows.filter(name="棠村").count() == 1
    assert await fetched(rows.filter(name="棠村").values_list("name")) != []


@pytest.mark.anyio
async def test_the_driver_is_asked_with_the_text_and_the_values(town: str) -> None:
    """`Bound` answers what the executor and the kinds of query ask of a written query."""
    await a_unit("city", code="3301")
    for _ in range(3):
        rows = Unit.filter(code="3301")
        assert [one.code for one in await rows] == ["3301"]
    assert isinstance(rows.query, statement_cache.Bound)
    assert Tortoise.get_connection("default").capabilities.dialect in {"sqlite", "postgres"}
    assert date(2999, 1, 1) == statement_cache._A_DAY


async def test_a_value_that_its_column_makes_another_of_is_never_taken_for_the_same_always(town: str) -> None:
    """1 and 0 for a yes and a no: the column makes True of the mark as of the value, so no place is seen for it."""
    for name, told in (("甲", True), ("乙", False)):
        person = await Person.create(name=name, phone="13800000000")
        await Account.create(person=person, username=name, password_hash="!", must_change=told)
    for number in (1, 1, 1, 0):
        rows = await Account.filter(must_change=number).values_list("must_change", flat=True)
        assert set(rows) == {bool(number)}
