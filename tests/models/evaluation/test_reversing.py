"""A result that is taken back, and what it leaves room for: a dated entry, the same live as when the ledger is written again."""

from __future__ import annotations

import pytest

from models import evaluation
from models.base.refusals import NotAllowed, NotNow
from models.evaluation import PersonScore, Tally
from models.points import PointEntry
from models.recount import check_points
from models.schemes import VillageIndex
from tests.models.evaluation.playing import a_place, accepted, on_day, read, sent

pytestmark = pytest.mark.anyio


async def test_a_reversal_takes_back_every_part_of_a_result_with_its_day_and_reason(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
    with on_day(3):
        entry = await PointEntry.get(person_id=None).prefetch_related(*PointEntry.judged_with)
        await evaluation.reverse(place.viewers["keeper"], entry, reason="抽查发现没有巡查，记录不实。")
        await read()
        with pytest.raises(NotNow, match="已经撤销"):
            await evaluation.reverse(place.viewers["keeper"], entry, reason="抽查发现没有巡查，记录不实。")
    taken = await PointEntry.filter(kind="reversal").order_by("id")
    assert [(e.points, e.reason[:4]) for e in taken] == [(-10_000, "抽查发现")] * 2
    assert {e.counts_on for e in await PointEntry.all()} == {entry.counts_on}
    assert taken[0].at > entry.at
    assert [(t.n, t.total) for t in await Tally.filter(source="quality")] == [(0, 0)] * 3
    assert {(t.n, t.total) for t in await Tally.filter(source="standing")} == {(1, 0)}
    assert {p.points for p in await PersonScore.all()} == {0}
    assert await check_points() == []


async def test_what_was_reversed_makes_room_and_parts_are_counted_on_live_as_when_written_again(
    town: str,
) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
        entry = await PointEntry.get(person_id=None).prefetch_related(*PointEntry.judged_with)
        await evaluation.reverse(place.viewers["keeper"], entry, reason="抽查发现没有巡查，记录不实。")
    for day in (1, 2, 15, 29, 32):
        with on_day(day):
            (one,) = await sent(place)
            await accepted(place, one)
            await read()
    told = PointEntry.filter(person_id=None, kind="task").order_by("id")
    assert await told.values_list("points", "part") == [
        *((10_000, None), (10_000, None), (0, None)),
        *((6_000, 6_000), (8_000, 8_000), (0, None)),
    ]
    assert await check_points() == []


async def test_a_reversal_that_was_wrong_is_put_right_by_an_appeal(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
        entry = await PointEntry.get(person_id=None).prefetch_related(*PointEntry.judged_with)
        await evaluation.reverse(place.viewers["keeper"], entry, reason="抽查发现没有巡查，记录不实。")
        await read()
        score = await VillageIndex.get(unit=place.town.village, period__kind="month")
        await score.fetch_related(*VillageIndex.judged_with)
        secretary = place.secretary(place.town.village)
        made = await evaluation.appeal(secretary, score, words="当天的照片和台账都在，请核对。", entry=entry)
        asked = await evaluation.Appeal.get(pk=made.pk).prefetch_related(*evaluation.Appeal.judged_with)
        answer = {"upheld": True, "answer": "照片和台账属实，撤销有误，予以恢复。"}
        with pytest.raises(NotAllowed, match="和您有关"):
            await evaluation.answer_appeal(place.viewers["keeper"], asked, **answer)
        await evaluation.answer_appeal(place.viewers["county keeper"], asked, **answer)
        await read()
    told = [(e.kind, e.points) for e in await PointEntry.filter(person_id=None).order_by("id")]
    assert told == [("task", 10_000), ("reversal", -10_000), ("correction", 10_000)]
    quality = await Tally.filter(source="quality", period__kind="month").first()
    assert quality is not None and (quality.n, quality.perfect) == (0, 1)
    assert {p.points for p in await PersonScore.all()} == {10_000}
    assert await check_points() == []
