"""Appeals run against a clock and are decided by somebody else; what is upheld or reversed is a dated entry, and recomputed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import evaluation, policies
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.base.viewer import Viewer
from models.evaluation import Appeal
from models.people import Post
from models.points import PointEntry
from models.schemes import VillageIndex
from models.workdays import workdays_of
from tests.builders import Town, a_viewer
from tests.models.evaluation.scenes import (
    a_month,
    a_scored_town,
    a_working_town,
    entries_of,
    follow,
    index_of,
    morning,
    results,
)

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]
WORDS = "那天停电，前一天已经在电话里报过结果，有通话记录。"
ANSWER = "经核实，停电属实，村里已在期限内电话反馈。"
BEGIN, LATER = date(2026, 9, 1), date(2026, 9, 24)


async def appealed(place: Town, entry: PointEntry | None = None) -> Appeal:
    score = await index_of(place, await a_month(place))
    return await evaluation.appeal(
        await a_viewer("secretary", place.village), score, words=WORDS, entry=entry
    )


async def fresh(appeal: Appeal) -> Appeal:
    return await Appeal.get(pk=appeal.pk).prefetch_related(*Appeal.judged_with)


async def decide(place: Town, appeal: Appeal, upheld: bool = True) -> Viewer:
    keeper = await a_viewer("list_keeper", place.county)
    await evaluation.answer_appeal(keeper, await fresh(appeal), upheld=upheld, answer=ANSWER)
    return keeper


async def test_the_village_appeals_and_somebody_of_the_county_decides_by_a_day(town: str) -> None:
    place = await a_scored_town()
    first = (await entries_of(place))[0]
    made = await appealed(place, first)
    assert made.due_on > today() and made.state == "open" and not made.is_overdue
    with clock_at(now() + timedelta(days=40)):
        assert made.is_overdue
    with pytest.raises(NotNow, match="已经申诉过"):
        await appealed(place, first)
    for role, unit in (("coordinator", place.township), ("secretary", place.village)):
        with pytest.raises(NotAllowed, match="由县、市的管理员答复"):
            someone = await a_viewer(role, unit)
            await evaluation.answer_appeal(someone, await fresh(made), upheld=True, answer=ANSWER)
    with pytest.raises(Invalid, match="为什么"):
        keeper = await a_viewer("list_keeper", place.county)
        await evaluation.answer_appeal(keeper, await fresh(made), upheld=True, answer="是")
    await decide(place, made, upheld=False)
    with pytest.raises(NotNow, match="已经答复"):
        await decide(place, made)
    with pytest.raises(NotNow, match="已经申诉过"):
        await appealed(place, first)


async def test_who_accepted_the_work_or_appealed_does_not_decide(town: str) -> None:
    place = await a_scored_town()
    first = (await entries_of(place))[0]
    made = await fresh(await appealed(place, first))
    assert made.entry is not None
    for person in (made.entry.event.actor_post.person_id, made.made_by.person_id):  # type: ignore[union-attr]
        post = await Post.create(
            person_id=person, unit=place.county, role="list_keeper", from_on=date(2020, 1, 1)
        )
        await post.fetch_related("unit")
        both = Viewer(person, None, "", (post.hat(),))
        with pytest.raises(NotAllowed, match="不能是审核这件事或提出申诉的本人"):
            await evaluation.answer_appeal(both, made, upheld=True, answer=ANSWER)


async def test_only_who_speaks_for_the_village_appeals_and_only_about_its_own(town: str) -> None:
    place = await a_scored_town()
    score = await index_of(place, await a_month(place))
    for role, unit in (("cadre", place.village), ("secretary", place.second_village)):
        with pytest.raises(NotAllowed, match="只有本村社党组织书记"):
            await evaluation.appeal(await a_viewer(role, unit), score, words=WORDS)
    secretary = await a_viewer("secretary", place.village)
    with pytest.raises(Invalid, match="哪里不对"):
        await evaluation.appeal(secretary, score, words="不对")
    theirs = await PointEntry.filter(unit=place.second_village, person=None).first()
    person = await PointEntry.filter(unit=place.village, person_id__isnull=False).first()
    for entry in (theirs, person):
        with pytest.raises(Invalid, match="本村社的一条记录"):
            await evaluation.appeal(secretary, score, words=WORDS, entry=entry)


@pytest.mark.furnished(by=None)
async def test_days_for_appeals_run_out_and_another_period_does_not_help(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        september, first = await a_month(place), (await entries_of(place))[0]
    with clock_at(morning(date(2026, 10, 1))):
        await follow()
    with clock_at(morning(date(2026, 11, 3))):
        await follow()
        secretary, score = await a_viewer("secretary", place.village), await index_of(place, september)
        assert not evaluation.appeal.allows(secretary, score)
        with pytest.raises(NotNow, match="申诉期限已过"):
            await evaluation.appeal(secretary, score, words=WORDS, entry=first)
        november = await index_of(place, await a_month(place))
        with pytest.raises(Invalid, match="不在2026年11月里"):
            await evaluation.appeal(secretary, november, words=WORDS, entry=first)


@pytest.mark.furnished(by=None)
async def test_a_closed_month_is_not_opened_again_by_way_of_its_year(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        first = (await entries_of(place))[0]
    with clock_at(morning(date(2026, 10, 1))):
        await follow()
    with clock_at(morning(date(2026, 11, 3))):
        await follow()
        secretary = await a_viewer("secretary", place.village)
        year = await VillageIndex.get(unit=place.village, period__kind="year").prefetch_related(
            *VillageIndex.judged_with
        )
        assert (
            evaluation.appeal.allows(secretary, year) and await evaluation.contestable(year, [first]) == set()
        )
        with pytest.raises(NotNow, match="不能再从季度、全年"):
            await evaluation.appeal(secretary, year, words=WORDS, entry=first)


@pytest.mark.furnished(by=None)
async def test_a_closed_score_is_contested_until_the_day_its_county_gave_when_it_closed(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        september = await a_month(place)
        keeper = await a_viewer("list_keeper", place.county)
        told = {"name": "appeal_within", "reason": "国庆放假", "from_on": today()}
        await policies.set_policy(keeper, place.county, value=2, **told)
        secretary = await a_viewer("secretary", place.village)
        assert (await index_of(place, september)).appeals_until is None
    with clock_at(morning(date(2026, 10, 1))):
        await follow()
        await policies.set_policy(keeper, place.county, value=1, **told | {"from_on": today()})
        until = (await index_of(place, september)).appeals_until
        assert until is not None and until == (await workdays_of(place.county.path)).after(
            date(2026, 9, 30), 2
        )
    for day, open_still in ((until, True), (until + timedelta(days=1), False)):
        with clock_at(morning(day)):
            assert evaluation.appeal.allows(secretary, await index_of(place, september)) is open_still


@pytest.mark.furnished(by=None)
async def test_a_period_that_closed_late_leaves_the_same_days_for_appeals(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        september = await a_month(place)
    with clock_at(morning(date(2026, 11, 3))):
        await follow()
        score = await index_of(place, september)
        assert score.appeals_until == (await workdays_of(place.county.path)).after(date(2026, 11, 2), 10)


async def test_a_decision_is_published_to_the_county_without_the_words_of_the_appeal(town: str) -> None:
    place = await a_scored_town()
    made = await appealed(place)
    neighbour, citizen = (
        await a_viewer("secretary", place.other_village),
        Viewer(None, None, "", via="nobody"),
    )
    assert not await evaluation.decided(neighbour).exists()
    await decide(place, made)
    assert await evaluation.decided(neighbour).values_list("id", flat=True) == [made.pk]
    assert not await evaluation.decided(citizen).exists()
    with pytest.raises(NotFound):
        await Appeal.find(neighbour, made.pk)


FROZEN = (
    "UPDATE period SET closed_at = NULL WHERE id = {period}",
    "UPDATE period SET scheme_id = scheme_id WHERE id = {period}",
    "DELETE FROM period WHERE id = {period}",
    "UPDATE village_index SET shown = 10000 WHERE period_id = {period}",
    "UPDATE village_index SET appeals_until = '2099-12-31' WHERE period_id = {period}",
    "DELETE FROM village_index WHERE period_id = {period}",
    "UPDATE tally SET n = n + 1, total = total + 10000 WHERE period_id = {period}",
    "DELETE FROM tally WHERE period_id = {period}",
    "INSERT INTO tally (period_id, unit_id, source, n, total, squares) VALUES ({period}, {unit}, 'x', 0, 0, 0)",
    "UPDATE person_score SET points = 99 WHERE period_id = {period}",
    "DELETE FROM person_score WHERE period_id = {period}",
    "UPDATE board_placing SET rank = 1 WHERE board_id IN (SELECT id FROM board WHERE period_id = {period})",
    "DELETE FROM board_placing WHERE board_id IN (SELECT id FROM board WHERE period_id = {period})",
    "UPDATE point_entry SET points = 0 WHERE id = {entry}",
    "DELETE FROM point_entry WHERE id = {entry}",
)


@pytest.mark.furnished(by=None)
async def test_no_raw_statement_moves_a_closed_period_or_a_credit(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        month = await a_month(place)
    with clock_at(morning(date(2026, 10, 5))):
        await follow()
        entry = (await entries_of(place))[0]
        numbers = {"period": month.pk, "unit": place.village.pk, "entry": entry.pk}
        for statement in FROZEN:
            with pytest.raises(BaseORMException, match=r"closed period|credit stays"):
                await Tortoise.get_connection("default").execute_query(statement.format(**numbers))
