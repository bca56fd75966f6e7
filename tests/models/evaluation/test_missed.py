"""A task left without a word counts against the village until it is answered or excused, and each task counts once."""

from __future__ import annotations

import pytest

from models import evaluation, tasks
from models.evaluation import Adjustment, Tally
from models.points import PointEntry
from models.points.rebuild import differences
from models.recount import check_points
from models.schemes import VillageIndex
from models.schemes.sources import TOGETHER
from models.tasks import Extension, Task
from models.tasks.unanswered import note_what_was_left_unanswered
from tests.models.evaluation.playing import Place, a_place, accepted, fresh, on_day, read, sent

pytestmark = pytest.mark.anyio
LATE = {"timeliness": (1, 0), "quality": (1, 6_000), "first_pass": (1, 10_000), "standing": (1, 10_000)}


async def a_missed_one() -> tuple[Place, tasks.Assignment]:
    """Due on the fourth day, and noted by the twentieth."""
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place, due=4)
    with on_day(20):
        await note_what_was_left_unanswered()
        await read()
    return place, one


async def ledger() -> list[tuple[str, int, bool]]:
    rows = await PointEntry.filter(person_id=None).order_by("id")
    return [(one.kind, one.points, one.reverses_id is not None) for one in rows]


async def tallies(kind: str = "month") -> dict[str, tuple[int, int]]:
    """What indicators see of the month (or a longer period), without the sources of which nothing is left."""
    rows = await Tally.filter(period__kind=kind).exclude(source__in=list(TOGETHER)).order_by("period__since")
    return {one.source: (one.n, one.total) for one in rows if one.n}


async def agrees() -> bool:
    return await differences() == [] and await check_points() == []


async def test_silence_counts_as_not_in_time_and_not_done(town: str) -> None:
    await a_missed_one()
    with on_day(20):
        assert await ledger() == [("missed", 0, False)]
        assert await tallies() == {"timeliness": (1, 0), "quality": (1, 0)}
        assert await agrees()


async def test_a_late_answer_takes_silence_back_and_counts_as_what_it_is(town: str) -> None:
    place, one = await a_missed_one()
    with on_day(22):
        await accepted(place, await fresh(one))
        await read()
        assert await ledger() == [("missed", 0, False), ("reversal", 0, True), ("task", 6_000, False)]
        assert await tallies() == LATE
        assert await agrees()


async def test_a_result_that_took_silence_back_can_be_reversed_and_appealed_like_any_other(town: str) -> None:
    place, one = await a_missed_one()
    with on_day(22):
        await accepted(place, await fresh(one))
        await read()
        rows = PointEntry.filter(kind="task", person_id=None).prefetch_related(*PointEntry.judged_with)
        await evaluation.reverse(place.viewers["keeper"], await rows.get(), reason="核查发现没有去过现场。")
        await read()
        kinds = [kind for kind, _, _ in await ledger()]
        assert kinds == ["missed", "reversal", "task", "reversal"]
        assert await tallies() == {"standing": (1, 0)}
        assert await agrees()


@pytest.mark.parametrize("excuse", ["extension", "withdrawal"])
async def test_a_later_day_or_a_withdrawal_leaves_nothing_of_it(town: str, excuse: str) -> None:
    place, one = await a_missed_one()
    desk = place.viewers["coordinator"]
    with on_day(21):
        if excuse == "withdrawal":
            task = await Task.get(pk=one.task_id).prefetch_related(*Task.judged_with)
            await tasks.withdraw(desk, task, reason="不需要了。")
        else:
            until = one.due_on.replace(day=28)
            made = await tasks.ask_for_time(place.secretary(one.unit), one, until=until, reason="雨天。")
            made = await Extension.get(pk=made.pk).prefetch_related(*Extension.judged_with)
            await tasks.answer_extension(desk, made, granted=True)
        await read()
        assert await ledger() == [("missed", 0, False), ("reversal", 0, True)]
        assert await tallies() == {} and await agrees()


async def test_an_upheld_appeal_leaves_nothing_of_it_either(town: str) -> None:
    place, one = await a_missed_one()
    with on_day(21):
        entry = await PointEntry.get(kind="missed").prefetch_related(*PointEntry.judged_with)
        score = await VillageIndex.filter(period__kind="month", unit=one.unit).first()
        assert score is not None
        score = await VillageIndex.get(pk=score.pk).prefetch_related(*VillageIndex.judged_with)
        words = "那几天全镇停电停网，已经电话里报过结果。"
        made = await evaluation.appeal(place.secretary(one.unit), score, words=words, entry=entry)
        made = await evaluation.Appeal.get(pk=made.pk).prefetch_related(*evaluation.Appeal.judged_with)
        answer = "经核实停电属实，已在电话里反馈。"
        await evaluation.answer_appeal(place.viewers["keeper"], made, upheld=True, answer=answer)
        await read()
        assert await tallies() == {} and await agrees()


async def test_after_the_month_has_closed_an_answer_is_a_dated_line_beside_it(town: str) -> None:
    place, one = await a_missed_one()
    with on_day(35):
        await read()
        score = await VillageIndex.get(period__kind="month", period__since="2026-03-01", unit=one.unit)
        await accepted(place, await fresh(one))
        await read()
        lines = await Adjustment.filter(score=score)
        assert [line.reason for line in lines] == ["后来反馈并通过了审核，按实际反馈的日子计"]
        assert await tallies("year") == LATE and await agrees()
