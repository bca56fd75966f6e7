"""Opening: one command after the closing instant turns every sealed bid of a project into words at once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from models.base.clock import now
from models.base.commands import FromAbove, command
from models.base.database_clock import instant_of_this_command
from models.base.events import tell
from models.base.facts import Facts
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.base.viewer import Viewer
from models.bidding.drafting import is_at_the_desk
from models.bidding.facts import facts_until, figures_of
from models.bidding.integrity import Unlike, awaits_opening, not_as_sealed, sentence_on, villages_of
from models.bidding.offers import Bid, BidFile, Fact
from models.bidding.papers import Opened, Paper, lay_open, lies_there, opened
from models.bidding.records import Project
from models.bidding.sealing import unsealed
from models.files import File
from models.people.roles import PROJECT_APPROVERS

log = logging.getLogger("xingcun.bidding")

IN_MEMORY = 64 * 1024 * 1024
"""Bytes of papers that are held in the open until they may be laid on the disk."""
COLUMNS = ("strengths", "plan", "own_yuan", "asked_yuan", "schedule", "decided", "decision_note")


async def _opened_ahead(actor: Viewer, project: Project, details: Mapping[str, Any]) -> dict[str, Opened]:
    """The papers by their digest, read and decrypted before the transaction keeps everybody else from writing.

    Nothing of it before its time, and nothing on the disk before it is decided; what memory has no room for waits.
    """
    found: dict[str, Opened] = {}
    if await instant_of_this_command() < project.closes_at:
        return found
    for bid in await Bid.filter(project=project, state="submitted").order_by("id"):
        # The command itself says what is wrong with a bid that somebody has written over.
        with suppress(NotNow, NotFound, KeyError, TypeError, ValueError):
            for paper in _papers(unsealed(bid.sealed, bid.seal)):
                if sum(len(one.content) for one in found.values()) + paper.size <= IN_MEMORY:
                    found[paper.digest] = await opened(paper)
    return found


def _papers(content: Mapping[str, Any]) -> list[Paper]:
    return [Paper(**one) for one in content["papers"]]


@dataclass(frozen=True, kw_only=True)
class LeftOut(Facts):
    """Whose bids are not what the trail has of them, where the others are opened all the same."""

    not_as_sealed: tuple[str, ...]


@command(said="开标", who=is_at_the_desk, ahead=_opened_ahead)
async def open_bids(actor: Viewer, project: Project, *, leaving_out: FromAbove[str] = "") -> Project:
    """Open all submitted bids together; with none the project ends, and may be listed again.

    Where one is not as it was sealed nothing is opened, so that it may be restored: the digest in the trail proves the
    original. A leader may open the others, `leaving_out` those for a reason that everybody reads. Raises NotNow before
    the closing instant by the database's clock, too, and where the key opens none of them.
    """
    if await instant_of_this_command() < project.closes_at:
        raise NotNow("还没到竞榜截止时间，谁也不能提前开标。")
    wrong = await _not_as_sealed(project)
    if wrong or leaving_out.strip():
        _must_be_decided(actor, project, wrong, leaving_out.strip())
        tell(LeftOut(not_as_sealed=tuple(one.unit.ref for one in wrong)))
    left_out = {one.bid.pk for one in wrong if one.bid}
    sent = await Bid.filter(project=project, state="submitted").order_by("id").prefetch_related("unit")
    bids = [bid for bid in sent if bid.pk not in left_out]
    contents = {bid.pk: _content(bid) for bid in bids}
    project.opened_at = now()
    project.state = "opened" if contents else "failed"
    project.outcome_note = _note(wrong, leaving_out.strip(), len(contents))
    project.facts_until = await facts_until(project)
    await project.save(update_fields=["opened_at", "facts_until", "state", "outcome_note"])
    await Bid.filter(id__in=left_out, state="submitted").update(state="broken")
    for bid in bids:
        await _open(bid, contents[bid.pk])
    await _attach_facts(bids)
    return project


async def _not_as_sealed(project: Project) -> list[Unlike]:
    """The bids that do not agree with the trail, and those whose papers do not agree with them."""
    wrong = (await not_as_sealed([project]))[project.pk]
    found = {one.bid.pk for one in wrong if one.bid}
    for bid in await Bid.filter(project=project, state="submitted").order_by("id").prefetch_related("unit"):
        if bid.pk in found:
            continue
        unread = [one for one in _papers(_content(bid)) if one.digest not in open_bids.ready]
        if not await lies_there(unread):
            wrong.append(Unlike(bid.unit, bid))
    return wrong


def _must_be_decided(actor: Viewer, project: Project, wrong: list[Unlike], reason: str) -> None:
    """Raise unless there is something to leave out, and a leader says why it is left out."""
    if not wrong:
        raise Invalid("竞榜书都与封存时的记录相符，不用写这一项。", field="leaving_out")
    if not reason:
        raise NotNow(sentence_on(villages_of(wrong)))
    if not may_leave_out(actor, project):
        raise NotAllowed("有竞榜书与封存时的记录不符，能不能开标由本镇街的领导决定。")
    if not 10 <= len(reason) <= 1000:
        raise Invalid("请写明查明的情况和不能恢复的原因（10 到 1000 个字），会公开。", field="leaving_out")


async def villages_not_as_sealed(viewer: Viewer, projects: Sequence[Project]) -> dict[int, list[str]]:
    """By project, as far as the viewer may open it now, whose bids are not as they were sealed."""
    over = [one for one in projects if awaits_opening(one) and open_bids.allows(viewer, one)]
    wrong = await not_as_sealed(over)
    return {one.pk: villages_of(wrong.get(one.pk, [])) for one in projects}


def may_leave_out(actor: Viewer, project: Project) -> bool:
    """Whether it is theirs to say that the others are opened without a bid that is not as it was sealed."""
    return actor.is_a(*PROJECT_APPROVERS, at=project.township.path)


def _content(bid: Bid) -> dict[str, Any]:
    """What a bid says that is as it was sealed: if it does not open, the key is not the one it was sealed with."""
    try:
        return unsealed(bid.sealed, bid.seal)
    except NotNow:
        log.error("bid %s cannot be opened", bid.pk)
        raise NotNow("竞榜书打不开：封存用的密钥不对，请联系系统管理员核对密钥文件。没有开标。") from None


def _note(wrong: list[Unlike], reason: str, opened: int) -> str:
    """What everybody reads of the opening; nothing where there is nothing to say."""
    if wrong:
        return f"{'、'.join(villages_of(wrong))}的竞榜书与提交时封存的记录不符，没有开启。{reason}"
    return "" if opened else "到截止时间没有村社揭榜。"


async def _open(bid: Bid, content: dict[str, Any]) -> None:
    bid.state = "opened"
    bid.update_from_dict({name: content[name] for name in COLUMNS})
    await bid.save(update_fields=["state", *COLUMNS])
    for paper in _papers(content):
        await _file(bid, open_bids.ready.get(paper.digest) or await opened(paper))


async def _file(bid: Bid, paper: Opened) -> None:
    stored = await lay_open(paper)
    file = await File.create(
        sha256=stored.sha256,
        name=stored.name,
        kind=stored.kind,
        size=stored.size,
        original=stored.original or None,
        uploaded_by_id=bid.written_by_id,
        uploaded_at=now(),
    )
    await BidFile.create(bid=bid, file=file)


async def _attach_facts(bids: list[Bid]) -> None:
    figures = await figures_of([bid.unit for bid in bids])
    await Fact.bulk_create(
        Fact(bid=bid, name=one.name, value=one.value, source=one.source, as_of=one.as_of)
        for bid in bids
        for one in figures[bid.unit_id]
    )
