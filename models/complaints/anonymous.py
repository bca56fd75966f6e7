"""Complaining without a name: a code instead of a person, shown once, of which only a hash is kept.

What is stored: the township (nothing below it), what was said, the day; and, shown to nobody, the instant in the
trail and in the form's receipt, neither of which names an account. What is stored nowhere: who said it and from
which village. That somebody complained at all is counted for the day under a hash, so that nobody floods the
county; the count holds neither the hour nor what was written, has another hash tomorrow, and is gone within a day
after it. What a root user of the host could still do meanwhile: with the town's secret tell which persons used up
how much of today's share, and guess by the order of the rows who wrote what on a day on which few did.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from models.base.commands import Personal, Sealed, Secret, command, rule
from models.base.refusals import NotFound
from models.base.settings import settings
from models.base.text import narrowed
from models.base.viewer import UNNAMED, Viewer
from models.complaints.filing import checked, complain, may_still_today, one_more_today, plain_page, put_down
from models.complaints.records import ENOUGH, Complaint
from models.complaints.route import Way, way_of
from models.tasks import Task, TaskUnit
from models.units import Unit

MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
"""Signs that no code has, and the ones they are misread for."""


@dataclass(frozen=True)
class Slip:
    """What the complainer takes along: the code that opens the handling, shown once."""

    complaint: Complaint
    code: str


@rule("不署名的投诉建议不能这样提出。")
def is_unnamed(actor: Viewer, unit: Unit) -> bool:
    return actor.via == "unnamed"


@command(said="提出投诉建议", who=is_unnamed, apart=True)
async def complain_unnamed(
    actor: Viewer,
    unit: Unit,
    *,
    kind: str,
    topic: str,
    words: Personal[str],
    way: Secret[Way],
    code_hash: Secret[str],
    task: Sealed[Task | None] = None,
    page: Sealed[str] = "",
) -> Complaint:
    """Tell the unit that answers what is a burden, from nobody."""
    said = checked(kind, topic, words)
    return await put_down(
        way, unit_id=way.without_the_village, code_hash=code_hash, task=task, page=page, **said
    )


async def tell_unnamed(
    viewer: Viewer,
    unit: Unit,
    key: str,
    *,
    kind: str,
    topic: str,
    words: str,
    task: Task | None = None,
    page: str = "",
) -> Slip:
    """Let somebody who may complain do so without their name; the same form twice brings the same code."""
    named = task if task and await tells_nobody(task) else None
    way = await _their_way(viewer, unit, named)
    code = _code_of(key)
    known = await Complaint.exists(code_hash=_hash_of(code))
    if not known:
        await may_still_today(viewer)
    made = await complain_unnamed.once(
        key,
        UNNAMED,
        await Unit.get(pk=way.addressee),
        kind=kind,
        topic=topic,
        words=words,
        way=way,
        code_hash=_hash_of(code),
        task=named,
        page=_part_of_the_site(page),
    )
    if not known:
        await one_more_today(viewer)
    return Slip(made, code)


async def _their_way(viewer: Viewer, unit: Unit, task: Task | None) -> Way:
    """By the same rule as with a name; a task that is not kept turns nothing, or the way would tell of it."""
    acting = complain.judge(viewer, unit)
    assert acting.hat is not None
    return await way_of(acting.hat, task)


async def tells_nobody(task: Task) -> bool:
    """Whether so many villages have the task that naming it does not name one of them."""
    return await TaskUnit.filter(task=task).count() >= ENOUGH


def _part_of_the_site(page: str) -> str:
    """The first part of a path: a number in it may lead to a village."""
    return "/".join(plain_page(page).split("/")[:2])


async def followed(code: str) -> Complaint:
    """The unnamed complaint that this code opens."""
    found = await Complaint.get_or_none(code_hash=_hash_of(code)).prefetch_related(
        *Complaint.judged_with, "task"
    )
    if found is None:
        raise NotFound("没有找到。请核对查询码，一共 16 个字母和数字。")
    return found


def _code_of(key: str) -> str:
    """Sixteen signs in groups of four, the same for the same form; without the town's secret nobody makes one."""
    digest = hmac.new(settings().secret, f"complaint:{key}".encode(), hashlib.sha256).digest()
    signs = base64.b32encode(digest[:10]).decode()
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def _hash_of(code: str) -> str:
    signs = "".join(sign for sign in narrowed(code).upper().translate(MISREAD) if sign.isalnum())
    return hashlib.sha256(signs.encode()).hexdigest()
