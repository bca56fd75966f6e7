"""A task for many villages by hand, as whoever is to approve it reads it: what each village would then carry."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from models.base.clock import today
from models.workdays import Workdays, Year
from tests.bench.by_hand.lists import TASK_STATES
from tests.bench.by_hand.page import ByHand, Reader
from tests.bench.by_hand.words import moment_of

NEAR, A_WEEK = 3, 5

AT_WORK = "a.state IN ('dispatched', 'received', 'returned')"
TASK = """SELECT t.*, m.title AS matter, m.code AS matter_code, m.effort_hours, m.major, o.name AS office, p.person_id AS drafter
  FROM task t JOIN matter m ON m.id = t.matter_id JOIN post p ON p.id = t.drafted_by_id
  LEFT JOIN unit o ON o.id = t.lead_office_id WHERE t.id = {} AND t.township_id = {}"""
PLANNED = "SELECT u.id, u.name FROM task_unit p JOIN unit u ON u.id = p.unit_id WHERE p.task_id = {} ORDER BY u.path"
VILLAGE = "CASE WHEN u.level = 'grid' THEN u.parent_id ELSE u.id END"
CARRIED = f"""SELECT DISTINCT {VILLAGE} AS village, a.task_id, a.due_at, m.effort_hours FROM assignment a JOIN unit u ON u.id = a.unit_id
  JOIN task t ON t.id = a.task_id JOIN matter m ON m.id = t.matter_id
  WHERE {AT_WORK} AND {VILLAGE} IN (SELECT unit_id FROM task_unit WHERE task_id = {{}})"""
CEILINGS = """SELECT p.name, p.value FROM policy p JOIN unit u ON u.id = p.unit_id WHERE u.path IN ({}, {}, {})
  AND p.name IN ('open_tasks', 'collisions', 'hours_a_week') AND p.from_on <= {} ORDER BY u.path, p.from_on, p.id"""
OFFICES = (
    "SELECT u.name FROM task_office o JOIN unit u ON u.id = o.office_id WHERE o.task_id = {} ORDER BY u.path"
)
SOURCES = """SELECT r.id, r.title, r.deadline, d.name, r.document_number, r.body, r.demands, r.elements, s.screening_id FROM task_source s JOIN work_request r ON r.id = s.request_id
  JOIN unit d ON d.id = r.department_id WHERE s.task_id = {} ORDER BY s.id"""
ANSWERS = """SELECT a.id, a.state, a.due_at, u.name FROM assignment a JOIN unit u ON u.id = a.unit_id
  WHERE a.task_id = {} ORDER BY u.path"""
CALENDAR = """SELECT c.year, c.days_off, c.make_up FROM work_calendar c JOIN unit u ON u.id = c.unit_id
  WHERE u.path = {} ORDER BY c.year, c.number"""
VERSIONS = (
    "SELECT number, state, title, body, due_at, elements FROM task_version WHERE task_id = {} ORDER BY number"
)
WORDS = """SELECT e.command, e.at, e.actor_label, e.details FROM event e WHERE e.subject_type = 'Task' AND e.subject_id = {}
  AND e.command IN ('tasks.sign_overload', 'tasks.approve', 'tasks.record_discussion') ORDER BY e.id"""
DISCUSSION = "SELECT id, held_on, agreed, outcome FROM discussion WHERE task_id = {} ORDER BY id DESC LIMIT 1"
DEFAULTS = {"open_tasks": 15, "collisions": 5, "hours_a_week": 20}
NAMES = {
    "open_tasks": "同时办理（件）",
    "collisions": "前后三天到期（件）",
    "hours_a_week": "每周用时（小时）",
}


def task(reader: Reader, number: int) -> ByHand:
    """With what each village carries, over the working days that are left, and a token of what was read for whoever signs it."""
    parts = reader.below[0].strip("/").split("/")
    paths = ["/".join(parts[: n + 1]) + "/" for n in range(3)]
    of_it = {
        "planned": PLANNED,
        "carried": CARRIED,
        "offices": OFFICES,
        "sources": SOURCES,
        "answers": ANSWERS,
    }
    of_it |= {"versions": VERSIONS, "words": WORDS, "discussions": DISCUSSION}
    statements = {
        "tasks": (TASK, [number, reader.unit]),
        "ceilings": (CEILINGS, [*paths, today()]),
        "calendar": (CALENDAR, paths[:1]),
        **{name: (sql, [number]) for name, sql in of_it.items()},
    }
    known = {"states": TASK_STATES, "names": NAMES}
    return ByHand("task.html", f"/tasks/{number}", reader, statements, _told, known)


def _told(rows: dict[str, list[Any]]) -> dict[str, Any]:
    loads = _loads(rows)
    read = [rows[name] for name in ("tasks", "planned", "offices", "sources", "versions", "discussions")]
    told = json.dumps([[tuple(row) for row in each] for each in read] + [loads], default=str)
    return {
        "task": rows["tasks"][0],
        "loads": loads,
        "sources": rows["sources"],
        "offices": rows["offices"],
        "answers": rows["answers"],
        "discussions": rows["discussions"],
        "seen": hashlib.sha256(told.encode()).hexdigest(),
        "keys": [secrets.token_urlsafe(15) for _ in range(2)],
    }


def _loads(rows: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """What each village would carry, the hours of each task spread over the days it has left."""
    ceilings = DEFAULTS | {one["name"]: int(one["value"]) for one in rows["ceilings"]}
    days, task, now = _days(rows["calendar"]), rows["tasks"][0], today()
    new = moment_of(task["due_at"]).date()

    @cache
    def share(due_at: Any, hours: Any) -> tuple[bool, Decimal]:
        due = moment_of(due_at).date()
        left = max(1, days.between(now, due))
        return abs(days.between(new, due)) <= NEAR, Decimal(str(hours or 0)) / left * min(A_WEEK, left)

    carried = defaultdict[int, list[tuple[bool, Decimal]]](list)
    for one in rows["carried"]:
        carried[one["village"]].append(share(one["due_at"], one["effort_hours"]))
    own = share(task["due_at"], task["effort_hours"])
    return [_load(one["name"], [*carried[one["id"]], own], ceilings) for one in rows["planned"]]


def _days(calendar: list[Any]) -> Workdays:
    return Workdays({one["year"]: Year(_dates(one["days_off"]), _dates(one["make_up"])) for one in calendar})


def _dates(told: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in (json.loads(told) if isinstance(told, str) else told))


def _load(name: str, tasks: list[tuple[bool, Decimal]], ceilings: dict[str, int]) -> dict[str, Any]:
    hours = sum((hours for _, hours in tasks), Decimal(0)).quantize(Decimal("0.1"))
    told = {"open_tasks": len(tasks), "collisions": sum(near for near, _ in tasks), "hours_a_week": hours}
    cells = [(one, told[one], most, _share(float(told[one]), most)) for one, most in ceilings.items()]
    return {"name": name, "cells": cells}


def _share(value: float, most: int) -> int:
    return min(int(100 * value / most), 150)
