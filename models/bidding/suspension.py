"""The clock of building: how long it stands still, and what that and a grant make of the days of the steps.

It stands still while the township inspects a step, while an award is questioned, and while a step rests. Each of
these gives back the working days it took, and days on which two stood still are given back once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from models.base.clock import end_of, now, town_day
from models.bidding.awards import Award, AwardObjection, Milestone
from models.bidding.states import UNDONE_STEPS
from models.tasks.deadlines import after_rest
from models.workdays import workdays_of


async def put_off_by(objection: AwardObjection) -> None:
    """Give back what the last answered of the objections to an award took, with those it stood open together with."""
    if not await AwardObjection.filter(award_id=objection.award_id, state="open").exists():
        await give_back(objection.award, await _questioned_since(objection.award, objection.made_at))


async def give_back(award: Award, since: datetime) -> None:
    """Move the steps still open by the working days that passed since then, but for what still stands still."""
    going_on = await _still_since(award)
    until = min(now(), going_on) if going_on else now()
    days = await workdays_of(award.project.township.path)
    stood = days.between(town_day(since), town_day(until)) if until > since else 0
    for step in await _open_steps(award):
        step.due_on = town_day(after_rest(end_of(step.due_on), since, stood, days))
        await step.save(update_fields=["due_on"])


async def give_until(step: Milestone, until: date) -> None:
    """Give a step until a day, and those after it at least as long: never less than they have."""
    for one in await _open_steps(step.award):
        if one.position >= step.position:
            one.due_on = max(one.due_on, until)
            await one.save(update_fields=["due_on"])


async def _open_steps(award: Award) -> list[Milestone]:
    return list(await Milestone.filter(award_id=award.pk, state__in=UNDONE_STEPS).order_by("position"))


async def _still_since(award: Award) -> datetime | None:
    """Since when the clock of an award stands still without a break; None while it runs."""
    asked = AwardObjection.filter(award_id=award.pk, state="open").order_by("made_at")
    inspected = Milestone.filter(award_id=award.pk, state="reported").values_list("reported_at", flat=True)
    resting = Milestone.filter(award_id=award.pk, state="suspended").values_list("suspended_at", flat=True)
    found = [cast("datetime", at) for at in (*(await inspected), *(await resting))]
    if first := await asked.first():
        found.append(await _questioned_since(award, first.made_at))
    return min(found, default=None)


async def _questioned_since(award: Award, made_at: datetime) -> datetime:
    """When the first of the objections was made that stood open together with one of this moment."""
    together = AwardObjection.filter(award_id=award.pk, answered_at__gte=made_at).order_by("made_at")
    first = await together.first()
    return min(made_at, first.made_at) if first else made_at
