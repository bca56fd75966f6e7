"""What reminders say: how many things of each kind and where to look, never what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models.base.clock import TOWN_ZONE, now, today
from models.base.settings import settings
from models.inbox import KINDS, Thing, standing
from models.reminders.records import Reminder
from models.tasks import WITH_THE_VILLAGE, Assignment

STAGES = {
    "alarm_soon": "{} 件应急任务一小时内到期",
    "alarm_late": "{} 件应急任务已逾期",
    "alarm_coordinator": "辖区有 {} 件应急任务单逾期",
    "alarm_leader": "辖区有 {} 件应急任务单逾期一小时以上",
    "alarm_head": "辖区有 {} 件应急任务单逾期三小时以上",
    "soon": "{} 件任务即将到期",
    "today": "{} 件任务今天到期",
    "overdue": "{} 件任务已逾期",
    "again": "{} 件任务逾期较久",
    "coordinator": "辖区有 {} 件任务单逾期",
    "leader": "辖区有 {} 件任务单逾期较久",
}
TOLD = {name: kind.outside for name, kind in KINDS.items() if kind.outside} | STAGES
"""In the order in which a message tells them; the kind, or the stage of a deadline."""
DEADLINE, ALARM = "deadline", "alarm"
"""Kinds that the calendar and the clock put down: of each, its stage is told."""
BY_TIME = (DEADLINE, ALARM)
URGENT = ("emergency", ALARM)
"""Kinds that wait neither for the morning nor for the next day's share."""


def at_the_hour(stage: str, due_at: datetime) -> str:
    """A stage with the hour it is of, so that another hour of the same day is told anew."""
    return f"{stage} {due_at.astimezone(TOWN_ZONE):%H:%M:%S}"


def told_of(stage: str) -> str:
    """The stage alone, as it is told."""
    return stage.partition(" ")[0]


def name_of(row: Reminder) -> str:
    return told_of(row.stage) if row.kind in BY_TIME else row.kind


def digest(rows: Iterable[Reminder]) -> str:
    """One message for everything that waits for a person."""
    things: dict[str, set[tuple[str, int]]] = {}
    for row in rows:
        things.setdefault(name_of(row), set()).add((row.subject_type, row.subject_id))
    told = [words.format(len(things[name])) for name, words in TOLD.items() if name in things]
    if others := sum(len(of) for name, of in things.items() if name not in TOLD):
        told.append(f"{others} 条消息")
    where = f"请打开 {settings().address} 查看" if settings().address else "请登录兴村治社查看"
    return f"【兴村治社】您有：{'、'.join(told)}。{where}。"


async def still_true(rows: list[Reminder]) -> list[Reminder]:
    """Those whose thing still waits, and news: what was done while the message lay is not told any more."""
    waiting, news = await standing(_thing(row) for row in rows if row.kind not in BY_TIME)
    numbers = sorted({row.subject_id for row in rows if row.kind in BY_TIME})
    found = Assignment.filter(id__in=numbers, state__in=WITH_THE_VILLAGE)
    late = {one.pk: one for one in await found} if numbers else {}

    def holds(row: Reminder) -> bool:
        if row.kind not in BY_TIME:
            return _thing(row) in waiting or _thing(row) in news
        copy = late.get(row.subject_id)
        if copy is None or copy.due_on != row.day:
            return False
        return _of_this_hour(row, copy) if row.kind == ALARM else _of_this_day(row)

    return [row for row in rows if holds(row)]


def _thing(row: Reminder) -> Thing:
    return Thing(row.kind, row.subject_type, row.subject_id)


def _of_this_hour(row: Reminder, copy: Assignment) -> bool:
    is_of_it = row.stage == at_the_hour(name_of(row), copy.due_at)
    return is_of_it and (now() < copy.due_at) == (name_of(row) == "alarm_soon")


def _of_this_day(row: Reminder) -> bool:
    """A message held over must not call "today" what was yesterday."""
    if row.stage == "soon":
        return row.day > today()
    return row.day == today() if row.stage == "today" else row.day < today()
