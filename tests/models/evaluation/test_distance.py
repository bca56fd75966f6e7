"""How far from the first, and in what: told to a village before everything else."""

from __future__ import annotations

import pytest

from models.evaluation import distance_to_the_first
from tests.views.playing import played

pytestmark = pytest.mark.anyio


async def test_the_first_is_no_way_from_itself_and_another_reads_how_far_and_in_what(town: str) -> None:
    here = await played()
    area = here.place.township.path
    first = await distance_to_the_first(await here.index(), area)
    assert first is not None and first.is_none and first.by == ()
    best = await here.index()
    for village in here.villages[1:3]:
        index = await here.index(village)
        told = await distance_to_the_first(index, area)
        assert told is not None and told.behind == best.shown - index.shown > 0
        assert told.by and len(told.by) <= 2
    best.exact = ""
    assert await distance_to_the_first(best, area) is None, "without a score there is nothing to tell"
