"""A link in a chain of conditions is the one that Tortoise would make, and leaves the one before it as it was."""

from __future__ import annotations

import pytest
from tortoise.exceptions import DoesNotExist
from tortoise.expressions import Q
from tortoise.functions import Count, Max
from tortoise.queryset import QuerySet

from models.base.query_sets import OWN, Rows
from models.base.viewer import NOTHING
from models.people import Post
from models.units import Unit
from tests.counting import counted


def _parts(rows: QuerySet[Unit]) -> list[str]:
    return [name for base in type(rows).__mro__ for name in getattr(base, "__slots__", ())]


def _long_chain() -> QuerySet[Unit]:
    rows = Unit.filter(Q(id=1), name="甲").exclude(code="3").order_by("-id").limit(3).offset(2)
    rows = rows.annotate(many=Count("children")).filter(many__gt=1).group_by("id").distinct()
    return rows.select_related("parent").prefetch_related("children").only("id", "name").select_for_update()


@pytest.mark.anyio
async def test_a_copy_is_tortoises_copy_part_by_part(town: str) -> None:
    rows = _long_chain()
    ours, theirs = rows._clone(), QuerySet._clone(rows)
    assert type(ours) is type(theirs) is Rows
    for name in set(_parts(rows)) - {"seen_by", "_capabilities"}:
        kept, copied = getattr(rows, name), getattr(theirs, name)
        assert getattr(ours, name) == copied, name
        # A tuple that is copied stays who it is; what can be changed must not be shared where Tortoise does not.
        assert (getattr(ours, name) is kept) == (copied is kept), name
    assert ours.capabilities is theirs.capabilities and set(_parts(rows)) >= OWN


@pytest.mark.anyio
async def test_a_chain_leaves_what_it_began_with(town: str) -> None:
    rows = Post.filter(role="secretary")
    one, other = rows.filter(unit_id=1).order_by("id"), rows.select_related("unit").limit(1)
    assert len(rows._q_objects) == 1 and len(one._q_objects) == 2 and len(other._q_objects) == 1
    assert rows._orderings == other._orderings == [] and rows._limit is None


@pytest.mark.anyio
async def test_where_somebody_may_see_nothing_nothing_is_asked(town: str) -> None:
    none = Unit.filter(NOTHING)
    with counted() as told:
        assert await none == await none.filter(name="甲").order_by("id") == [] and await none.first() is None
        assert (
            await none.count() == 0 and await none.exists() is False and await none.get_or_none(id=1) is None
        )
        assert await none.values_list("id", flat=True) == await none.values("id") == []
    assert told == []
    with pytest.raises(DoesNotExist):
        await none.get(id=1)
    assert await none.annotate(most=Max("id")).values_list("most", flat=True) == [None]
    assert len(await Unit.filter(NOTHING | Q(id__gte=0))) == await Unit.all().count()
