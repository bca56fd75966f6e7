"""A task for many villages by hand, as whoever is to approve it reads it: what each village would then carry."""

from __future__ import annotations

import secrets
from typing import Any

from models.base.clock import today
from tests.bench.by_hand.lists import TASK_STATES
from tests.bench.by_hand.page import ByHand, Reader

AT_WORK = "a.state IN ('dispatched', 'received', 'returned')"
TASK = """SELECT t.*, m.title AS matter, m.code AS matter_code, m.effort_hours, m.major, o.name AS office, p.person_id AS drafter
  FROM task t JOIN matter m ON m.id = t.matter_id JOIN post p ON p.id = t.drafted_by_id
  LEFT JOIN unit o ON o.id = t.lead_office_id WHERE t.id = {} AND t.township_id = {}"""
LOADS = f"""SELECT u.id, u.name, COUNT(a.id) AS many, SUM(CASE WHEN a.due_at BETWEEN {{}} AND {{}} THEN 1 ELSE 0 END) AS near,
  SUM(m.effort_hours) AS hours FROM task_unit p JOIN unit u ON u.id = p.unit_id
  LEFT JOIN unit g ON g.id = u.id OR (g.parent_id = u.id AND g.level = 'grid')
  LEFT JOIN assignment a ON a.unit_id = g.id AND {AT_WORK}
  LEFT JOIN task t ON t.id = a.task_id LEFT JOIN matter m ON m.id = t.matter_id
  WHERE p.task_id = {{}} GROUP BY u.id, u.name, u.path ORDER BY u.path"""
CEILINGS = """SELECT p.name, p.value FROM policy p JOIN unit u ON u.id = p.unit_id WHERE u.path IN ({}, {}, {})
  AND p.name IN ('open_tasks', 'collisions', 'hours_a_week') AND p.from_on <= {} ORDER BY u.path, p.from_on, p.id"""
OFFICES = (
    "SELECT u.name FROM task_office o JOIN unit u ON u.id = o.office_id WHERE o.task_id = {} ORDER BY u.path"
)
SOURCES = """SELECT r.id, r.title, r.deadline, d.name, r.document_number FROM task_source s JOIN work_request r ON r.id = s.request_id
  JOIN unit d ON d.id = r.department_id WHERE s.task_id = {} ORDER BY s.id"""
ANSWERS = """SELECT a.id, a.state, a.due_at, u.name FROM assignment a JOIN unit u ON u.id = a.unit_id
  WHERE a.task_id = {} ORDER BY u.path"""
CALENDAR = """SELECT c.year, c.days_off, c.make_up FROM work_calendar c JOIN unit u ON u.id = c.unit_id
  WHERE u.path = {} ORDER BY c.year, c.number"""
DISCUSSION = "SELECT id, held_on, agreed, outcome FROM discussion WHERE task_id = {} ORDER BY id DESC LIMIT 1"
DEFAULTS = {"open_tasks": 15, "collisions": 5, "hours_a_week": 20}
NAMES = {
    "open_tasks": "同时办理（件）",
    "collisions": "前后三天到期（件）",
    "hours_a_week": "每周用时（小时）",
}


def task(reader: Reader, number: int, between: tuple[Any, Any]) -> ByHand:
    """With what is due in the days around its deadline."""
    parts = reader.below[0].strip("/").split("/")
    paths = ["/".join(parts[: n + 1]) + "/" for n in range(3)]
    statements = {
        "tasks": (TASK, [number, reader.unit]),
        "loads": (LOADS, [*between, number]),
        "ceilings": (CEILINGS, [*paths, today()]),
        "calendar": (CALENDAR, paths[:1]),
        "offices": (OFFICES, [number]),
        "sources": (SOURCES, [number]),
        "answers": (ANSWERS, [number]),
        "discussions": (DISCUSSION, [number]),
    }
    known = {"states": TASK_STATES, "names": NAMES}
    return ByHand("task.html", f"/tasks/{number}", reader, statements, _told, known)


def _told(rows: dict[str, list[Any]]) -> dict[str, Any]:
    ceilings = DEFAULTS | {one["name"]: int(one["value"]) for one in rows["ceilings"]}
    hours = rows["tasks"][0]["effort_hours"] or 0
    loads = [_load(row, ceilings, hours) for row in rows["loads"]]
    return {
        "task": rows["tasks"][0],
        "loads": loads,
        "sources": rows["sources"],
        "offices": rows["offices"],
        "answers": rows["answers"],
        "discussions": rows["discussions"],
        "keys": [secrets.token_urlsafe(15) for _ in range(2)],
    }


def _load(row: Any, ceilings: dict[str, int], hours: Any) -> dict[str, Any]:
    told = {
        "open_tasks": row["many"] + 1,
        "collisions": (row["near"] or 0) + 1,
        "hours_a_week": f"{float((row['hours'] or 0) + hours):.1f}",
    }
    cells = [(name, told[name], most, _share(float(told[name]), most)) for name, most in ceilings.items()]
    return {"name": row["name"], "cells": cells}


def _share(value: float, most: int) -> int:
    return min(int(100 * value / most), 150)
