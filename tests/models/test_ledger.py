"""The ledger's figures are what a recount of the stored screenings gives, for everybody what they may know."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from models import ledger, policies, screening
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.ledger import Figures, Period, Wanted, period_of
from models.matters import VERDICTS
from models.recount import recount_ledger
from models.registry import Element
from models.screening import Screening
from models.units import Unit
from tests.builders import (
    DAY,
    Town,
    a_list,
    a_request,
    a_task,
    a_town,
    a_value,
    a_viewer,
    an_admitted_request,
)
from tests.counting import counted

pytestmark = pytest.mark.anyio
NOW = Wanted(Period(date(2000, 1, 1), date(2100, 1, 1)))


async def a_year_of_screenings() -> Town:
    """One screening of every verdict, some twice, in two townships and for two departments."""
    place = await a_town()
    await a_list(
        place.city,
        {
            "code": "XZ-MZ-09",
            "title": "入户核查",
            "category": "assist",
            "demands": ["visit"],
            "yearly_cap": 1,
        },
    )
    coordinator = await a_viewer("coordinator", place.township)
    for _ in range(2):
        await a_request(place, demands=["patrol", "ranking"])
    await a_request(place, matter_code="", units=[place.village, place.other_village])
    once = {"matter_code": "XZ-MZ-09", "demands": ["visit"], "units": [place.village]}
    await an_admitted_request(place, **once)
    await a_request(place, **once)
    await screening.reject(coordinator, await a_request(place), reason="文字与事项不符")
    element = await Element.create(code="hjrk", name="户籍人口")
    for village in (place.village, place.second_village):
        await a_value(element, village, "1", by_id=coordinator.post_id)
    await a_request(place, demands=["data"], elements=["hjrk"])
    await _ask_as(place, place.office)
    return place


async def _ask_as(place: Town, office: Unit) -> None:
    from models import intake

    await intake.submit(
        await a_viewer("office", office),
        office,
        title="秋季巡查",
        body="请组织巡查。",
        matter_code="XZ-NY-01",
        demands=["patrol"],
        deadline=today() + 20 * DAY,
        units=[place.village],
    )


def test_every_verdict_there_is_has_a_figure() -> None:
    assert set(ledger.VERDICTS_COUNTED) == set(VERDICTS)
    assert set(ledger.LABELS) == set(VERDICTS) | {"screened", "refused"}


async def _by_hand(viewer: Viewer) -> Counter[tuple[int, str]]:
    """Every row the viewer may know of, counted without any of the ledger's code."""
    rows = await Screening.visible_to(viewer).select_related("request")
    return Counter((row.request.department_id, row.verdict) for row in rows)


async def test_the_figures_are_what_the_stored_screenings_give(town: str) -> None:
    place = await a_year_of_screenings()
    for role, unit in (
        ("list_keeper", place.city),
        ("coordinator", place.township),
        ("head", place.other_township),
        ("department_officer", place.department),
        ("department_officer", place.other_department),
        ("office", place.office),
        ("observer", place.county),
        ("secretary", place.village),
    ):
        viewer = await a_viewer(role, unit)
        stored = await _by_hand(viewer)
        told = await ledger.total(viewer, NOW)
        counts = {verdict: n for verdict, n in vars(told).items() if n}
        by_verdict = Counter[str]()
        for (_, verdict), n in stored.items():
            by_verdict[verdict] += n
        assert counts == dict(by_verdict), role
        askers = await ledger.departments(viewer, NOW).order_by("path")
        assert {unit.pk for unit in askers} == {department for department, _ in stored}, role
        for line in await ledger.lines(viewer, NOW, askers):
            assert {v: n for v, n in vars(line.figures).items() if n} == {
                verdict: n for (department, verdict), n in stored.items() if department == line.department.pk
            }
        again = await recount_ledger(viewer, NOW, replayed=True)
        assert (again.total, again.faults) == (told, []), role


async def test_every_verdict_is_counted_once(town: str) -> None:
    place = await a_year_of_screenings()
    told = await ledger.total(await a_viewer("list_keeper", place.city), NOW)
    expected = Figures(
        pending_review=3, admitted=1, forbidden=2, not_listed=2, too_often=1, answered=1, rejected=1
    )
    assert told == expected
    assert (told.screened, told.refused) == (9, 6)
    assert await ledger.total(await a_viewer("secretary", place.village), NOW) == Figures()
    mine = await ledger.total(await a_viewer("coordinator", place.other_township), NOW)
    assert mine == Figures(not_listed=1)


