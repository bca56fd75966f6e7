"""A village that complains, and the county that answers."""

from __future__ import annotations

from datetime import UTC, datetime

from models import complaints
from models.base.viewer import Viewer
from models.complaints import Complaint
from tests.builders import Town, a_viewer

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


SAID = {"kind": "complaint", "topic": "repeated", "words": "同一张表这个月报了三次。"}


ANSWER = {"outcome": "stopped", "answer": "已通知停报。", "summary": "同类报表已合并，不再重复报送。"}


async def keeper_of(place: Town, level: str = "county") -> Viewer:
    return await a_viewer("list_keeper", getattr(place, level))


async def told(place: Town, secretary: Viewer | None = None, **changes: object) -> Complaint:
    secretary = secretary or await a_viewer("secretary", place.village)
    made = await complaints.complain(secretary, place.village, **SAID | changes)  # type: ignore[arg-type]
    return await fresh(made)


async def fresh(made: Complaint) -> Complaint:
    return await Complaint.get(pk=made.pk).prefetch_related(*Complaint.judged_with)
