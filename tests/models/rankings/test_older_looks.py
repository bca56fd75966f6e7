"""Two servers at one period: what was worked out from older figures never replaces what was worked out from newer ones."""

from __future__ import annotations

import pytest

from models import rankings
from models.evaluation.tallies import move
from models.rankings import version
from models.schemes import Period, VillageIndex
from tests.models.evaluation.test_index import a_city, told

pytestmark = pytest.mark.anyio


async def test_an_older_look_leaves_the_newer_result_as_it_stands(town: str) -> None:
    place = await a_city(6, seed=2)
    await rankings.refresh_all()
    behind = await Period.get(kind="month").prefetch_related("city")
    await move({(behind.pk, place.village.pk, "quality"): (9, 90_000, 900_000_000, 0, 0)}, {})
    ahead = await Period.get(kind="month").prefetch_related("city")
    await rankings.refresh(ahead)
    assert ahead.moves > behind.moves
    stands, shown, seen = await told(), await VillageIndex.all().order_by("id").values(), version()
    await rankings.refresh(behind)
    after = await Period.get(pk=ahead.pk)
    assert after.shown_moves == ahead.moves, "the older look does not set the clock back"
    assert (await told(), await VillageIndex.all().order_by("id").values(), version()) == (
        stands,
        shown,
        seen,
    )