async def test_a_place_and_an_asker_narrow_what_is_counted(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    there = Wanted(NOW.period, place=place.other_township)
    assert await ledger.total(keeper, there) == Figures(not_listed=1)
    of_office = Wanted(NOW.period, department=place.office)
    assert await ledger.total(keeper, of_office) == Figures(pending_review=1)
    elsewhere = Wanted(NOW.period, place=place.other_township)
    assert await ledger.total(await a_viewer("head", place.township), elsewhere) == Figures()


async def test_a_day_belongs_to_the_period_as_the_town_counts_it(town: str) -> None:
    """The last minute of 31 March in Shaoxing is still 31 March, though the day has hours left elsewhere."""
    place = await a_town()
    with clock_at(datetime(2025, 3, 1, tzinfo=UTC)):
        await a_list(place.county)
    for instant in (datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC), datetime(2025, 3, 31, 16, 0, tzinfo=UTC)):
        with clock_at(instant):
            await a_request(place)
    keeper = await a_viewer("list_keeper", place.county)
    for first, last, expected in (("03-31", "03-31", 1), ("04-01", "04-01", 1), ("03-31", "04-01", 2)):
        period = Period(date.fromisoformat(f"2025-{first}"), date.fromisoformat(f"2025-{last}"))
        assert (await ledger.total(keeper, Wanted(period))).screened == expected, (first, last)


def test_a_period_runs_forward_and_starts_with_the_year() -> None:
    with clock_at(datetime(2026, 5, 4, 4, tzinfo=UTC)):
        assert period_of(None, None) == Period(date(2026, 1, 1), date(2026, 5, 4))
    assert period_of(None, date(2025, 2, 3)) == Period(date(2025, 1, 1), date(2025, 2, 3))
    assert Period(date(2024, 2, 29), date(2024, 2, 29)).a_year_before().since == date(2023, 2, 28)
    for since, until in (
        ("2026-02-02", "2026-02-01"),
        ("1990-01-01", "2020-01-01"),
        ("2001-01-01", "2199-01-01"),
    ):
        with pytest.raises(Invalid):
            period_of(date.fromisoformat(since), date.fromisoformat(until))


async def test_a_screening_written_past_the_commands_is_reported(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    one = await Screening.filter(kind="reading").first()
    assert one is not None
    forged = {
        name: getattr(one, name) for name in one._meta.fields_db_projection if name not in {"id", "code"}
    }
    made = await Screening.create(**forged)
    told = await recount_ledger(keeper, NOW)
    assert told.faults == [f"过筛结论 {made.pk}：办理经过里没有这一条"]


async def test_the_load_of_villages_is_told_against_a_stated_baseline(town: str) -> None:
    place = await a_town()
    with clock_at(now() - timedelta(days=400)):
        await a_list(place.county)
        for _ in range(2):
            await a_task(place)
    await a_task(place)
    head = await a_viewer("head", place.township)
    year = Wanted(Period(today() - timedelta(days=364), today()))
    told = await ledger.load(head, year)
    assert (told.villages, told.tasks, told.per_village) == (2, 2, Decimal("1.0"))
    assert (told.a_year_before, told.against_a_year_before) == (4, Decimal("-50.0"))
    assert (told.expected, told.against_baseline, told.stated) == (None, None, None), "nobody has stated one"
    keeper = await a_viewer("list_keeper", place.county)
    await policies.set_policy(
        keeper, place.county, name="baseline_tasks", value=4, reason="2024 年统计", from_on=today()
    )
    told = await ledger.load(head, year)
    assert (told.expected, told.against_baseline) == (Decimal("4.0"), Decimal("-75.0"))
    assert told.stated is not None and told.stated.reason == "2024 年统计"


async def test_each_villages_load_holds_its_grids_and_nothing_of_others(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    await a_task(place)
    await a_task(place, units=[place.village, place.grid])
    coordinator = await a_viewer("coordinator", place.township)
    page = await ledger.villages(coordinator, NOW).order_by("path")
    told = {one.village.name: one.tasks for one in await ledger.by_village(coordinator, NOW, page)}
    assert told == {"梅渚村": 3, "棠村": 1}
    assert (await ledger.load(coordinator, NOW)).tasks == 4
    elsewhere = await a_viewer("coordinator", place.other_township)
    told = await ledger.load(elsewhere, NOW)
    assert (told.villages, told.tasks) == (1, 0)
    for role, unit in (("secretary", place.village), ("department_officer", place.department)):
        viewer = await a_viewer(role, unit)
        assert not ledger.oversees_villages(viewer)
        assert (await ledger.load(viewer, NOW)).tasks == await ledger.villages(viewer, NOW).count() == 0


async def test_counting_costs_the_same_however_much_there_is(town: str) -> None:
    place = await a_year_of_screenings()
    keeper = await a_viewer("list_keeper", place.city)
    spent = []
    for _ in range(2):
        with counted() as told:
            await ledger.total(keeper, NOW)
            page = await ledger.departments(keeper, NOW).order_by("path").limit(30)
            await ledger.lines(keeper, NOW, page)
            await ledger.load(keeper, NOW)
        spent.append(len(told))
        for _ in range(15):
            await a_request(place)
    assert spent[0] == spent[1] <= 7
