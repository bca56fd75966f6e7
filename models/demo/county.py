"""Size M: people in every village of the city, and city-wide work going through every township."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from models import intake, people, screening, tasks
from models.base.clock import now, today
from models.base.viewer import TOWN_CLOCK
from models.demo.calendar import Calendar, Step
from models.demo.cast import GIVEN, SURNAMES, TOWNSHIP, viewer_of
from models.people import Post
from models.requests import WorkRequest
from models.tasks import Assignment
from models.units import Unit, add

BUREAU = "绍兴市应急管理局"
STAFF = (("coordinator", 1), ("leader", 2), ("head", 1))
VILLAGERS = (("secretary", 1), ("cadre", 4), ("grid_worker", 4))
CITY_ASKS = (
    ("XZ-YJ-03", "全市防灾减灾宣传", "请各村宣传防灾避险常识。", 4),
    ("XZ-NY-06", "全市农产品质量安全宣传", "请各村宣传农产品质量安全知识。", 18),
)


async def settle_the_city(city: Unit) -> None:
    """Twenty thousand people by the import command, and the bureau that asks them all."""
    await people.import_people(TOWN_CLOCK, city, "people.csv", await _people_table(city))
    bureau = await add(TOWN_CLOCK, city, name=BUREAU, level="department", kind="bureau")
    await people.enrol(TOWN_CLOCK, bureau, name="市局经办人", role="department_officer")


async def _people_table(city: Unit) -> bytes:
    """A table for the import command, as a county would bring one."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("name", "phone", "unit_code", "role"))
    units = Unit.filter(path__startswith=city.path, level__in=("township", "village"))
    number = 0
    for unit in await units.exclude(path__contains=f"/{TOWNSHIP}/").order_by("path"):
        for role, count in STAFF if unit.level == "township" else VILLAGERS:
            for _ in range(count):
                number += 1
                name = SURNAMES[number % len(SURNAMES)] + GIVEN[number // 7 % len(GIVEN)]
                rows.writerow((name, f"1990{number:07d}", unit.code, role))
    return out.getvalue().encode()


async def plan_the_city(calendar: Calendar, city: Unit) -> None:
    for number in range(len(CITY_ASKS)):
        days = CITY_ASKS[number][-1]
        calendar.at(calendar.start + timedelta(days=days), _asking(calendar, city, number))


def _asking(calendar: Calendar, city: Unit, number: int) -> Step:
    async def step() -> None:
        code, title, body, _ = CITY_ASKS[number]
        bureau = await Unit.get(parent=city, name=BUREAU)
        officer = await viewer_of(await Post.get(unit=bureau))
        made = await intake.submit(
            officer,
            bureau,
            title=title,
            body=body,
            matter_code=code,
            demands=["publicity"],
            deadline=today() + timedelta(days=16),
            units=[],
            townships=await Unit.filter(level="township").exclude(code=TOWNSHIP).order_by("path"),
        )
        for minutes, asked in enumerate(made):
            calendar.at(now() + timedelta(days=1, minutes=minutes), _at_the_township(calendar, asked))

    return step


def _at_the_township(calendar: Calendar, asked: WorkRequest) -> Step:
    """One township reads, drafts, approves and dispatches to all its villages."""

    async def step() -> None:
        township = await Unit.get(pk=asked.township_id)
        desk = {post.role: await viewer_of(post) for post in await Post.filter(unit=township).order_by("-id")}
        coordinator = desk["coordinator"]
        await screening.admit(coordinator, asked, note="文字与事项相符")
        task = await tasks.draft(
            coordinator,
            township,
            requests=[asked],
            title=asked.title,
            body=asked.body,
            due_on=today() + timedelta(days=8),
            units=await Unit.filter(parent=township, level="village").order_by("path"),
        )
        await tasks.submit_for_approval(coordinator, task)
        await tasks.approve(desk["head"], task)
        await tasks.dispatch(coordinator, task)
        calendar.later(24, _at_the_villages(calendar, task.pk))
        calendar.later(72, _reviewing(task.pk, coordinator.post_id))

    return step


def _at_the_villages(calendar: Calendar, task_id: int) -> Step:
    """Nine villages of ten report."""

    async def step() -> None:
        held = await Post.filter(role="secretary", unit__assignments__task_id=task_id)
        secretaries = {post.unit_id: post for post in held}
        for assignment in await Assignment.filter(task_id=task_id).order_by("id"):
            if calendar.chance.random() < 0.9:
                secretary = await viewer_of(secretaries[assignment.unit_id])
                await tasks.report(secretary, assignment, words="已在村口张贴并在例会上宣传。")

    return step


def _reviewing(task_id: int, coordinator_post: int | None) -> Step:
    async def step() -> None:
        coordinator = await viewer_of(await Post.get(pk=coordinator_post))
        for assignment in await Assignment.filter(task_id=task_id, state="reported").order_by("id"):
            await tasks.accept(coordinator, assignment)

    return step
