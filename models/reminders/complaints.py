"""Reminders of complaints: to whoever is to answer, and to whoever signed one; an unnamed one reminds nobody of itself."""

from __future__ import annotations

from models.base.events import Event
from models.complaints import ANSWERERS, Complaint, stepping_back
from models.people import Post, in_force
from models.policies import upwards
from models.reminders.recipients import Wanted


async def to_whoever_answers(event: Event) -> list[Wanted]:
    """Those who watch the burden at the level it was told to or, where nobody of them may answer, above it."""
    complaint = await _complaint(event)
    if complaint is None or not complaint.is_open:
        return []
    levels = sorted(upwards(complaint.addressee.path), key=len, reverse=True)
    for path in levels:
        if persons := await _may_answer(complaint, path):
            return [Wanted(one, "complaint", "Complaint", complaint.pk) for one in sorted(persons)]
    return []


async def _may_answer(complaint: Complaint, path: str) -> set[int]:
    """But for whoever told it, and for those whose own work it speaks of."""
    posts = Post.filter(in_force(), unit__path=path, role__in=ANSWERERS)
    persons = {int(one) for (one,) in await posts.values_list("person_id")}
    own = complaint.made_by.person_id if complaint.made_by else 0
    return persons - {own} - await stepping_back(persons, complaint.township_id, complaint.task_id)


async def to_whoever_signed(event: Event) -> list[Wanted]:
    complaint = await _complaint(event)
    if complaint is None or complaint.made_by is None:
        return []
    return [Wanted(complaint.made_by.person_id, "complaint_answered", "Complaint", complaint.pk)]


async def _complaint(event: Event) -> Complaint | None:
    """The complaint the command was about, or that came of it."""
    number = event.subject_id if event.subject_type == "Complaint" else int(event.outcome.partition(":")[2])
    return await Complaint.get_or_none(pk=number).select_related("made_by", "addressee")


MAKERS = {
    "complaints.complain": to_whoever_answers,
    "complaints.complain_unnamed": to_whoever_answers,
    "complaints.reopen": to_whoever_answers,
    "complaints.answer": to_whoever_signed,
}
