"""Askers' figures: counted as defined, sorted and paged without loss, for those who may read them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from models import burden, intake, policies, tasks
from models.base.clock import clock_at, today
from models.base.refusals import NotFound
from models.burden import COLUMNS, AskersWanted
from models.ledger import Period
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import TaskSource
from tests.builders import DAY, a_list, a_request, a_town, a_viewer
from tests.models.burden.scenes import a_busy_town, half_a_year

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


async def test_askers_are_counted_as_their_definitions_say(town: str) -> None:
    place = await a_busy_town()
    period = half_a_year()
    wanted = AskersWanted(place.county, period)
    by_hand: dict[str, Counter[int]] = {name: Counter() for name in COLUMNS}
    for one in await WorkRequest.all():
        if period.begins <= one.submitted_at < period.ends:
            by_hand["asked"][one.department_id] += 1
            by_hand["waived"][one.department_id] += bool(one.unticked)
            by_hand["short"][one.department_id] += one.notice_days < 5  # type: ignore[operator]
    for source in await TaskSource.all().select_related("request"):
        earlier = TaskSource.filter(task_id=source.task_id, request_id__lt=source.request_id)
        if period.begins <= source.request.submitted_at < period.ends and await earlier.exists():
            by_hand["duplicate"][source.request.department_id] += 1
    for row in await Screening.all().select_related("request"):
        if period.begins <= row.at < period.ends and row.verdict in by_hand:
            by_hand[row.verdict][row.request.department_id] += 1
            by_hand["refused"][row.request.department_id] += row.verdict != "exception"
    for name, counts in by_hand.items():
        assert await burden.sums_of(wanted, name) == {k: n for k, n in counts.items() if n}, name
    assert by_hand["short"] and by_hand["duplicate"]


@pytest.mark.furnished(by=None)
async def test_notice_is_counted_in_working_days_by_the_rule_of_the_day(town: str) -> None:
    place = await a_town()
    from datetime import UTC, datetime

    with clock_at(datetime(2026, 1, 5, 2, tzinfo=UTC)):
        await a_list(place.county)
        request = await a_request(place, deadline=date(2026, 1, 12))
        assert (request.notice_days, request.notice_due) == (5, 5)
        officer = await a_viewer("department_officer", place.department)
        kept: dict[str, object] = {
            "title": request.title,
            "body": request.body,
            "matter_code": request.matter_code,
            "demands": request.demands,
            "reason": "提前",
        }
        request = await WorkRequest.find(officer, request.pk)
        await tasks.amend_request(officer, request, deadline=date(2026, 1, 20), **kept)  # type: ignore[arg-type]
        assert request.notice_days == 5, "more time afterwards is no new notice"
    with clock_at(datetime(2026, 1, 7, 2, tzinfo=UTC)):
        await tasks.amend_request(officer, request, deadline=date(2026, 1, 9), **kept)  # type: ignore[arg-type]
        assert request.notice_days == 2
        keeper = await a_viewer("list_keeper", place.county)
        await policies.set_policy(
            keeper, place.county, name="short_notice_days", value=0, reason="暂不统计", from_on=today()
        )
        later = await a_request(place, deadline=date(2026, 1, 8))
        assert (later.notice_days, later.notice_due) == (1, 0)
        told = await burden.sums_of(AskersWanted(place.county, Period(today() - 9 * DAY, today())), "short")
        assert told == {place.department.pk: 1}


async def test_askers_are_sorted_by_any_column_and_paged_without_loss(town: str) -> None:
    place = await a_busy_town()
    coordinator = await a_viewer("coordinator", place.township)
    office = await a_viewer("office", place.office)
    for _ in range(2):
        await intake.submit(
            office,
            place.office,
            title="本级的事",
            body="请办理。",
            matter_code="",
            demands=["patrol"],
            deadline=today(),
            units=[place.village],
        )
    for by in COLUMNS:
        wanted = AskersWanted(place.county, half_a_year(), by)
        whole, more = await burden.askers(coordinator, wanted, 100)
        assert not more and [one.figures[by] for one in whole] == sorted(
            (one.figures[by] for one in whole), reverse=True
        )
        paged, after = [], None
        while True:
            page, more = await burden.askers(coordinator, wanted, 1, after)
            paged += page
            after = (page[-1].figures[by], page[-1].unit.path)
            if not more:
                break
        assert [one.unit for one in paged] == [one.unit for one in whole]
    assert {one.unit for one in whole} >= {place.department, place.office}


@pytest.mark.furnished(by=None)
async def test_askers_are_published_within_the_county_and_to_nobody_at_a_village(town: str) -> None:
    place = await a_town()
    for role, unit, region in (
        ("coordinator", place.township, place.county),
        ("department_officer", place.department, place.county),
        ("office", place.office, place.county),
        ("list_keeper", place.city, place.city),
    ):
        viewer = await a_viewer(role, unit)
        assert burden.reads_askers(viewer)
        assert await burden.region_of(viewer) == region
        assert await burden.region_of(viewer, place.county) == place.county
    coordinator = await a_viewer("coordinator", place.township)
    with pytest.raises(NotFound):
        await burden.region_of(coordinator, place.city)
    with pytest.raises(NotFound):
        await burden.region_of(coordinator, place.township)
    assert not burden.reads_askers(await a_viewer("secretary", place.village))
