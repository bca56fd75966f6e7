"""An award that is taken back counts against the village where it was at fault, and in no other case."""

from __future__ import annotations

import pytest

from models import bidding
from models.evaluation import Tally
from models.points import PointEntry
from tests.builders import a_town, a_viewer
from tests.models.bidding.scenes import awarded, just_over
from tests.models.evaluation.scenes import follow

pytestmark = pytest.mark.anyio
WHY = "用地另有安排，项目不再实施，与村社无关。"


@pytest.mark.parametrize("at_fault", [False, True])
async def test_only_an_award_that_falls_by_the_villages_fault_is_a_failure(town: str, at_fault: bool) -> None:
    place = await a_town()
    award, _, _ = await awarded(place)
    with just_over(award.project):
        leader = await a_viewer("leader", place.township)
        await bidding.undo_award(leader, award, reason=WHY, at_fault=at_fault)
        await follow()
    failed = await PointEntry.filter(kind="failed", unit=place.village)
    delivery = await Tally.filter(unit=place.village, source="delivery", n__gt=0)
    assert bool(failed) == bool(delivery) == at_fault
