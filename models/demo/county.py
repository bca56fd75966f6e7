"""Size M: people in every village of the city, and a month of city-wide work in every township."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

from models import intake, people, screening, tasks
from models.base.clock import clock_at, today
from models.base.sealer import seal_all
from models.base.viewer import TOWN_CLOCK, Viewer
from models.demo.cast import CITY, GIVEN, SURNAMES, TOWNSHIP, viewer_of
from models.intake import WorkRequest
from models.people import Post
from models.tasks import Assignment
from models.units import Unit, add

STAFF = (("coordinator", 1), ("leader", 2), ("head", 1))
VILLAGERS = (("secretary", 1), ("cadre", 4), ("grid_worker", 4))
Progress = Callable[[str, int, int], None]
CITY_ASKS = (
    ("XZ-YJ-03", "全市防灾减灾宣传", "请各村宣传防灾避险常识。", ["publicity"]),
    ("XZ-NY-06", "全市农产品质量安全宣传", "请各村宣传农产品质量安全知识。", ["publicity"]),
)


async def play_county(start: datetime, viewers: dict[str, Viewer], progress: Progress) -> None:
    """Twenty thousand people, and each township taking two city-wide requests through to its villages."""
    city = await Unit.get(code=CITY)
    with clock_at(start):
        await people.import_people(TOWN_CLOCK, city, "people.csv", await _people_table(city))
        bureau = await add(TOWN_CLOCK, city, name="绍兴市应急管理局", level="department", kind="bureau")
        officer = await viewer_of(
            await people.enrol(TOWN_CLOCK, bureau, name="市局经办人", role="department_officer")
        )
    townships = await Unit.filter(level="township").exclude(code=TOWNSHIP).order_by("path")
    for number, (code, title, body, demands) in enumerate(CITY_ASKS):
        at = start + timedelta(days=1 + 12 * number)
        with clock_at(at):
            made = await intake.submit(
                officer,
                bureau,
                title=title,
                body=body,
                matter_code=code,
                demands=demands,
                deadline=today() + timedelta(days=14),
                units=[],
                townships=townships,
            )
        for done, asked in enumerate(made):
            await _play_township(asked, at + timedelta(days=1, minutes=done))
            progress("全市工作", number * len(made) + done, len(CITY_ASKS) * len(made))
        await seal_all()


async def _people_table(city: Unit) -> bytes:
    """A table for the import command, as a county would bring one."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("name", "phone", "unit_code", "role"))
    units = Unit.filter(path__startswith=city.path, level__in=("township", "village")).exclude(
        path__contains=f"/{TOWNSHIP}/"
    )
    number = 0
    for unit in await units.order_by("path"):
        for role, count in STAFF if unit.level == "township" else VILLAGERS:
            for _ in range(count):
                number += 1
                name = SURNAMES[number % len(SURNAMES)] + GIVEN[number // 7 % len(GIVEN)]
                rows.writerow((name, f"1990{number:07d}", unit.code, role))
    return out.getvalue().encode()


async def _play_township(asked: WorkRequest, at: datetime) -> None:
    """One township reads, drafts, approves, dispatches; most of its villages report and are accepted."""
    await asked.fetch_related("township")
    desk = {
        post.role: await viewer_of(post) for post in await Post.filter(unit=asked.township).order_by("-id")
    }
    villages = await Unit.filter(parent=asked.township, level="village").order_by("path")
    with clock_at(at):
        await screening.admit(desk["coordinator"], asked)
        task = await tasks.draft(
            desk["coordinator"],
            asked.township,
            requests=[asked],
            title=asked.title,
            body=asked.body,
            due_on=today() + timedelta(days=8),
            units=villages,
        )
        await tasks.submit_for_approval(desk["coordinator"], task)
        await tasks.approve(desk["head"], task)
        await tasks.dispatch(desk["coordinator"], task)
    with clock_at(at + timedelta(seconds=30)):
        await _play_villages(task.pk, desk["coordinator"])


async def _play_villages(task_id: int, coordinator: Viewer) -> None:
    secretaries = {
        post.unit_id: post  # type: ignore[attr-defined]
        for post in await Post.filter(role="secretary", unit__assignments__task_id=task_id)
    }
    for assignment in await Assignment.filter(task_id=task_id).order_by("id"):
        secretary = await viewer_of(secretaries[assignment.unit_id])  # type: ignore[attr-defined]
        await tasks.report(secretary, assignment, words="已在村口张贴并在例会上宣传。")
        if assignment.pk % 5:
            await tasks.accept(coordinator, assignment)
