"""A town at work is upgraded: days become the moments they meant, and what rests or was put off stays so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.migrations.api import migrate

from models.base.database import close_database, open_database, tortoise_config
from models.base.settings import settings
from models.tasks import Assignment, Extension, Task

pytestmark = pytest.mark.anyio
BEFORE = "models.0014_tasks_together"
UNGUARDED = {
    "sqlite": (
        "PRAGMA foreign_keys = OFF",
        "DROP TRIGGER task_no_replace",
        "DROP TRIGGER assignment_no_replace",
    ),
    "postgres": (
        "SET session_replication_role = replica",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', "
        "current_database()); END $$",
    ),
}
TASKS = """INSERT INTO task (id, code, title, body, due_on, due_at, state, approval_note, made_at, repeats,
  overload_reason, drafted_by_id, matter_id, township_id) VALUES
  (1, 'A', 't', 'b', '2026-12-04', NULL, 'draft', '', '2026-11-01 00:00:00+00:00', '', '', 1, 1, 1),
  (2, 'B', 't', 'b', '2026-12-04', '2026-12-04 20:00:00+08:00', 'draft', '', '2026-11-01 00:00:00+00:00', '', '', 1, 1, 1)"""
COPIES = """INSERT INTO assignment (id, task_id, unit_id, state, due_on, due_at, extended, suspended_on, received_at,
  reported_at, decided_at, return_note) VALUES
  (1, 1, 1, 'received', '2026-12-04', NULL, {no}, NULL, '2026-11-02 00:00:00+00:00', NULL, NULL, ''),
  (2, 1, 2, 'suspended', '2026-12-04', NULL, {no}, '2026-11-20', '2026-11-02 00:00:00+00:00',
   '2026-11-03 00:00:00+00:00', '2026-11-04 00:00:00+00:00', 'mend'),
  (3, 1, 3, 'dispatched', '2026-12-09', NULL, {yes}, NULL, NULL, NULL, NULL, ''),
  (4, 2, 1, 'dispatched', '2026-12-04', '2026-12-04 20:00:00+08:00', {no}, NULL, NULL, NULL, NULL, ''),
  (5, 2, 2, 'dispatched', '2026-12-05', '2026-12-04 20:00:00+08:00', {yes}, NULL, NULL, NULL, NULL, '')"""
ASKED = """INSERT INTO extension (id, until, reason, state, asked_at, answer, asked_by_id, assignment_id) VALUES
  (1, '2026-12-09', 'rain', 'granted', '2026-11-05 00:00:00+00:00', '', 1, 3)"""


@pytest.mark.nightly
async def test_days_become_the_moments_they_meant(empty_url: str) -> None:
    await Tortoise.init(config=tortoise_config(settings()))
    await migrate(config=tortoise_config(settings()), target=BEFORE)
    await _a_town_at_work(Tortoise.get_connection("default"))
    await close_database()
    await open_database()
    try:
        told = await Assignment.all().order_by("id").values_list("due_at", "granted_until", "suspended_from")
        day, later, hour = _utc(12, 4, 15, 59), _utc(12, 9, 15, 59), datetime(2026, 12, 4, 12, tzinfo=UTC)
        assert told == [
            (day, None, ""),
            (day, None, "returned"),
            (later, later, ""),
            (hour, None, ""),
            (_utc(12, 5, 15, 59), _utc(12, 5, 15, 59), ""),
        ]
        assert await Task.all().order_by("id").values_list("due_at", flat=True) == [day, hour]
        assert (await Extension.get(pk=1)).until_at == later
        resting = await Assignment.get(pk=2)
        assert resting.suspended_at == datetime(2026, 11, 19, 16, tzinfo=UTC)
        assert await Assignment.filter(due_at__lt=_utc(12, 4, 12, 1)).values_list("id", flat=True) == [4]
    finally:
        await close_database()


def _utc(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, 59, 999_999, tzinfo=UTC)


async def _a_town_at_work(connection: Any) -> None:
    """Rows as they were kept, without the world around them."""
    dialect = "sqlite" if connection.capabilities.dialect == "sqlite" else "postgres"
    words = {"yes": "1", "no": "0"} if dialect == "sqlite" else {"yes": "TRUE", "no": "FALSE"}
    statements = (*UNGUARDED[dialect], TASKS, COPIES.format(**words), ASKED)
    await connection.execute_script(";\n".join(statements))
