"""Days off and days worked as people write them: one a line, spans of days, or a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from models.base.choices import choice
from models.base.refusals import Invalid
from models.base.text import narrowed
from models.importing import Column, Import, each, read_table

COLUMNS = (
    Column("day", "日期", ("时间",), needed=True),
    Column("plan", "安排", ("放假安排", "类型"), needed=True),
)
OFF, WORKED = "off", "worked"
PLANS = {OFF: "放假", WORKED: "上班"}
LONGEST = 40
"""Days of one span; a longer one is a slip of the pen."""
WRITTEN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?![0-9])")
BESIDE = re.compile(r"[\s至到起止~—–-]|00:00(?::00)?|[(]?(?:周|星期)[一二三四五六日天][)]?")
"""What may stand beside the days of a line; anything else would go unread."""
ONE_BY_ONE = re.compile(r"[\n、，,；;]+")


def read_days(text: str, field: str) -> list[date]:
    """The days in words such as “2027-02-05 至 2027-02-11”, one a line; raises Invalid with the line."""
    days: list[date] = []
    for line in filter(None, (part.strip() for part in ONE_BY_ONE.split(text))):
        found = _span(line)
        if not found:
            raise Invalid(
                f"看不懂“{line[:40]}”。请每行写一个日期或一段日期，例如 2027-02-05 至 2027-02-11。",
                field=field,
            )
        days += found
    return days


def _span(words: str) -> list[date]:
    """One day, or all days from one to another; empty where the words are neither."""
    plain = narrowed(words)
    try:
        ends = [date(*map(int, found)) for found in WRITTEN.findall(plain)]
    except ValueError:
        return []
    if BESIDE.sub("", WRITTEN.sub("", plain)):
        return []
    if not 1 <= len(ends) <= 2 or not 0 <= (ends[-1] - ends[0]).days < LONGEST:
        return []
    return [ends[0] + timedelta(days=number) for number in range((ends[-1] - ends[0]).days + 1)]


async def read_year(name: str, content: bytes) -> tuple[list[date], list[date]]:
    """Days off and days worked from a table of 日期 and 安排; raises Invalid with errors by row."""
    table = await read_table(name, content, COLUMNS)
    outcome, days = Import(notes=table.notes), dict[str, list[date]]({OFF: [], WORKED: []})
    async for row in each(table):
        found, plan = row.take("day", _days, days=True), row.take("plan", lambda text: choice(text, PLANS))
        if outcome.accepts(row) and found and plan:
            days[plan] += found
    outcome.must_be_right()
    return days[OFF], days[WORKED]


def _days(text: str) -> list[date]:
    found = _span(narrowed(text))
    if not found:
        raise Invalid(f"日期“{text[:40]}”看不懂，请填写一个日期或一段日期，例如 2027-02-05 至 2027-02-11")
    return found


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """The days in order, those that follow each other told as from–to."""
    told: list[tuple[date, date]] = []
    for day in sorted(days):
        if told and day - told[-1][1] == timedelta(days=1):
            told[-1] = (told[-1][0], day)
        else:
            told.append((day, day))
    return told
