"""Version tokens: an update says what it has seen, and is told what somebody else changed since."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from models.base.clock import TOWN_ZONE, town_day
from models.base.events import Event, canonical, plain
from models.base.records import Record
from models.base.refusals import NotNow

SHOWN = {
    "state": "状态",
    "title": "名称",
    "name": "名称",
    "body": "内容",
    "due_at": "期限",
    "deadline": "期限",
    "release_on": "定时下派日",
    "repeats": "重复",
    "repeats_until": "重复到哪天",
    "overload_reason": "超负荷理由",
    "matter_code": "事项",
    "demands": "要求",
    "document_number": "文号",
}
"""What fields are called where two people changed the same thing; others are not worth a word."""


class Changed(NotNow):
    """Somebody else changed it after you opened it; carries the version to send with the next try."""

    def __init__(self, reason: str, version: str) -> None:
        super().__init__(reason)
        self.version = version


def version_of(record: Record) -> str:
    """The token of what a row says now; empty for records that carry none."""
    return version(*(getattr(record, name) for name in record.versioned)) if record.versioned else ""


def version(*values: Any) -> str:
    """The token of these values, the same from whichever door they were read."""
    return hashlib.sha256(canonical(plain(values)).encode()).hexdigest()[:16]


async def must_be_as_seen(record: Record, seen: str) -> None:
    """Raise Changed, field by field, unless the locked row still says what the actor has seen."""
    current = version_of(record)
    if seen and current and seen != current:
        raise Changed(await _told(record), current)


async def _told(record: Record) -> str:
    of_it = Event.filter(subject_type=type(record).__name__, subject_id=record.pk).exclude(changes="{}")
    last = await of_it.order_by("-id").first().prefetch_related("actor_post__person")
    if last is None:
        return "您打开页面以后内容有变化，请核对后再提交。"
    who = last.actor_post.person.name if last.actor_post else "系统"
    at = last.at.astimezone(TOWN_ZONE)
    moved = json.loads(last.changes)
    now_says = "；".join(
        f"{SHOWN[n]}现在是“{_said(n, after)}”" for n, (_, after) in moved.items() if n in SHOWN
    )
    return f"您打开页面以后，{who}在 {at:%H:%M} 改过：{now_says or '其他内容'}。您填的还在，请核对后再提交。"


def _said(name: str, value: Any) -> Any:
    """A moment as the day it falls on in town, as people gave it."""
    return town_day(datetime.fromisoformat(value)) if name.endswith("_at") and value else value
