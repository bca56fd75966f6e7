"""What the evaluation looks at: villages with accepted results, a scheme and periods, at a clock that only goes forwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from models import evaluation, rankings, schemes, tasks
from models.base.clock import TOWN_ZONE, clock_at, now, today
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.points import PointEntry
from models.schemes import POINTS, Period, Scheme, VillageIndex
from models.schemes.calendar import open_periods
from models.schemes.drafting import SLOTS, dimensions_told, groups_told
from models.tasks import Assignment, Task
from tests.builders import Town, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.furnished import furnished

DAY = timedelta(days=1)
MATTERS = tuple(f"XZ-SY-{number:02}" for number in range(1, 5))
WHY = "群众意见集中在时效，按调研结果调整。"


async def a_working_town() -> Town:
    """A town whose list has enough different matters that results of one day are not split tasks."""
    place = await a_town()
    extra = [
        {"code": code, "title": f"事项{code}", "category": "assist", "demands": ["patrol"]}
        for code in MATTERS
    ]
    await a_list(place.county, *extra)
    return place


@furnished
async def a_scored_town() -> Town:
    """The same after one result of each matter in both villages, which are credited, scored and placed."""
    place = await a_working_town()
    await results(place)
    return place


async def dispatched(place: Town, matter: str, *, days: int = 10) -> Task:
    """A task under one matter for 梅渚村 and 棠村."""
    asked = await an_admitted_request(place, matter_code=matter, title=f"任务{matter}")
    return await a_task(place, requests=[asked], title=f"任务{matter}", due_on=today() + days * DAY)


async def done(place: Town, task: Task) -> None:
    """Both villages report and are accepted."""
    desk = await a_viewer("coordinator", place.township)
    copies = Assignment.filter(task=task).prefetch_related(*Assignment.judged_with).order_by("unit_id")
    for copy in await copies:
        await _one(copy, desk)


async def _one(copy: Assignment, desk: Viewer) -> None:
    secretary = await a_viewer("secretary", copy.unit)
    await tasks.report(secretary, copy, words="已办结。")
    fresh = await Assignment.get(pk=copy.pk).prefetch_related(*Assignment.judged_with)
    await tasks.accept(desk, fresh)


async def results(place: Town, matters: tuple[str, ...] = MATTERS) -> None:
    """One accepted result of each matter in both villages, credited, scored and placed."""
    for matter in matters:
        await done(place, await dispatched(place, matter))
    await follow()


async def follow() -> None:
    """What followers of the trail do within seconds."""
    await seal_all()
    await rankings.keep_up()


def morning(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), TOWN_ZONE).astimezone(UTC)


async def a_month(place: Town) -> Period:
    rows = Period.filter(city=place.city, kind="month", since__lte=today(), until__gte=today())
    return await rows.select_related("city").get()


async def index_of(place: Town, period: Period) -> VillageIndex:
    rows = VillageIndex.filter(period=period, unit=place.village)
    return await rows.prefetch_related(*VillageIndex.judged_with).get()


async def entries_of(place: Town) -> list[PointEntry]:
    """What stands in the ledger of 梅渚村, oldest first."""
    rows = PointEntry.filter(unit=place.village, person=None).order_by("id")
    return await rows.prefetch_related(*PointEntry.judged_with)


async def a_draft(place: Town, keeper: Viewer, title: str = "第二版办法") -> Scheme:
    made = await schemes.draft_scheme(keeper, place.city, title=title)
    return await fresh(made)


async def fresh(scheme: Scheme) -> Scheme:
    return await Scheme.get(pk=scheme.pk).prefetch_related(*Scheme.judged_with)


async def sheet(scheme: Scheme) -> dict[str, Any]:
    """A scheme as `change_scheme` takes it."""
    told, groups = await dimensions_told(scheme), await groups_told(scheme)
    slots: list[dict[str, Any]] = []
    for one in told:
        slots += [*one["indicators"], *({} for _ in range(SLOTS - len(one["indicators"])))]
    return {
        "title": scheme.title,
        "dimensions": [one["name"] for one in told],
        "weights": [str(one["weight"]) for one in told],
        "sources": [one.get("source", "") for one in slots],
        "shares": [str(one.get("weight", "")) for one in slots],
        "leasts": [str(one.get("least", "")) for one in slots],
        "groups": [one["name"] for one in groups],
        "kinds": [one["kind"] for one in groups],
        "households": [str(one["households"]) for one in groups],
        "points": [str(scheme.points[name]) for name in POINTS],
    }


async def tried(keeper: Viewer, scheme: Scheme) -> Scheme:
    """Simulated on the running month, with what came of it on record."""
    await open_periods()
    rows = Period.filter(city_id=scheme.city_id, kind="month").order_by("-since")
    period = await rows.first().prefetch_related("city")
    assert period is not None
    told = await evaluation.simulate(scheme, period)
    found = {"moving": len(told.moving), "farthest": told.farthest}
    return await schemes.note_simulation(keeper, scheme, period=period, **found)


async def adopted(place: Town, scheme: Scheme, from_on: date) -> Scheme:
    """Simulated and adopted by another keeper."""
    other = await a_viewer("list_keeper", place.city)
    await tried(other, scheme)
    return await schemes.adopt_scheme(other, scheme, from_on=from_on, reason=WHY)


async def late_at_meizhu(place: Town) -> None:
    """Four results in both villages, all of 梅渚村's after the day they were due on."""
    made = [await dispatched(place, matter, days=1 + 5 * number) for number, matter in enumerate(MATTERS)]
    copies = await _copies(made)
    for copy in copies:
        if copy.unit_id != place.village.pk:
            await _one(copy, await a_viewer("coordinator", place.township))
    with clock_at(now() + 20 * DAY):
        for copy in copies:
            if copy.unit_id == place.village.pk:
                await _one(copy, await a_viewer("coordinator", place.township))
        await follow()


async def _copies(made: list[Task]) -> list[Assignment]:
    rows = Assignment.filter(task_id__in=[task.pk for task in made]).order_by("id")
    return await rows.prefetch_related(*Assignment.judged_with)
