"""The village's side of a concern: raising it, taking it back, and saying whether the answer does."""

from __future__ import annotations

from datetime import date

from models import files as attachments
from models.base.clock import due, now, today
from models.base.commands import Personal, command, rule
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.concerns.records import (
    AWAITS_CONFIRMATION,
    Concern,
    ConcernFile,
)
from models.people.roles import DOERS
from models.policies import policy, upwards
from models.units import Unit
from models.workdays import workdays_of

PLACES = ("village", "grid")


@rule("只有本村社的干部或网格员可以上报民情。")
def speaks_for_the_place(actor: Viewer, unit: Unit) -> bool:
    return unit.level in PLACES and actor.oversees(unit.path, *DOERS)


@rule("这个单位已经撤销。")
def still_there(unit: Unit) -> bool:
    return unit.ended_on is None


@command(said="上报民情", who=speaks_for_the_place, when=still_there)
async def raise_concern(
    actor: Viewer,
    unit: Unit,
    *,
    title: Line[str],
    body: Personal[str],
    place: Personal[Line[str]] = "",
    files: list[attachments.Stored] | None = None,
) -> Concern:
    """Tell the township of something that the village cannot settle by itself."""
    township = await Unit.get(path__in=upwards(unit.path), level="township")
    concern = await Concern.create(
        unit=unit,
        township=township,
        raised_by_id=actor.post_id,
        raised_at=now(),
        title=worded(title, "title", "请用一句话说明是什么事", 60),
        body=worded(body, "body", "请写明具体情况", 2000),
        place=_at(place),
        due_on=await answer_by(unit.path),
    )
    for file in await attachments.filed(actor, files or []):
        await ConcernFile.create(concern=concern, file=file)
    return concern


@rule("只有上报的村社可以撤回或确认。")
def raised_it(actor: Viewer, concern: Concern) -> bool:
    """The place and not the person, so that a successor finds what was raised."""
    return actor.oversees(concern.unit.path, *DOERS)


@command(said="撤回民情", who=raised_it)
async def withdraw(actor: Viewer, concern: Concern, *, reason: str) -> Concern:
    """Take a concern back that has settled itself."""
    worded(reason, "reason", "请写明撤回的原因", 500)
    concern.state = "withdrawn"
    await concern.save(update_fields=["state"])
    return concern


@command(said="村社确认答复", who=raised_it)
async def confirm(actor: Viewer, concern: Concern, *, satisfied: bool, words: str = "") -> Concern:
    """Say whether the answer does: if not, it goes back once; a second time it ends with that on record."""
    if satisfied:
        concern.state = "closed"
    else:
        worded(words, "words", "请写明哪里还没有解决", 1000)
        concern.state = "returned" if concern.state == "answered" else "unsettled"
    if concern.state == "returned":
        concern.due_on = await answer_by(concern.unit.path)
    await concern.save(update_fields=["state", "due_on"])
    return concern


@command(said="到期办结", who=only_the_clock("到期未确认的由系统办结。"))
async def lapse(actor: Viewer, concern: Concern) -> Concern:
    """An answer that nobody contradicts in time stands: villages owe no clicks."""
    concern.state = "closed"
    await concern.save(update_fields=["state"])
    return concern


@due
async def end_what_nobody_contradicts() -> None:
    """Answers close by themselves when the village's days for a word on them have passed."""
    over = Concern.filter(state__in=AWAITS_CONFIRMATION, due_on__lt=today()).order_by("id").limit(200)
    for concern in await over.prefetch_related(*Concern.judged_with):
        await lapse(TOWN_CLOCK, concern)


async def answer_by(path: str) -> date:
    """The day by which the next word is due, counted in the working days that hold at the place."""
    return (await workdays_of(path)).after(today(), await policy(path, "concern_days"))


def worded(text: str, field: str, otherwise: str, longest: int) -> str:
    """The words without blanks around them; raises Invalid where there are none, or too many."""
    if not 1 <= len(text.strip()) <= longest:
        raise Invalid(f"{otherwise}（不超过 {longest} 个字）。", field=field)
    return text.strip()


def _at(place: str) -> str:
    return worded(place, "place", "地点请写短一些", 120) if place.strip() else ""
