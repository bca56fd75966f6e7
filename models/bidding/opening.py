"""Opening: one command after the closing instant turns every sealed bid of a project into words at once."""

from __future__ import annotations

import logging
from typing import Any

from models.base.clock import now
from models.base.commands import command
from models.base.instant import instant_of_this_command
from models.base.refusals import NotNow
from models.base.viewer import Viewer
from models.bidding.drafting import is_at_the_desk
from models.bidding.facts import facts_until, figures_of
from models.bidding.offers import Bid, BidFile, Fact
from models.bidding.papers import Paper, unsealed_file
from models.bidding.records import Project
from models.bidding.sealing import digest_of, unsealed
from models.files import File

log = logging.getLogger("xingcun.bidding")

COLUMNS = ("strengths", "plan", "own_yuan", "asked_yuan", "schedule", "decided", "decision_note")


@command(who=is_at_the_desk)
async def open_bids(actor: Viewer, project: Project) -> Project:
    """Open all submitted bids together; with none the project ends, and may be listed again.

    Raises NotNow before the closing instant by the database's clock, or where the key opens none of them.
    """
    if await instant_of_this_command() < project.closes_at:
        raise NotNow("还没到竞榜截止时间，谁也不能提前开标。")
    bids = await Bid.filter(project=project, state="submitted").order_by("id").prefetch_related("unit")
    contents = _contents(bids)
    project.opened_at = now()
    project.state = "opened" if contents else "failed"
    project.outcome_note = "" if contents else "到截止时间没有村社揭榜。"
    project.facts_until = await facts_until(project)
    await project.save(update_fields=["opened_at", "facts_until", "state", "outcome_note"])
    for bid in bids:
        await _open(bid, contents.get(bid.pk))
    await _attach_facts([bid for bid in bids if bid.pk in contents])
    return project


def _contents(bids: list[Bid]) -> dict[int, dict[str, Any]]:
    """What each bid says; one that was tampered with is left out, but a wrong key is no reason to lose them all."""
    found: dict[int, dict[str, Any]] = {}
    for bid in bids:
        try:
            if digest_of(bid.sealed) == bid.seal_digest:
                found[bid.pk] = unsealed(bid.sealed, bid.seal)
        except NotNow:
            log.error("bid %s cannot be opened", bid.pk)
    if bids and not found:
        raise NotNow("竞榜书都打不开：封存用的密钥不对，请联系系统管理员核对密钥文件。没有开标。")
    return found


async def _open(bid: Bid, content: dict[str, Any] | None) -> None:
    if content is None:
        bid.state = "broken"
        await bid.save(update_fields=["state"])
        return
    bid.state = "opened"
    bid.update_from_dict({name: content[name] for name in COLUMNS})
    await bid.save(update_fields=["state", *COLUMNS])
    for one in content["papers"]:
        await _file(bid, Paper(**one))


async def _file(bid: Bid, paper: Paper) -> None:
    stored = await unsealed_file(paper)
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
