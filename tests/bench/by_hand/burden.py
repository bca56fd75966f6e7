"""The burden of a township by hand: its figures of a year, twelve months, and a line for each village."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from models.base.clock import TOWN_ZONE, today
from tests.bench.by_hand.page import ByHand, Reader

WITHIN = "t.township_id = {} AND t.dispatched_at >= {} AND t.dispatched_at < {}"
LINES = f"""SELECT u.id, u.name, COUNT(a.id) AS many, COALESCE(SUM(a.effort_hours), 0) AS hours FROM unit u
  LEFT JOIN (SELECT a.id, v.path, m.effort_hours FROM assignment a JOIN unit v ON v.id = a.unit_id
    JOIN task t ON t.id = a.task_id JOIN matter m ON m.id = t.matter_id WHERE {WITHIN}) a
    ON a.path >= u.path AND a.path < substr(u.path, 1, length(u.path) - 1) || '0'
  WHERE u.parent_id = {{}} AND u.level = 'village' AND (u.ended_on IS NULL OR u.ended_on >= {{}})
  GROUP BY u.id, u.name, u.path ORDER BY u.path"""
COUNTS = f"""SELECT (SELECT COUNT(*) FROM task t WHERE {WITHIN}) AS tasks,
  (SELECT COUNT(*) FROM assignment a JOIN task t ON t.id = a.task_id WHERE {WITHIN}) AS before,
  (SELECT COUNT(*) FROM task_source s JOIN task t ON t.id = s.task_id WHERE {WITHIN} AND t.series_id IS NULL) AS requests,
  (SELECT COUNT(*) FROM task_source s JOIN task t ON t.id = s.task_id WHERE {WITHIN} AND t.series_id IS NULL
    AND EXISTS (SELECT 1 FROM task_source e WHERE e.task_id = s.task_id AND e.request_id < s.request_id)) AS merged"""
VERDICTS = """SELECT s.verdict, COUNT(*) AS many FROM screening s JOIN work_request r ON r.id = s.request_id
  WHERE r.township_id = {} AND s.at >= {} AND s.at < {} GROUP BY s.verdict"""
FIELDS = """SELECT state, SUM(fields_wanted) AS wanted, SUM(fields_held) AS held FROM work_request
  WHERE township_id = {} AND submitted_at >= {} AND submitted_at < {} AND fields_wanted > 0 GROUP BY state"""
BASELINE = """SELECT p.value, p.reason, u.name FROM policy p JOIN unit u ON u.id = p.unit_id
  WHERE p.name = 'baseline_tasks' AND u.path IN ({}, {}) AND p.from_on <= {} ORDER BY u.path DESC, p.from_on DESC LIMIT 1"""
REASONS = {
    "forbidden": "禁止下派",
    "not_listed": "清单外",
    "too_often": "次数已满",
    "rejected": "复核不符",
}
SCREENED = ("forbidden", "not_listed", "too_often", "answered", "pending_review")
SPANS = (
    ("今年", "2026-01-01", "2026-11-20"),
    ("本季", "2026-10-01", "2026-11-20"),
    ("本月", "2026-11-01", "2026-11-20"),
    ("近 30 天", "2026-10-22", "2026-11-20"),
    ("去年", "2025-01-01", "2025-12-31"),
)
STARTS = [date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 13))]


def burden(reader: Reader) -> ByHand:
    """From the first of January until today."""
    here = reader.unit
    year, before = [_start(date(2026, 1, 1)), _start(date(2026, 11, 21))], date(2025, 1, 1)
    last_year = [_start(before), _start(date(2025, 11, 21))]
    within = [here, *year]
    parts = reader.below[0].strip("/").split("/")
    statements = {
        "lines": (LINES, [*within, here, date(2026, 1, 1)]),
        "counts": (COUNTS, [*within, here, *last_year, *within, *within]),
        "verdicts": (VERDICTS, within),
        "fields": (FIELDS, within),
        "months": _months(here),
        "baseline": (BASELINE, [parts[0] + "/", "/".join(parts[:2]) + "/", today()]),
    }
    known = {"place": here, "spans": SPANS}
    return ByHand("burden.html", "/burden", reader, statements, _told, known)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), TOWN_ZONE)


def _months(here: int) -> tuple[str, list[Any]]:
    """How many in each of twelve months, one column each."""
    sums = ", ".join(
        f"SUM(CASE WHEN t.dispatched_at >= {{}} AND t.dispatched_at < {{}} THEN 1 ELSE 0 END) AS m{at}"
        for at in range(12)
    )
    sql = f"SELECT {sums} FROM assignment a JOIN task t ON t.id = a.task_id WHERE {WITHIN}"
    bounds = [_start(day) for day in STARTS]
    each = [moment for at in range(12) for moment in bounds[at : at + 2]]
    return sql, [*each, here, bounds[0], bounds[-1]]


def _told(rows: dict[str, list[Any]]) -> dict[str, Any]:
    lines, counts, months = rows["lines"], rows["counts"][0], rows["months"][0]
    verdicts = {one["verdict"]: one["many"] for one in rows["verdicts"]}
    reasons = [(name, label, verdicts.get(name, 0)) for name, label in REASONS.items()]
    each = [_each(months[f"m{at}"] or 0, len(lines)) for at in range(12)]
    most = max(each) or 1
    wanted = sum(int(one["wanted"]) for one in rows["fields"])
    return {
        "lines": sorted(lines, key=lambda line: -line["many"]),
        "each": _each(sum(line["many"] for line in lines), len(lines)),
        "total": sum(line["many"] for line in lines),
        "hours": sum(line["hours"] for line in lines),
        "counts": counts,
        "screened": sum(verdicts.get(name, 0) for name in SCREENED),
        "refused": sum(many for _, _, many in reasons),
        "answered": verdicts.get("answered", 0),
        "reasons": reasons,
        "wanted": wanted,
        "held": sum(int(one["held"]) for one in rows["fields"]),
        "baseline": rows["baseline"],
        "months": [
            (STARTS[at], each[at], round(100 * float(each[at]) / float(most), 1), _last(STARTS[at + 1]))
            for at in range(12)
        ],
    }


def _each(many: int, villages: int) -> Decimal:
    return (Decimal(many) / villages).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _last(following: date) -> date:
    return date.fromordinal(following.toordinal() - 1)
