"""The main job of a township, in the commands' own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from models import matters, tasks
from models.base.clock import clock_at, today
from models.base.refusals import NotAllowed
from models.requests import WorkRequest
from models.screening import Screening
from models.tasks import Assignment, Task, TaskSource, TaskVersion
from models.workdays import workdays_of
from tests.builders import DAY, TASK_STEPS, a_list, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio


async def test_a_dispatched_task_is_at_each_chosen_village(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    units = await Assignment.filter(task=task, state="dispatched").values_list("unit_id", flat=True)
    assert set(units) == {place.village.pk, place.second_village.pk}


async def test_nobody_approves_what_they_drafted(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    drafter = await a_viewer("coordinator", place.township)
    task = await tasks.draft(
        drafter,
        place.township,
        requests=[await an_admitted_request(place)],
        title="巡查",
        body="巡查",
        due_on=(await an_admitted_request(place)).deadline,
        units=[place.village],
    )
    await tasks.submit_for_approval(drafter, task)
    with pytest.raises(NotAllowed, match="不能是起草人"):
        await tasks.approve(drafter, task)


async def test_the_time_norm_of_the_matter_proposes_the_deadline_in_working_days(town: str) -> None:
    place = await a_town()
    with clock_at(datetime(2026, 9, 28, 2, tzinfo=UTC)):  # a Monday; the national holidays begin on Thursday
        await a_list(
            place.county,
            {"code": "XZ-FX-01", "title": "防汛", "category": "assist", "norm_days": 4}
            | {"demands": ["patrol"]},
        )
        drafter = await a_viewer("coordinator", place.township)
        words: dict[str, Any] = {"title": "巡查", "body": "巡查", "units": [place.village]}
        normed = await an_admitted_request(place, matter_code="XZ-FX-01", title="防汛")
        task = await tasks.draft(drafter, place.township, requests=[normed], **words)
        days = await workdays_of(place.township.path)
        assert days.between(today(), task.due_on) == 4 and task.due_on > today() + 4 * DAY
        free = await an_admitted_request(place)
        task = await tasks.draft(drafter, place.township, requests=[free], **words)
        assert task.due_on == free.deadline, "without a norm, the day that was asked for"


@pytest.mark.parametrize("open_tasks", [40, pytest.param(10_000, marks=pytest.mark.nightly)])
async def test_publishing_the_next_version_changes_none_of_the_open_tasks(
    town: str, open_tasks: int, figure: Callable[[str], None]
) -> None:
    place = await a_town()
    first = await a_list(place.city)
    task = await a_task(place, units=[place.village])
    await _multiplied(task, open_tasks)
    rows = Task.all().order_by("id").values_list("id", "matter_id", "state", "due_at", "title")
    copies = Assignment.all().order_by("id").values_list("id", "task_id", "state", "due_at")
    before, held = await rows, await copies
    keeper, other = await a_viewer("list_keeper", place.city), await a_viewer("list_keeper", place.city)
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.put_matter(keeper, second, code="XZ-NY-01", title="秸秆禁烧巡查", category="negative")
    await matters.propose(keeper, second, reason="不再要求")
    await matters.publish(other, second, reason="同意", effective_on=today())
    assert len(before) == open_tasks and await rows == before and await copies == held
    figure(f"{open_tasks} open tasks, none changed")
    touched = await tasks.impact(keeper, ["XZ-NY-01"])
    assert touched.open_tasks == open_tasks and touched.villages == [(place.village.name, open_tasks)]


async def _multiplied(task: Task, times: int) -> None:
    """The same work many times over, each task from a request of its own."""
    source = await TaskSource.get(task=task).select_related("request", "screening")
    copy = await Assignment.get(task=task)
    last = [await each.all().order_by("-id").first() for each in (Task, WorkRequest, Screening)]
    ids = [[one.pk + n for n in range(1, times)] for one in last if one]
    asked = [one.update_from_dict({"state": "pending_review"}) for one in _like(source.request, "id", ids[1])]
    await WorkRequest.bulk_create(asked, batch_size=200)
    await WorkRequest.filter(state="pending_review").update(state="admitted")
    verdicts = zip(_like(source.screening, "id", ids[2]), ids[1], strict=True)
    rows = [verdict.update_from_dict({"request_id": pk, "code": f"C-{pk}"}) for verdict, pk in verdicts]
    await Screening.bulk_create(rows, batch_size=200)
    drafts = [
        one.update_from_dict({"code": f"T-{one.pk}", "state": "draft"}) for one in _like(task, "id", ids[0])
    ]
    await Task.bulk_create(drafts, batch_size=200)
    links = [
        TaskSource(task_id=t, request_id=r, screening_id=s, stands_for=r)
        for t, r, s in zip(*ids, strict=True)
    ]
    await TaskSource.bulk_create(links, batch_size=200)
    said = {n: getattr(task, n) for n in ("title", "body", "due_at", "drafted_by_id", "made_at")}
    versions = [TaskVersion(task_id=pk, number=1, state="out", **said) for pk in ids[0]]
    await TaskVersion.bulk_create(versions, batch_size=200)
    for was, then in pairwise(TASK_STEPS):
        await Task.filter(state=was).update(state=then)
    await Assignment.bulk_create(
        [Assignment(task_id=pk, unit_id=copy.unit_id, due_at=copy.due_at) for pk in ids[0]], batch_size=200
    )


def _like(row: Any, key: str, numbers: list[int]) -> list[Any]:
    kept = {n: getattr(row, n) for n in row._meta.fields_db_projection if n != key}
    return [type(row)(**kept, **{key: number}) for number in numbers]
