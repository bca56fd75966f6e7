"""The complainer's side: telling what is a burden, taking it back, and saying whether the answer does."""

from __future__ import annotations

import re
from typing import Any

from models.accounts.throttling import must_be_below, note_today
from models.base.clock import due, today
from models.base.commands import Personal, Sealed, command, rule
from models.base.events import tell
from models.base.refusals import Invalid
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.complaints.records import (
    AWAITS_WORD,
    KINDS,
    TOPICS,
    Complaint,
)
from models.complaints.route import Way, answer_by, way_of
from models.complaints.verifying import Filed, about
from models.tasks import Task
from models.units import Unit

MOST_A_DAY = 5
TOO_MANY = "您今天已经提出 5 件，请明天再提；急事可以直接打电话给县里。"
A_PAGE = re.compile(r"/[A-Za-z0-9/_-]{0,119}")


@rule("请从您任职的单位提出投诉或建议。")
def works_there(actor: Viewer, unit: Unit) -> bool:
    return any(hat.unit_id == unit.pk for hat in actor.hats)


@command(said="提出投诉建议", who=works_there, apart=True)
async def complain(
    actor: Viewer,
    unit: Unit,
    *,
    kind: str,
    topic: str,
    words: Personal[str],
    task: Sealed[Task | None] = None,
    page: Sealed[str] = "",
) -> Complaint:
    """Tell the level above whoever dispatched it, under one's own name, what is a burden or could be better."""
    await may_still_today(actor)
    assert actor.hat is not None
    said = checked(kind, topic, words)
    way = await way_of(actor.hat, task)
    made = await put_down(
        way, unit_id=unit.pk, made_by_id=actor.post_id, task=task, page=plain_page(page), **said
    )
    await note_today(_whose(actor))
    return made


async def may_still_today(viewer: Viewer) -> None:
    await must_be_below(MOST_A_DAY, _whose(viewer), TOO_MANY)


async def one_more_today(viewer: Viewer) -> None:
    await note_today(_whose(viewer))


def _whose(viewer: Viewer) -> str:
    return f"complaints:{viewer.person_id}"


def checked(kind: str, topic: str, words: str) -> dict[str, str]:
    """What was said, in words that can be kept; raises Invalid."""
    if kind not in KINDS:
        raise Invalid("请选择是投诉还是建议。", field="kind")
    if topic not in TOPICS:
        raise Invalid("请选择是哪方面的事。", field="topic")
    return {"kind": kind, "topic": topic, "words": worded(words, "words", "请写明是什么事", 2000)}


async def put_down(way: Way, **said: Any) -> Complaint:
    day = today()
    made = await Complaint.create(
        township_id=way.township,
        county_id=way.county,
        addressee_id=way.addressee,
        due_on=way.due_on,
        made_on=day,
        month=f"{day:%Y-%m}",
        **said,
    )
    tell(Filed(about=about(made)))
    return made


def plain_page(page: str) -> str:
    """The path of the page it was written on, or nothing for what is none."""
    path = page.partition("?")[0].strip()
    return path if A_PAGE.fullmatch(path) else ""


@rule("只有提出人可以这样做。")
def made_it(actor: Viewer, complaint: Complaint) -> bool:
    """The person who signed it; an unnamed one is followed by whoever has its code."""
    if complaint.made_by is None:
        return actor.via == "unnamed"
    return actor.signed_in and complaint.made_by.person_id == actor.person_id


@command(said="提出人撤回", who=made_it)
async def withdraw(actor: Viewer, complaint: Complaint) -> Complaint:
    """Take it back before it is answered; nobody asks why."""
    return await _moved(complaint, "withdrawn")


@command(said="提出人认可答复", who=made_it)
async def settle(actor: Viewer, complaint: Complaint) -> Complaint:
    """Say that the answer does."""
    return await _moved(complaint, "closed")


@command(said="提出人要求再答复", who=made_it)
async def reopen(actor: Viewer, complaint: Complaint, *, words: Personal[str]) -> Complaint:
    """Say once that the answer does not do, and why: it is answered again, by a new day."""
    complaint.objection = worded(words, "words", "请写明哪里还没有解决", 1000)
    complaint.state = "reopened"
    complaint.due_on = await answer_by((await complaint.county).path)
    await complaint.save(update_fields=["objection", "state", "due_on"])
    return complaint


@command(said="到期办结", who=only_the_clock("到期没有意见的由系统办结。"))
async def lapse(actor: Viewer, complaint: Complaint) -> Complaint:
    """An answer that nobody contradicts in time stands: nobody owes a click."""
    return await _moved(complaint, "closed")


@due
async def end_what_nobody_contradicts() -> None:
    """Answers close by themselves when the complainer's days for a word on them have passed."""
    over = Complaint.filter(state__in=AWAITS_WORD, due_on__lt=today()).order_by("id").limit(200)
    for complaint in await over.prefetch_related(*Complaint.judged_with):
        await lapse(TOWN_CLOCK, complaint)


async def _moved(complaint: Complaint, state: str) -> Complaint:
    complaint.state = state
    await complaint.save(update_fields=["state"])
    return complaint


def worded(text: str, field: str, otherwise: str, longest: int) -> str:
    """The words without blanks around them; raises Invalid where there are none, or too many."""
    if not 1 <= len(text.strip()) <= longest:
        raise Invalid(f"{otherwise}（不超过 {longest} 个字）。", field=field)
    return text.strip()
