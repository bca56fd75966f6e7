"""What was sent to oneself outside, for nobody else to see: of what it was, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.base.clock import now
from models.base.viewer import Viewer
from models.inbox import KINDS, InboxMessage
from models.people import Person
from models.reminders.records import Reminder
from models.reminders.words import BY_TIME
from models.tasks import Assignment

SHOWN = timedelta(days=30)
MOST = 50


@dataclass(frozen=True)
class Sending:
    """One reminder with what it was about and what became of it."""

    reminder: Reminder
    about: str
    outcome: str


async def own_sendings(viewer: Viewer) -> list[Sending]:
    """The last month's, newest first; four statements, whatever their number."""
    rows = Reminder.visible_to(viewer).filter(made_at__gte=now() - SHOWN).order_by("-id")
    found = await rows.limit(MOST)
    names = await _names(viewer, found)
    person = await Person.get_or_none(pk=viewer.person_id or 0)
    reachable = person is not None and bool(person.phone.strip())
    return [
        Sending(one, names.get((one.subject_type, one.subject_id), ""), outcome_of(one, reachable))
        for one in found
    ]


async def _names(viewer: Viewer, rows: Sequence[Reminder]) -> dict[tuple[str, int], str]:
    """What each is about, by the owner's own messages and tasks."""
    numbers = sorted({one.subject_id for one in rows})
    told = InboxMessage.visible_to(viewer).filter(subject_id__in=numbers)
    names = {
        (kind, pk): title for kind, pk, title in await told.values_list("subject_type", "subject_id", "title")
    }
    late = sorted({one.subject_id for one in rows if one.kind in BY_TIME})
    copies = Assignment.visible_to(viewer).filter(id__in=late)
    return names | {("Assignment", pk): title for pk, title in await copies.values_list("id", "task__title")}


def outcome_of(one: Reminder, reachable: bool) -> str:
    if one.sent_at is not None:
        return "已发出"
    if one.given_up:
        return "多次没有送到" if reachable else "没有登记手机号码，没有发"
    return "等待发送（夜间不发，每天有上限）" if one.tries == 0 else "没有送到，还会再试"


def why(one: Reminder) -> str:
    """The kind of message it goes back to."""
    return "任务期限" if one.kind in BY_TIME else KINDS[one.kind].label if one.kind in KINDS else "消息"
