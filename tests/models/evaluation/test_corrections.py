"""What a decision corrects: dated entries beside what is closed, in the open and with their reasons."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tortoise.functions import Sum

from models import evaluation
from models.base.clock import clock_at, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.evaluation import Adjustment
from models.points import PointEntry
from models.recount import check_points
from models.schemes import VillageIndex
from tests.builders import a_viewer
from tests.models.evaluation.scenes import (
    a_month,
    a_scored_town,
    a_working_town,
    entries_of,
    follow,
    index_of,
    late_at_meizhu,
    morning,
)
from tests.models.evaluation.test_appeals import ANSWER, BEGIN, LATER, appealed, decide

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]


@pytest.mark.furnished(by=None)
async def test_an_upheld_appeal_writes_a_dated_entry_and_moves_the_open_period(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await late_at_meizhu(place)
    with clock_at(morning(LATER)):
        month, first = await a_month(place), (await entries_of(place))[0]
        before = (await index_of(place, month)).value
        await decide(place, await appealed(place, first))
        await follow()
        correction = await PointEntry.get(reverses_id=first.pk).prefetch_related("event")
        assert correction.kind == "correction" and correction.reason == ANSWER
        assert correction.points == first.possible - first.points > 0
        assert correction.event.command == "evaluation.answer_appeal"
        assert correction.event.seq is not None
        persons = PointEntry.filter(kind="correction", person_id__isnull=False)
        assert await persons.count() == 1, "whoever did it is given the same"
        after = (await index_of(place, month)).value
        assert before is not None and after is not None and after > before
        assert await check_points() == []
        assert not await Adjustment.exists()


@pytest.mark.furnished(by=None)
async def test_an_upheld_appeal_on_a_closed_period_is_noted_beside_it(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await late_at_meizhu(place)
    with clock_at(morning(LATER)):
        month, first = await a_month(place), (await entries_of(place))[0]
        made = await appealed(place, first)
    with clock_at(morning(date(2026, 10, 5))):
        await follow()
        closed = await index_of(place, month)
        assert not closed.period.is_open
        kept = await VillageIndex.filter(period=month).order_by("id").values()
        await decide(place, made)
        await follow()
        assert await VillageIndex.filter(period=month).order_by("id").values() == kept
        noted = await Adjustment.get(score=closed)
        assert noted.reason == ANSWER and noted.entry_id is not None
        assert Fraction(noted.exact) > Fraction(closed.exact) and noted.shown > 0
        assert today() == noted.made_at.date()
        assert await check_points() == []


async def test_a_reversal_is_a_dated_entry_with_its_reason_for_the_village_and_who_did_it(town: str) -> None:
    place = await a_scored_town()
    first = (await entries_of(place))[0]
    keeper = await a_viewer("list_keeper", place.county)
    for role, unit in (("coordinator", place.township), ("secretary", place.village)):
        with pytest.raises(NotAllowed, match="管理员可以撤销"):
            await evaluation.reverse(await a_viewer(role, unit), first, reason="现场核查，没有巡查过。")
    with pytest.raises(Invalid, match="为什么撤销"):
        await evaluation.reverse(keeper, first, reason="假")
    await evaluation.reverse(keeper, first, reason="现场核查，没有巡查过。")
    with pytest.raises(NotNow, match="已经撤销或更正过"):
        await evaluation.reverse(keeper, first, reason="现场核查，没有巡查过。")
    await follow()
    taken = await PointEntry.filter(event__command="evaluation.reverse").order_by("id")
    assert [(one.kind, one.points, one.person_id is None) for one in taken] == [
        ("reversal", -first.points, True),
        ("reversal", -first.points, False),
    ]
    assert {one.reason for one in taken} == {"现场核查，没有巡查过。"}
    whole = await PointEntry.filter(unit=place.village, person=None).annotate(all=Sum("points")).values("all")
    assert whole[0]["all"] == 3 * first.points
    with pytest.raises(NotNow, match="不能再撤销"):
        again = await PointEntry.get(pk=taken[0].pk).prefetch_related(*PointEntry.judged_with)
        await evaluation.reverse(keeper, again, reason="现场核查，没有巡查过。")
