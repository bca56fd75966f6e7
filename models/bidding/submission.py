"""A village's bid: written over days, submitted, replaced and withdrawn until the closing instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.base.clock import TOWN_ZONE, now
from models.base.commands import Sealed, command, rule
from models.base.database_clock import instant_of_this_command
from models.base.events import tell
from models.base.optional_details import ABSENT, Given, given
from models.base.refusals import Invalid, NotNow
from models.base.viewer import Viewer
from models.bidding.integrity import DraftKept, is_as_saved
from models.bidding.offers import Bid, own_bid
from models.bidding.papers import Paper, bytes_of
from models.bidding.records import Entrant, Project
from models.bidding.sealing import digest_of, sealed
from models.files import MOST, no_longer_wait
from models.people.roles import BID_SUBMITTERS, BIDDERS

TEXTS = ("strengths", "plan", "schedule", "decision_note")
LONGEST = 2000
BLANK: dict[str, Any] = dict.fromkeys(TEXTS, "") | {"own_yuan": 0, "asked_yuan": 0, "decided": False}
"""A bid in which nothing is written yet."""
MOST_YUAN = 2_000_000_000


@rule("只有本村社的书记、村干部或第一书记可以写竞榜书。")
def writes_for_the_village(actor: Viewer, entrant: Entrant) -> bool:
    return actor.oversees(entrant.unit.path, *BIDDERS)


@rule("竞榜书由村社书记或第一书记提交和撤回。")
def speaks_for_the_village(actor: Viewer, bid: Bid) -> bool:
    return actor.oversees(bid.unit.path, *BID_SUBMITTERS)


async def _the_villages_own(entrant: Entrant, **_: Any) -> Bid | None:
    return await Bid.get_or_none(project_id=entrant.project_id, unit_id=entrant.unit_id)


@command(said="写竞榜书", who=writes_for_the_village, edits=_the_villages_own)
async def write_bid(
    actor: Viewer,
    entrant: Entrant,
    *,
    strengths: Sealed[Given[str]] = ABSENT,
    plan: Sealed[Given[str]] = ABSENT,
    own_yuan: Sealed[Given[int | None]] = ABSENT,
    asked_yuan: Sealed[Given[int | None]] = ABSENT,
    schedule: Sealed[Given[str]] = ABSENT,
    decided: Sealed[Given[bool]] = ABSENT,
    decision_note: Sealed[Given[str]] = ABSENT,
    papers: Sealed[list[Paper] | None] = None,
    without: Sealed[list[str] | None] = None,
) -> Bid:
    """Keep what has been written so far, sealed; what was submitted before stays so until it is replaced.

    What is not given stays as it was written; papers are added, and `without` are the seals of papers to take out. Raises NotNow before the opening and after the closing time.
    """
    await must_be_in_time(entrant.project)
    bid = await _the_villages_own(entrant)
    if bid is None:
        bid = await Bid.create(
            project_id=entrant.project_id, unit_id=entrant.unit_id, written_by_id=actor.post_id
        )
    written = BLANK | bid.content()
    kept = [one for one in written.get("papers", []) if one["seal"] not in (without or [])]
    told = given(
        strengths=strengths, plan=plan, own_yuan=own_yuan, asked_yuan=asked_yuan, schedule=schedule,
        decided=decided, decision_note=decision_note,
    )  # fmt: skip
    content = _checked(**{name: told.get(name, written[name]) for name in BLANK})
    content["papers"] = kept + [paper.as_sealed() for paper in papers or []]
    if len(content["papers"]) > MOST:
        raise Invalid(f"附件最多 {MOST} 个。", field="papers")
    await no_longer_wait(actor.person_id, [paper.digest for paper in papers or []])
    bid.draft = sealed(content, bid.seal)
    await bid.save(update_fields=["draft"])
    tell(DraftKept(draft=digest_of(bid.draft)))
    return bid


def _checked(**content: Any) -> dict[str, Any]:
    for name in TEXTS:
        content[name] = content[name].strip()
        if len(content[name]) > LONGEST:
            raise Invalid(f"请不超过 {LONGEST} 个字。", field=name)
    for name in ("own_yuan", "asked_yuan"):
        content[name] = content[name] or 0
        if not 0 <= content[name] <= MOST_YUAN:
            raise Invalid("金额应是 0 到 20 亿之间的整数（元）。", field=name)
    return content


@command(said="提交竞榜书", who=speaks_for_the_village)
async def submit_bid(actor: Viewer, bid: Bid) -> Bid:
    """Make what is written the village's bid, in place of an earlier one; late ones are refused."""
    await must_be_in_time(bid.project)
    if not await is_as_saved(bid):
        raise NotNow("写好的内容与最后一次保存的不一样，可能被人动过。请打开核对、改好，重新保存后再提交。")
    content = bid.content()
    for name, label in (("strengths", "我们的优势"), ("plan", "怎么做"), ("schedule", "进度安排")):
        if not content.get(name):
            raise Invalid(f"“{label}”还没有写，不能提交。", field=name)
    bid.sealed, bid.seal_digest = bid.draft, digest_of(bid.draft)
    bid.state, bid.submitted_at = "submitted", now()
    await bid.save(update_fields=["sealed", "seal_digest", "state", "submitted_at"])
    return bid


@command(said="撤回竞榜书", who=speaks_for_the_village)
async def withdraw_bid(actor: Viewer, bid: Bid) -> Bid:
    """Take the bid back before the closing time; what was written stays, and may be submitted again."""
    await must_be_in_time(bid.project)
    bid.state, bid.sealed, bid.seal_digest, bid.submitted_at = "withdrawn", "", "", None
    await bid.save(update_fields=["state", "sealed", "seal_digest", "submitted_at"])
    return bid


async def must_be_in_time(project: Project) -> None:
    """Wait for the project, so that opening and bidding never overlap; raises NotNow when too early or too late."""
    instant = await instant_of_this_command()
    fresh = await Project.select_for_update().get(pk=project.pk)
    if fresh.state != "published":
        raise NotNow("这个项目已经不收竞榜书了。")
    if instant < fresh.opens_at:
        raise NotNow(f"还没有开榜，{_told(fresh.opens_at)}开始收竞榜书。")
    if instant >= fresh.closes_at:
        raise NotNow(f"竞榜已于{_told(fresh.closes_at)}截止，来不及了。已提交的内容不受影响。")


def _told(at: datetime) -> str:
    local = at.astimezone(TOWN_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


async def own_bid_of(viewer: Viewer, number: int) -> Bid | None:
    """A bid of the viewer's own village, sealed or opened; None for every other."""
    return await Bid.visible_to(viewer).filter(own_bid(viewer), pk=number).first()


def written_in(bid: Bid) -> dict[str, Any]:
    """What its own village has written so far, nothing left out."""
    return BLANK | bid.content()


def papers_of(bid: Bid) -> list[Paper]:
    """The sealed papers of the viewer's own bid, as it is being written."""
    return [Paper(**one) for one in bid.content().get("papers", [])]


async def paper_of(bid: Bid, seal: str) -> tuple[Paper, bytes] | None:
    """One paper of the viewer's own bid in the open, or None where it is not there."""
    paper = next((one for one in papers_of(bid) if one.seal == seal), None)
    return (paper, await bytes_of(paper)) if paper else None
