"""The dashboard: figures that counting by hand gives, that add up and that open to their rows."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from models import burden, ledger
from models.base.clock import today, town_day
from models.burden import ROWS, AskersWanted
from models.ledger import Wanted
from models.screening import Screening
from models.tasks import Assignment, TaskSource
from tests.builders import a_request, a_task, a_viewer, an_admitted_request
from tests.counting import counted
from tests.models.burden.scenes import MINE, a_busy_town, half_a_year

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


async def test_figures_of_a_place_are_what_counting_by_hand_gives(town: str) -> None:
    place = await a_busy_town()
    keeper, period = await a_viewer("list_keeper", place.city), half_a_year()
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
    keeper, period = await a_viewer("list_keeper", place.city), half_a_year()
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


@pytest.mark.furnished(by=None)
@pytest.mark.parametrize("seed", [2, 3])
async def test_what_lies_below_adds_up_to_the_place(town: str, seed: int) -> None:
    place = await a_busy_town(seed)
    keeper, period = await a_viewer("list_keeper", place.city), half_a_year()
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
    told = await burden.months(head, Wanted(half_a_year(), place.township))
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
        wanted = Wanted(half_a_year(), await burden.home(viewer))
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
    wanted = Wanted(half_a_year(), await burden.home(officer))
    told = await burden.burden(officer, wanted)
    assert told.load is None and told.tasks == 0 and told.screenings.refused > 0
    secretary = await a_viewer("secretary", place.village)
    county, spared = await burden.refused_nearby(secretary, Wanted(half_a_year()))
    keeper = await ledger.total(await a_viewer("list_keeper", place.county), Wanted(half_a_year()))
    assert county == place.county and spared.refused == keeper.refused > 0
    assert await burden.rows_of("refused", secretary, wanted).count() == 0
    own = Wanted(half_a_year(), place.village)
    mine = await burden.received(secretary, own).select_related("unit")
    assert mine and all(place.village.holds(one.unit.path) for one in mine)
    assert await burden.received(secretary, Wanted(own.period, place.second_village)).count() == 0


async def test_the_dashboard_costs_the_same_however_much_there_is(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    wanted = Wanted(half_a_year(), place.county)
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
