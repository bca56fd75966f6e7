"""The nightly check finds every figure that does not follow from the trail: of villages, of persons, of residents."""

from __future__ import annotations

import pytest
from tortoise.expressions import F

from models.evaluation import PersonScore, Tally
from models.evaluation.tallies import move
from models.recount import check_points
from models.units import Unit
from tests.models.evaluation.playing import a_place, accepted, on_day, read, sent
from tests.models.surveys.scenes import SPLIT, an_open_round, answered, closed

pytestmark = pytest.mark.anyio


async def test_a_wrong_score_of_a_person_is_found(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
        assert await check_points() == []
        score = await PersonScore.filter(period__kind="month").get()
        await PersonScore.filter(pk=score.pk).update(points=F("points") + 1)
        assert await check_points() == [f"2026年3月：人员 {score.person_id} 的工分不符"]
        await PersonScore.filter(pk=score.pk).update(points=F("points") - 1)
        stranger = await Unit.get(pk=place.town.other_village.pk)
        await move({}, {(score.period_id, score.person_id, stranger.pk): 500})
        assert await check_points() == [f"2026年3月：人员 {score.person_id} 的工分不符"], (
            "earned where nothing was done"
        )


async def test_a_wrong_tally_of_what_residents_said_is_found(town: str) -> None:
    with on_day(0):
        place = await a_place()
        made = await an_open_round(place.town)
        await answered(made, place.town.village, SPLIT)
        await closed(made)
    with on_day(15):
        await read()
        assert await check_points() == []
        heard = Tally.filter(source="survey", period__kind="month")
        row = await heard.get()
        await Tally.filter(pk=row.pk).update(total=F("total") + 1)
        assert await check_points() == [f"2026年3月：村社 {row.unit_id} 的群众评价不符"]
        await Tally.filter(pk=row.pk).delete()
        assert await check_points() == [f"2026年3月：村社 {row.unit_id} 的群众评价不符"]
