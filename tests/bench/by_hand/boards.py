"""The board of a city and a village's points by hand."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from models.base.clock import TOWN_ZONE, today
from tests.bench.by_hand.lists import after
from tests.bench.by_hand.page import ByHand, Reader

LINES, ENTRIES = 40, 30
AREAS = "SELECT id, name, path, level FROM unit WHERE path IN ({}, {}, {}) ORDER BY path"
BELOW = "SELECT id, name FROM unit WHERE parent_id = {} AND level IN ('county', 'township') AND path >= {} AND path < {} ORDER BY path"
PERIODS = """SELECT p.id, p.kind, p.since, p.until, p.closed_at, p.scheme_id, s.title, s.number FROM period p
  JOIN scheme s ON s.id = p.scheme_id WHERE p.city_id = {} ORDER BY p.since DESC, p.id DESC"""
BOARD = """SELECT b.id, b.mode, g.id AS peer_group, g.name AS group_name FROM board b JOIN peer_group g
  ON g.id IN (SELECT group_id FROM board_placing WHERE board_id = b.id)
  WHERE b.area_id = {} AND b.audience = 'villages' AND b.period_id = {} ORDER BY g.position"""
PLACINGS = """SELECT p.id, p.rank, p.band, p.shown, p.score_id, u.id AS unit, u.name, t.name AS township, p.unit_id = {} AS own
  FROM board_placing p JOIN board b ON b.id = p.board_id JOIN unit u ON u.id = p.unit_id LEFT JOIN unit t ON t.id = u.parent_id
  WHERE b.area_id = {} AND b.audience = 'villages' AND b.period_id = {} AND b.mode = 'full' AND p.group_id = {}
  AND (p.tier IN ('top', 'middle') OR p.unit_id = {}) ORDER BY p.rank, p.id LIMIT 41"""
PRAISE = """SELECT c.id, c.title, c.story, u.name FROM commendation c JOIN unit u ON u.id = c.unit_id WHERE c.told
  AND u.path >= {} AND u.path < {} AND c.made_at >= {} AND c.made_at < {} ORDER BY c.id DESC LIMIT 3"""
UNSIZED = """SELECT COUNT(*) AS many FROM village_index i WHERE i.period_id = {} AND i.group_id = {} AND NOT EXISTS
  (SELECT 1 FROM element e JOIN data_value v ON v.element_id = e.id WHERE e.code = 'households' AND v.unit_id = i.unit_id)"""
LISTS = {"villages": "兴村治社榜", "persons": "先锋干部榜", "praise": "表扬"}
POINTS = """SELECT e.id, e.points, e.kind, e.at, e.why, e.reason, e.reverses_id, e.subject_id, t.title, r.kind AS reversed, r.at AS reversed_at
  FROM point_entry e LEFT JOIN assignment a ON e.subject_type = 'Assignment' AND a.id = e.subject_id
  LEFT JOIN task t ON t.id = a.task_id LEFT JOIN point_entry r ON r.reverses_id = e.id
  WHERE e.unit_id = {} AND e.person_id IS NULL AND e.counts_on BETWEEN {} AND {}
  ORDER BY e.counts_on DESC, e.id DESC LIMIT 31"""
SUM = """SELECT SUM(points) AS total FROM point_entry WHERE unit_id = {} AND person_id IS NULL
  AND counts_on BETWEEN {} AND {}"""
HOME = "SELECT id, name FROM unit WHERE id = {}"
SPANS = (
    ("2026-11", "2026年11月"),
    ("2026-10", "2026年10月"),
    ("2026-Q4", "2026年第四季度"),
    ("2026", "2026年"),
    ("2025", "2025年"),
)


def rankings(reader: Reader, city: int, period: int, group: int) -> ByHand:
    """The board of the month, with a group of one size of village."""
    path = reader.viewer.hats[0].unit_path.split("/")
    paths = ["/".join(path[: n + 1]) + "/" for n in range(3)]
    county = [paths[1], paths[1][:-1] + "0"]
    within = [_start(date(2026, 11, 1)), _start(date(2026, 12, 1))]
    statements = {
        "areas": (AREAS, paths),
        "below": (BELOW, [city, *county]),
        "periods": (PERIODS, [city]),
        "boards": (BOARD, [city, period]),
        "rows": (PLACINGS, [reader.unit, city, period, group, reader.unit]),
        "praise": (PRAISE, [paths[0], paths[0][:-1] + "0", *within]),
        "unsized": (UNSIZED, [period, group]),
    }
    known = {"lists": LISTS, "city": city}
    return ByHand("rankings.html", "/rankings", reader, statements, _lines, known)


def points(reader: Reader) -> ByHand:
    """The entries of a year, with their sum."""
    year = [reader.unit, date(2026, 1, 1), date(2026, 12, 31)]
    statements = {"rows": (POINTS, year), "sums": (SUM, year), "homes": (HOME, [reader.unit])}
    return ByHand("points.html", "/points", reader, statements, _entries, {"spans": SPANS})


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), TOWN_ZONE)


def _lines(rows: dict[str, list[Any]]) -> dict[str, Any]:
    shown, more = rows["rows"][:LINES], len(rows["rows"]) > LINES
    last = after([shown[-1]["rank"], shown[-1]["id"]]) if more else ""
    current = [one for one in rows["periods"] if str(one["since"]) <= str(today()) <= str(one["until"])]
    return {
        "areas": rows["areas"],
        "below": rows["below"],
        "current": [(one, *_period(one)) for one in current],
        "board": rows["boards"][0],
        "lines": sorted(shown, key=lambda one: (one["rank"], one["name"], one["id"])),
        "praise": rows["praise"],
        "unsized": rows["unsized"][0]["many"],
        "next": last,
    }


def _period(one: Any) -> tuple[str, str, str]:
    """Its key, its whole name and its short one."""
    year, month = str(one["since"])[:4], int(str(one["since"])[5:7])
    if one["kind"] == "year":
        return year, f"{year}年", f"{year}年"
    if one["kind"] == "month":
        return f"{year}-{month:02d}", f"{year}年{month}月", f"{month}月"
    quarter = (month + 2) // 3
    return f"{year}-Q{quarter}", f"{year}年第{'一二三四'[quarter - 1]}季度", f"{'一二三四'[quarter - 1]}季度"


def _entries(rows: dict[str, list[Any]]) -> dict[str, Any]:
    shown = [dict(row) | {"shown": _points(row["points"])} for row in rows["rows"][:ENTRIES]]
    return {
        "rows": shown,
        "total": _points(rows["sums"][0]["total"] or 0),
        "home": rows["homes"][0],
        "next": len(rows["rows"]) > ENTRIES,
    }


def _points(thousandths: int) -> str:
    sign, whole, rest = "-" if thousandths < 0 else "", *divmod(abs(thousandths), 1000)
    return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")
