"""The recount: it agrees with what is shown, and finds whatever was changed behind the trail."""

from __future__ import annotations

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.base.events import Event, Mention
from models.base.viewer import Viewer
from models.ledger import Wanted
from models.recount import recount_burden
from models.requests import WorkRequest
from models.tasks import Task
from models.units import Unit
from tests.builders import DAY, a_viewer
from tests.models.burden.scenes import a_busy_town, half_a_year

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


async def test_the_recount_agrees_and_finds_what_was_changed_behind_the_commands(town: str) -> None:
    place = await a_busy_town()
    keeper = await a_viewer("list_keeper", place.city)
    wanted = Wanted(half_a_year())
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
    keeper, wanted = await a_viewer("list_keeper", place.city), Wanted(half_a_year())
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
    keeper, wanted = await a_viewer("list_keeper", place.city), Wanted(half_a_year())
    sent = await Event.filter(command="tasks.dispatch").order_by("-id").first()
    assert sent is not None
    async with in_transaction():
        await _without_triggers()
        await Event.filter(pk=sent.pk).update(details="{}")
        told = await recount_burden(keeper, wanted, place.city)
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
    return (await recount_burden(viewer, wanted, place)).faults
