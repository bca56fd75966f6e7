"""What `xingcun verify` compares of complaints with the trail: what they were about, which the trail does not tell."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from models.base.aggregates import veiled
from models.base.batches import page_by_page
from models.base.digests import compared
from models.base.events import Event, Mention
from models.base.facts import Facts
from models.complaints.records import Complaint

MADE_BY = ("complaints.complain", "complaints.complain_unnamed")


@dataclass(frozen=True, kw_only=True)
class Filed(Facts):
    """A complaint that was made."""

    about: str
    """The veiled digest of task and page."""


def about(complaint: Complaint) -> str:
    return veiled([complaint.task_id, complaint.page])


@compared(Complaint)
async def turned_complaints() -> AsyncIterator[str]:
    """Complaints that were turned to another task or page since they were made."""
    async for page in page_by_page(Complaint.all()):
        held = await _told(page)
        for one in page:
            if held.get(one.pk) not in (None, about(one)):
                yield f"投诉建议 Complaint:{one.pk} 所说的任务或页面与提出时不符"


async def _told(page: Sequence[Complaint]) -> dict[int, str]:
    """By complaint, what the trail keeps of it; nothing of those from before it did."""
    rows = Mention.filter(subject_type="Complaint", subject_id__in=[one.pk for one in page])
    of = {int(str(event)): int(str(one)) for event, one in await rows.values_list("event_id", "subject_id")}
    events = await Event.filter(id__in=list(of), command__in=MADE_BY)
    told = {of[event.pk]: Filed.read(event.facts) for event in events}
    return {number: filed.about for number, filed in told.items() if filed is not None}
