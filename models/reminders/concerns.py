"""Reminders of concerns: to whoever has one now, and to the village when it is answered."""

from __future__ import annotations

from models.base.events import Event
from models.concerns import Concern
from models.intake.requests import ASKERS
from models.people import Post, in_force
from models.reminders.recipients import Wanted


async def to_whoever_has_it(event: Event) -> list[Wanted]:
    """The people of the office or department it is with, or else the township's coordinator."""
    concern = await _concern(event)
    if concern is None or not concern.is_open:
        return []
    kind, posts = "concern", Post.filter(in_force(), unit_id=concern.township_id, role="coordinator")
    if concern.is_away:
        kind, posts = "concern_given", Post.filter(in_force(), unit_id=concern.handled_by_id, role__in=ASKERS)
    persons = {int(one) for (one,) in await posts.values_list("person_id")}
    return [Wanted(one, kind, "Concern", concern.pk) for one in sorted(persons)]


async def to_whoever_raised_it(event: Event) -> list[Wanted]:
    concern = await _concern(event)
    if concern is None:
        return []
    return [Wanted(concern.raised_by.person_id, "concern_answered", "Concern", concern.pk)]


async def _concern(event: Event) -> Concern | None:
    """The concern the command was about, or that came of it."""
    number = event.subject_id if event.subject_type == "Concern" else int(event.outcome.partition(":")[2])
    return await Concern.get_or_none(pk=number).select_related("raised_by")


MAKERS = {
    "concerns.raise_concern": to_whoever_has_it,
    "concerns.pass_on": to_whoever_has_it,
    "concerns.send_back": to_whoever_has_it,
    "concerns.confirm": to_whoever_has_it,
    "concerns.answer": to_whoever_raised_it,
}
