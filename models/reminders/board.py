"""Reminders of the board: what may be bid for, what was taken off, how it was decided, and what is sent back."""

from __future__ import annotations

from collections.abc import Collection

from models.base.events import Event
from models.bidding import Award, Bid, Entrant, Milestone, Project
from models.bidding.drafting import APPROVERS
from models.people import Post, in_force
from models.reminders.recipients import Wanted

TOLD_AT_VILLAGES = ("secretary", "first_secretary")


async def to_all_invited(event: Event) -> list[Wanted]:
    """Every village that may bid, whether it did or not: who did is nobody's to guess."""
    kind = "board_open" if event.command == "bidding.approve_project" else "board_cancelled"
    invited = await Entrant.filter(project_id=event.subject_id).values_list("unit_id", flat=True)
    return await _at({int(str(unit)) for unit in invited}, TOLD_AT_VILLAGES, kind, event.subject_id)


async def to_the_approvers(event: Event) -> list[Wanted]:
    project = await Project.get_or_none(pk=event.subject_id).select_related("drafted_by")
    if project is None or project.state != "submitted":
        return []
    found = await _at({project.township_id}, APPROVERS, "board_approval", project.pk)
    return [one for one in found if one.person_id != project.drafted_by.person_id]


async def to_the_bidders(event: Event) -> list[Wanted]:
    """Whoever bid, when it is decided or decided otherwise."""
    award = await Award.get_or_none(pk=_number(event, "Award"))
    if award is None:
        return []
    bids = await Bid.filter(project_id=award.project_id, state="opened").values_list("unit_id", flat=True)
    villages = {int(str(unit)) for unit in bids}
    return await _at(villages, TOLD_AT_VILLAGES, "board_decided", award.project_id)


async def to_the_builders(event: Event) -> list[Wanted]:
    step = await Milestone.get_or_none(pk=event.subject_id).select_related("award")
    if step is None or step.state != "returned":
        return []
    award = step.award
    return await _at({award.unit_id}, (*TOLD_AT_VILLAGES, "cadre"), "board_returned", award.project_id)


async def _at(units: Collection[int], roles: Collection[str], kind: str, project: int) -> list[Wanted]:
    posts = Post.filter(in_force(), unit_id__in=sorted(units), role__in=list(roles))
    persons = {int(one) for (one,) in await posts.values_list("person_id")}
    return [Wanted(one, kind, "Project", project) for one in sorted(persons)]


def _number(event: Event, record: str) -> int:
    """The award the command was about, or that came of it."""
    return event.subject_id if event.subject_type == record else int(event.outcome.partition(":")[2] or 0)


MAKERS = {
    "bidding.submit_project": to_the_approvers,
    "bidding.approve_project": to_all_invited,
    "bidding.cancel_project": to_all_invited,
    "bidding.announce_award": to_the_bidders,
    "bidding.undo_award": to_the_bidders,
    "bidding.give_up_award": to_the_bidders,
    "bidding.return_milestone": to_the_builders,
}
