"""Reminders of appeals: to those who are to answer, of the county before the city, and to whoever appealed."""

from __future__ import annotations

from models.base.events import Event
from models.evaluation import Appeal
from models.intake.requests import KEEPERS
from models.people import Post, in_force
from models.policies import upwards
from models.reminders.recipients import Wanted


async def to_whoever_answers(event: Event) -> list[Wanted]:
    """The keepers nearest to the village, but for whoever appealed."""
    appeal = await _appeal(event)
    if appeal is None or not appeal.is_open:
        return []
    above = Post.filter(in_force(), unit__path__in=upwards(appeal.score.unit.path), role__in=KEEPERS)
    posts = await above.values_list("unit__path", "person_id")
    nearest = max((str(path) for path, _ in posts), key=len, default="")
    persons = {int(person) for path, person in posts if path == nearest} - {appeal.made_by.person_id}
    return [Wanted(one, "appeal", "Appeal", appeal.pk) for one in sorted(persons)]


async def to_whoever_appealed(event: Event) -> list[Wanted]:
    appeal = await _appeal(event)
    if appeal is None or appeal.is_open:
        return []
    return [Wanted(appeal.made_by.person_id, "appeal_answered", "Appeal", appeal.pk)]


async def _appeal(event: Event) -> Appeal | None:
    """The appeal the command was about, or that came of it."""
    number = event.subject_id if event.subject_type == "Appeal" else int(event.outcome.partition(":")[2])
    return await Appeal.get_or_none(pk=number).select_related("made_by", "score__unit")


MAKERS = {
    "evaluation.appeal": to_whoever_answers,
    "evaluation.answer_appeal": to_whoever_appealed,
}
