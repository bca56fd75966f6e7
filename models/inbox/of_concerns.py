"""What commands upon concerns and complaints say: to whoever has them now, and to whoever raised them."""

from __future__ import annotations

from models.base.events import Event
from models.complaints import Complaint, stepping_back
from models.concerns import AWAITS_CONFIRMATION, Concern
from models.inbox.addressing import To, at, oneself, the_desk
from models.inbox.declarations import Declared, Draft, Silent, drafts, row_of, said
from models.people import Post, in_force
from models.people.roles import ASKERS, COMPLAINT_ANSWERERS
from models.policies import upwards


async def _concern(event: Event) -> Concern | None:
    return await row_of(event, Concern, "raised_by", "answered_by", "unit")


async def _to_whoever_has_it(event: Event) -> list[Draft]:
    """The people of the office or department it is with, or else the township's coordinator."""
    row = await _concern(event)
    if row is None or not row.is_open:
        return []
    if row.is_away:
        to, kind = await at([row.handled_by_id or 0], *ASKERS), "concern_given"
    else:
        to, kind = await the_desk(row.township_id), "concern"
    return drafts(
        to, kind, row, row.title, f"{row.unit.name} {said(event, 'note') or ''}".strip(), row.due_on
    )


async def _confirmed(event: Event) -> list[Draft]:
    """Contradicted it goes back to whoever has it; otherwise whoever answered hears how it ended."""
    row = await _concern(event)
    if row is None:
        return []
    if row.is_open:
        return await _to_whoever_has_it(event)
    return drafts(oneself(row.answered_by), "concern_moved", row, row.title, row.state_label)


async def _concern_answered(event: Event) -> list[Draft]:
    row = await _concern(event)
    if row is None:
        return []
    last = row.due_on if row.state in AWAITS_CONFIRMATION else None
    return drafts(oneself(row.raised_by), "concern_answered", row, row.title, row.answer, last)


async def _concern_moved(event: Event) -> list[Draft]:
    """To whoever raised it, where it has got to."""
    row = await _concern(event)
    if row is None:
        return []
    return drafts(oneself(row.raised_by), "concern_moved", row, row.title, row.state_label)


async def _passed_on(event: Event) -> list[Draft]:
    return await _to_whoever_has_it(event) + await _concern_moved(event)


async def _concern_withdrawn(event: Event) -> list[Draft]:
    row = await _concern(event)
    if row is None:
        return []
    to = await at([row.handled_by_id], *ASKERS) if row.handled_by_id else await the_desk(row.township_id)
    return drafts(to, "concern_moved", row, row.title, f"{row.unit.name}撤回：{said(event, 'reason')}")


async def _complaint(event: Event) -> Complaint | None:
    return await row_of(event, Complaint, "made_by", "addressee")


async def _to_whoever_answers(event: Event) -> list[Draft]:
    """Those who watch the burden at the level it was told to or, where nobody of them may answer, above it."""
    row = await _complaint(event)
    if row is None or not row.is_open:
        return []
    for path in sorted(upwards(row.addressee.path), key=len, reverse=True):
        if to := await _may_answer(row, path):
            return drafts(to, "complaint", row, _named(row), due_on=row.due_on)
    return []


async def _may_answer(row: Complaint, path: str) -> list[To]:
    """But for whoever told it, and for those whose own work it speaks of."""
    posts = Post.filter(in_force(), unit__path=path, role__in=COMPLAINT_ANSWERERS).order_by("id")
    found = [To(int(person), int(post)) for person, post in await posts.values_list("person_id", "id")]
    kept_out = await stepping_back({one.person_id for one in found}, row.township_id, row.task_id)
    kept_out |= {row.made_by.person_id} if row.made_by else set()
    return [one for one in found if one.person_id not in kept_out]


async def _complaint_answered(event: Event) -> list[Draft]:
    row = await _complaint(event)
    if row is None:
        return []
    return drafts(oneself(row.made_by), "complaint_answered", row, _named(row), "", row.due_on)


async def _complaint_ended(event: Event) -> list[Draft]:
    row = await _complaint(event)
    if row is None:
        return []
    return drafts(oneself(row.made_by), "complaint_ended", row, _named(row), "到期没有异议，按答复办结。")


def _named(row: Complaint) -> str:
    return f"{row.kind_label}：{row.topic_label}"


DECLARED: dict[str, Declared] = {
    "concerns.raise_concern": _to_whoever_has_it,
    "concerns.handle": _concern_moved,
    "concerns.pass_on": _passed_on,
    "concerns.send_back": _to_whoever_has_it,
    "concerns.answer": _concern_answered,
    "concerns.confirm": _confirmed,
    "concerns.withdraw": _concern_withdrawn,
    "concerns.lapse": _concern_moved,
    "complaints.complain": _to_whoever_answers,
    "complaints.complain_unnamed": _to_whoever_answers,
    "complaints.reopen": _to_whoever_answers,
    "complaints.answer": _complaint_answered,
    "complaints.settle": Silent("提出人认可答复，没有人再等什么；答复的人从统计里看到，不知道是谁。"),
    "complaints.withdraw": Silent("撤回不问原因；答复的人的待办里不再有它。"),
    "complaints.lapse": _complaint_ended,
}
