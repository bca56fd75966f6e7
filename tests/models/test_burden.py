"""The dashboard's figures: what counting the stored rows by hand gives, for places, months, what lies below, and askers."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models import burden, intake, ledger, policies, screening, tasks
from models.base.clock import clock_at, now, today, town_day
from models.base.events import Event, Mention
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.burden import COLUMNS, ROWS, AskersWanted
from models.intake import WorkRequest
from models.ledger import Period, Wanted
from models.registry import DataValue, Element
from models.screening import Screening
from models.tasks import Assignment, Task, TaskSource
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_viewer, an_admitted_request
from tests.counting import counted

pytestmark = pytest.mark.anyio
EFFORT = {
    "code": "XZ-MZ-09",
    "title": "入户核查",
    "category": "assist",
    "demands": ["visit"],
    "effort_hours": Decimal("1.25"),
}
MINE = {"matter_code": "XZ-MZ-09", "demands": ["visit"]}


async def a_busy_town(seed: int = 1) -> Town:
    """Work of several months at random: sent, merged, refused, answered from file, waived and in a hurry."""
    chance = random.Random(seed)
    place = await a_town()
    start = now() - timedelta(days=170)
    with clock_at(start):
        await a_list(place.city, EFFORT)
        await _on_file(place)
    for number in range(10):
        with clock_at(start + timedelta(days=17 * number, hours=chance.randint(1, 9))):
            await _work(place, chance)
    return place


async def _on_file(place: Town) -> None:
    element = await Element.create(code="hjrk", name="户籍人口", period_days=3000)
    await Element.create(code="kzf", name="空置房", period_days=3000)
    for village in (place.village, place.second_village):
        await DataValue.create(element=element, unit=village, value="1", as_of=today())


async def _work(place: Town, chance: random.Random) -> None:
    units = chance.sample([place.village, place.second_village, place.grid], chance.randint(1, 3))
    wanted: dict[str, object] = MINE if chance.random() < 0.7 else {}
    asked = [await an_admitted_request(place, **wanted) for _ in range(chance.randint(1, 3))]
    await a_task(place, requests=asked, units=units)
    await a_request(place, demands=["patrol", "ranking"])
    await a_request(place, deadline=today() + chance.randint(0, 9) * DAY)
    await a_request(place, demands=["data"], elements=["hjrk"])
    await a_request(place, demands=["patrol", "data"], elements=["hjrk", "kzf"], matter_code="XZ-NY-01")
    if chance.random() < 0.5:
        await a_request(place, matter_code="", units=[place.village, place.other_village])
    else:
        await screening.reject(
            await a_viewer("coordinator", place.township), await a_request(place), reason="不符"
        )


def _half_a_year() -> Period:
    return Period(today() - timedelta(days=120), today())


async def test_figures_of_a_place_are_what_counting_by_hand_gives(town: str) -> None:
    place = await a_busy_town()
    keeper, period = await a_viewer("list_keeper", place.city), _half_a_year()
    for where in (place.city, place.county, place.township, place.other_township):
        told = await burden.burden(keeper, Wanted(period, where))
        sent = [
            one
            for one in await Assignment.all().select_related("task__matter", "unit")
            if period.begins <= one.task.dispatched_at < period.ends and where.holds(one.unit.path)  # type: ignore[operator]
        ]
        assert told.load is not None and told.load.tasks == len(sent), where.name
        assert told.tasks == len({one.task_id for one in sent})
        assert told.hours == sum((one.task.matter.effort_hours or Decimal(0) for one in sent), Decimal(0))
        behind = Counter[int]()
        for source in await TaskSource.all():
            behind[source.task_id] += source.task_id in {one.task_id for one in sent}
        assert told.requests == sum(behind.values())
        assert told.merged == sum(n - 1 for n in behind.values() if n)
    assert told.tasks == told.requests == 0, "nothing went to the other township"
    whole = await burden.burden(keeper, Wanted(period, place.city))
    assert whole.hours > 0 and whole.merged > 0 and whole.screenings.refused > 0


async def test_fields_are_counted_by_what_became_of_them(town: str) -> None:
    place = await a_busy_town()
    keeper, period = await a_viewer("list_keeper", place.city), _half_a_year()
    told = (await burden.burden(keeper, Wanted(period, place.city))).fields
    by_hand = Counter[str]()
    for row in await Screening.filter(kind="automatic").select_related("request"):
        if not period.begins <= row.request.submitted_at < period.ends:
            continue
        for element in row.rests_on["elements"]:
            villages, held = row.rests_on["villages"], element["held"]
            by_hand["wanted"] += villages
            by_hand["from_file"] += villages if row.verdict == "answered" else 0
            by_hand["struck"] += held if row.verdict == "pending_review" else 0
    assert (told.wanted, told.from_file, told.struck) == (
        by_hand["wanted"],
        by_hand["from_file"],
        by_hand["struck"],
    )
    assert told.from_file and told.struck and told.to_fill


@pytest.mark.parametrize("seed", [2, 3])
async def test_what_lies_below_adds_up_to_the_place(town: str, seed: int) -> None:
    place = await a_busy_town(seed)
    keeper, period = await a_viewer("list_keeper", place.city), _half_a_year()
    for where in (place.city, place.county, place.township):
        wanted = Wanted(period, where)
        whole = await burden.burden(keeper, wanted)
        page = await burden.children(keeper, where, wanted).order_by("path")
        below = await burden.tallies(keeper, wanted, page)
        assert whole.load is not None
        assert sum(one.assignments for one in below) == whole.load.tasks, where.name
        assert sum(one.villages for one in below) == whole.load.villages
        assert sum((one.hours for one in below), Decimal(0)) == whole.hours
        if where.level != "township":
            assert sum(one.tasks for one in below) == whole.tasks
            assert sum(one.requests for one in below) == whole.requests
            assert sum(one.merged for one in below) == whole.merged
            assert sum(one.refused for one in below) == whole.screenings.refused
            assert sum(one.answered for one in below) == whole.screenings.answered


async def test_each_month_holds_what_went_out_in_it(town: str) -> None:
    place = await a_busy_town()
    head = await a_viewer("head", place.township)
    told = await burden.months(head, Wanted(_half_a_year(), place.township))
    by_hand = Counter(
        f"{town_day(one.task.dispatched_at):%Y-%m}"  # type: ignore[arg-type]
        for one in await Assignment.all().select_related("task")
    )
    assert len(told) == 12 and told[-1].period.since == today().replace(day=1)
    assert {f"{one.period.since:%Y-%m}": one.assignments for one in told if one.assignments} == by_hand
    for one in told:
        rows = burden.sent(head, Wanted(one.period, place.township))
        assert await rows.count() == one.assignments


async def test_every_figure_opens_to_as_many_rows(town: str) -> None:
    place = await a_busy_town()
    for role, unit in (
        ("list_keeper", place.city),
        ("coordinator", place.township),
        ("department_officer", place.department),
    ):
        viewer = await a_viewer(role, unit)
        wanted = Wanted(_half_a_year(), await burden.home(viewer))
        told = await burden.burden(viewer, wanted)
        figures = vars(told.screenings) | {
            "refused": told.screenings.refused,
            "tasks": told.tasks,
            "requests": told.requests,
            "merged": told.merged,
            "assignments": told.load.tasks if told.load else 0,
        }
        for name in set(ROWS) - {"received", "fields"}:
            if told.load is None and name in ("assignments", "tasks"):
                continue
            assert await burden.rows_of(name, viewer, wanted).count() == figures[name], (role, name)
        asked = await burden.rows_of("fields", viewer, wanted)
        assert sum(one.fields_wanted for one in asked) == told.fields.wanted


async def test_whoever_asks_counts_no_villages_and_villages_read_totals_only(town: str) -> None:
    place = await a_busy_town()
    officer = await a_viewer("department_officer", place.department)
    wanted = Wanted(_half_a_year(), await burden.home(officer))
    told = await burden.burden(officer, wanted)
    assert told.load is None and told.tasks == 0 and told.screenings.refused > 0
    secretary = await a_viewer("secretary", place.village)
    county, spared = await burden.refused_nearby(secretary, Wanted(_half_a_year()))
    keeper = await ledger.total(await a_viewer("list_keeper", place.county), Wanted(_half_a_year()))
    assert county == place.county and spared.refused == keeper.refused > 0
    assert await burden.rows_of("refused", secretary, wanted).count() == 0
    own = Wanted(_half_a_year(), place.village)
    mine = await burden.received(secretary, own).select_related("unit")
    assert mine and all(place.village.holds(one.unit.path) for one in mine)
    assert await burden.received(secretary, Wanted(own.period, place.second_village)).count() == 0


async def test_askers_are_counted_as_their_definitions_say(town: str) -> None:
    place = await a_busy_town()
    period = _half_a_year()
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
        wanted = AskersWanted(place.county, _half_a_year(), by)
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


async def test_the_recount_agrees_and_finds_what_was_changed_behind_the_commands(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    wanted = Wanted(_half_a_year())
    assert (await _faults(keeper, wanted, place.city)) == []
    one = await WorkRequest.filter(fields_wanted__gt=0).order_by("-id").first()
    task = await Task.filter(state="dispatched").order_by("-id").first()
    assert one is not None and task is not None
    for rows, changed, kept in (
        (WorkRequest.filter(pk=one.pk), {"waived": 3}, {"waived": 0}),
        (WorkRequest.filter(pk=one.pk), {"fields_held": 99}, {"fields_held": one.fields_held}),
        (WorkRequest.filter(pk=one.pk), {"notice_days": 0}, {"notice_days": one.notice_days}),
        (
            Task.filter(pk=task.pk),
            {"dispatched_at": task.dispatched_at - 3 * DAY},  # type: ignore[operator]
            {"dispatched_at": task.dispatched_at},
        ),
    ):
        await rows.update(**changed)
        assert await _faults(keeper, wanted, place.city), changed
        await rows.update(**kept)
        assert await _faults(keeper, wanted, place.city) == []


async def test_what_was_deleted_or_moved_behind_the_trail_is_found_from_the_trail_alone(town: str) -> None:
    place = await a_busy_town()
    keeper, wanted = await a_viewer("list_keeper", place.city), Wanted(_half_a_year())
    task = await Task.filter(state="dispatched", series_id=None).order_by("-id").first()
    assert task is not None and await _faults(keeper, wanted, place.city) == []
    for what, statement in (
        (
            "没有这张任务单",
            f"DELETE FROM assignment WHERE task_id = {task.pk} AND unit_id IN (SELECT max(unit_id) FROM assignment WHERE task_id = {task.pk})",
        ),
        (
            "合并了",
            f"DELETE FROM task_source WHERE id IN (SELECT max(id) FROM task_source WHERE task_id = {task.pk})",
        ),
        ("下派时间", f"UPDATE task SET dispatched_at = '2020-01-01 00:00:00+00:00' WHERE id = {task.pk}"),
        ("小时", f"UPDATE matter SET effort_hours = 7 WHERE id = {task.matter_id}"),
        ("提出过", "UPDATE work_request SET submitted_at = '2020-01-01 00:00:00+00:00'"),
    ):
        await _undone_afterwards(statement, what, keeper, wanted, place.city)


async def _undone_afterwards(statement: str, what: str, keeper: Viewer, wanted: Wanted, place: Unit) -> None:
    """Past the triggers, found, and rolled back."""
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await _without_triggers()
            await Tortoise.get_connection("default").execute_query(statement)
            found = await _faults(keeper, wanted, place)
            assert any(what in fault for fault in found), (what, found[:5])
            raise ZeroDivisionError


async def test_dispatches_of_before_the_trail_told_where_are_counted_and_said(town: str) -> None:
    place = await a_busy_town()
    keeper, wanted = await a_viewer("list_keeper", place.city), Wanted(_half_a_year())
    sent = await Event.filter(command="tasks.dispatch").order_by("-id").first()
    assert sent is not None
    async with in_transaction():
        await _without_triggers()
        await Event.filter(pk=sent.pk).update(details="{}")
        told = await burden.recount_burden(keeper, wanted, place.city)
        assert (told.untold, told.faults) == (1, [])
        await Mention.filter(event_id=sent.pk).delete()
        await Event.filter(pk=sent.pk).delete()
        assert await _faults(keeper, wanted, place.city)


async def _without_triggers() -> None:
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        await connection.execute_query("SET session_replication_role = replica")
        return
    rows = await connection.execute_query_dict("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for row in rows:
        await connection.execute_query(f'DROP TRIGGER "{row["name"]}"')


async def _faults(viewer: Viewer, wanted: Wanted, place: Unit) -> list[str]:
    return (await burden.recount_burden(viewer, wanted, place)).faults


async def test_the_dashboard_costs_the_same_however_much_there_is(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    wanted = Wanted(_half_a_year(), place.county)
    spent = []
    for _ in range(2):
        with counted() as told:
            await burden.burden(keeper, wanted)
            await burden.months(keeper, wanted)
            page = await burden.children(keeper, place.county, wanted).order_by("path")
            await burden.tallies(keeper, wanted, page)
            await burden.askers(keeper, AskersWanted(place.county, wanted.period), 30)
        spent.append(len(told))
        await a_task(place, requests=[await an_admitted_request(place, **MINE)])
        await a_request(place, demands=["patrol", "ranking"])
    assert spent[0] == spent[1], spent
