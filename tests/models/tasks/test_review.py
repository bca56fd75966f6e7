"""Many reports reviewed in one go: all of them or none, each with its own place in the trail."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import today
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.versions import versions_of
from models.base.viewer import Viewer
from models.tasks import Assignment, Task
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def reported(place: Town, *but: str) -> tuple[Viewer, Task, list[Assignment]]:
    """A task that both villages have reported, except those named."""
    await a_list(place.county)
    task = await a_task(place)
    rows = await Assignment.filter(task=task).order_by("id").prefetch_related(*Assignment.judged_with)
    for row in rows:
        if row.unit.name not in but:
            await tasks.report(await a_viewer("secretary", row.unit), row, words="已巡查两次")
    return await a_viewer("coordinator", place.township), task, rows


async def read(rows: list[Assignment]) -> dict[str, list[str]]:
    """The versions of the copies as a page shows them now."""
    return {"versions": list((await versions_of(rows)).values())}


async def states(task: Task) -> list[str]:
    return list(await Assignment.filter(task=task).order_by("id").values_list("state", flat=True))


async def test_all_reports_are_accepted_at_once_and_the_task_closes(town: str) -> None:
    place = await a_town()
    desk, task, rows = await reported(place)
    done = await tasks.accept_reports(desk, task, assignments=[*rows, rows[0]], **await read(rows))
    assert await states(task) == ["accepted", "accepted"]
    assert done.state == "closed" == (await Task.get(pk=task.pk)).state
    told = await Event.filter(command__in=("tasks.accept", "tasks.accept_reports")).order_by("id")
    assert [event.subject_type for event in told] == ["Assignment", "Assignment", "Task"]
    assert '"state":["dispatched","closed"]' in told[-1].changes


async def test_one_village_without_a_report_holds_all_up_and_is_named(town: str) -> None:
    place = await a_town()
    desk, task, rows = await reported(place, "棠村")
    with pytest.raises(NotNow, match=r"^棠村：.*这次一个村社都没有通过。$") as no:
        await tasks.accept_reports(desk, task, assignments=rows, **await read(rows))
    assert no.value.field == "assignments" and "。。" not in no.value.reason
    assert await states(task) == ["reported", "dispatched"]
    assert not await Event.filter(command="tasks.accept").exists()


async def test_all_ticked_reports_go_back_with_the_same_words(town: str) -> None:
    place = await a_town()
    desk, task, rows = await reported(place)
    with pytest.raises(Invalid, match="需要补正什么"):
        await tasks.return_reports(desk, task, assignments=rows, **await read(rows), what_to_mend=" ")
    await tasks.return_reports(
        desk, task, assignments=rows, **await read(rows), what_to_mend="请写明巡查日期"
    )
    assert await states(task) == ["returned", "returned"]
    assert set(await Assignment.filter(task=task).values_list("return_note", flat=True)) == {"请写明巡查日期"}


async def test_nothing_ticked_and_villages_of_another_task_are_refused(town: str) -> None:
    place = await a_town()
    desk, task, rows = await reported(place)
    with pytest.raises(Invalid, match="请先勾选"):
        await tasks.accept_reports(desk, task, assignments=[], versions=[])
    other = await a_task(place, due_on=today() + 5 * DAY)
    with pytest.raises(Invalid, match="不在这个任务里"):
        await tasks.accept_reports(desk, other, assignments=rows, **await read(rows))
    assert await states(task) == ["reported", "reported"]


@pytest.mark.parametrize("role", ["secretary", "coordinator"])
async def test_only_the_townships_desk_reviews(town: str, role: str) -> None:
    place = await a_town()
    _, task, rows = await reported(place)
    stranger = await a_viewer(role, place.village if role == "secretary" else place.other_township)
    with pytest.raises(NotAllowed, match="本镇街"):
        await tasks.accept_reports(stranger, task, assignments=rows, **await read(rows))
    assert await states(task) == ["reported", "reported"]


async def test_the_same_click_twice_counts_once(town: str) -> None:
    place = await a_town()
    desk, task, rows = await reported(place)
    given = {"assignments": rows, **await read(rows)}
    for _ in range(2):
        assert (await tasks.accept_reports.once("一次", desk, task, **given)).pk == task.pk
    assert await Event.filter(command="tasks.accept").count() == 2
