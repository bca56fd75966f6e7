"""Complaints told in numbers: by county and month, and nowhere that measures a village."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from models import complaints
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid
from models.base.viewer import ANONYMOUS
from models.complaints import PublishedAnswer
from models.trail import story
from tests.builders import DAY, a_town, a_viewer
from tests.models.complaints.scenes import ANSWER, MONDAY, SAID, fresh, keeper_of, told

pytestmark = pytest.mark.anyio


async def test_figures_are_counted_by_county_and_month(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    with clock_at(MONDAY):
        made = [
            await told(place, await a_viewer("cadre", place.village), topic=topic)
            for topic in ("repeated", "short", "short", "other")
        ]
    for days, one in zip((1, 3, 9), made, strict=False):
        with clock_at(MONDAY + days * DAY):
            await complaints.answer(keeper, one, **ANSWER)
    with clock_at(MONDAY + 10 * DAY):
        months = ["2026-02", "2026-03"]
        told_keeper = await complaints.statistics(keeper, months)
        march = told_keeper.months["2026-03"]
        assert (march.received, march.answered, march.in_time, march.overdue) == (4, 3, 2, 1)
        assert march.median_days == 3 and told_keeper.months["2026-02"].median_days is None
        assert told_keeper.topics == {"repeated": 1, "short": 2, "other": 1}
        assert told_keeper.outcomes == {"stopped": 3}
        running = await complaints.statistics(secretary, months)
        assert running.total.received == 0, "a running month tells who has just complained"
        assert complaints.last_months(secretary)[-1] == "2026-02"
    with clock_at(MONDAY + 40 * DAY):
        assert (await complaints.statistics(secretary, months)).total.received == 4
        elsewhere = await a_viewer("secretary", place.other_village)
        assert (await complaints.statistics(elsewhere, months, place.county)).total.received == 4
        assert (await complaints.statistics(ANONYMOUS, months)).total.received == 0


async def test_months_that_make_no_sense_are_refused() -> None:
    assert complaints.months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    for first, last in (("2026-02", "2026-01"), ("x", "2026-01"), ("2020-01", "2026-01")):
        with pytest.raises(Invalid):
            complaints.months_between(first, last)


async def test_a_township_is_named_only_where_enough_was_answered_there(town: str) -> None:
    place = await a_town()
    keeper = await keeper_of(place)
    for number in range(complaints.ENOUGH):
        assert not await complaints.nameable(await PublishedAnswer.all()), number
        with clock_at(MONDAY):
            made = await told(place, await a_viewer("cadre", place.village))
            await complaints.answer(keeper, made, **ANSWER)
            assert not await complaints.nameable(await PublishedAnswer.all()), "not before the month is over"
    rows = await PublishedAnswer.all()
    assert await complaints.nameable(rows) == {row.pk: "澄潭街道" for row in rows}


async def test_published_answers_stay_in_the_county(town: str) -> None:
    place, other = await a_town(), None
    with clock_at(MONDAY):
        made = await told(place)
        await complaints.answer(await keeper_of(place, "city"), made, **ANSWER)
    from tests.builders import a_unit

    other = await a_unit("county", place.city, "嵊州市", "330683")
    township = await a_unit("township", other, "鹿山街道", "330683001")
    assert not await PublishedAnswer.visible_to(await a_viewer("coordinator", township)).exists()
    for role, unit in (
        ("coordinator", place.township),
        ("observer", place.county),
        ("city_admin", place.city),
    ):
        assert await PublishedAnswer.visible_to(await a_viewer(role, unit)).exists(), role


async def test_the_story_of_a_complaint_names_an_unnamed_one_nowhere(town: str) -> None:
    place = await a_town()
    keeper, secretary = await keeper_of(place), await a_viewer("secretary", place.village)
    slip = await complaints.tell_unnamed(secretary, place.village, "key", **SAID)
    row = await fresh(slip.complaint)
    await complaints.answer(keeper, row, **ANSWER)
    told = await story(keeper, row)
    assert [(one.command, one.actor_post_id) for one in told] == [
        ("complaints.complain_unnamed", None),
        ("complaints.answer", keeper.post_id),
    ]
    assert now() - told[0].at < timedelta(minutes=5) and today() == row.made_on


async def test_a_county_is_not_told_in_numbers_who_has_just_complained_about_it(town: str) -> None:
    place = await a_town()
    keeper, desk = await keeper_of(place), await a_viewer("coordinator", place.township)
    with clock_at(MONDAY):
        await complaints.complain(desk, place.township, **SAID)
        for month, viewer, received in (
            ("2026-03", keeper, 0),
            ("2026-03", await keeper_of(place, "city"), 1),
        ):
            assert (await complaints.statistics(viewer, [month])).total.received == received
    with clock_at(MONDAY + 40 * DAY):
        assert (await complaints.statistics(keeper, ["2026-03"])).total.received == 1


MAY_READ = ("complaints", "inbox", "demo", "today.py")
"""Parts of the town that look at complaints: to answer them, to remind of them, to show that they wait."""


def test_nothing_that_measures_a_village_reads_complaints() -> None:
    readers = set()
    for path in Path("models").rglob("*.py"):
        if "migrations" not in path.parts and re.search(
            r"models\.complaints|import complaints", path.read_text()
        ):
            readers.add(path.parts[1])
    assert readers - {"__init__.py"} == set(MAY_READ)
