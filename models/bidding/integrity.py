"""Whether bids are still those that were sealed: each is held to the digest that the trail keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.base.batches import AT_ONCE, page_by_page
from models.base.events import Event, Mention, an_object
from models.base.facts import Facts
from models.base.pools import FILES
from models.base.sealer import chain
from models.bidding.offers import Bid
from models.bidding.records import Entrant, Project
from models.bidding.sealing import digest_of
from models.units import Unit

SUBMIT, WITHDRAW, WRITE = "bidding.submit_bid", "bidding.withdraw_bid", "bidding.write_bid"
ALTERED = "?"
"""In place of a digest, where the entry of the trail that should hold it was written over."""


@dataclass(frozen=True, kw_only=True)
class DraftKept(Facts):
    """What a bid that is written was saved as."""

    draft: str
    """The digest of the sealed text."""


@dataclass(frozen=True)
class Unlike:
    """A village whose bid is not the one that it submitted, as the trail has it; the row may be gone altogether."""

    unit: Unit
    bid: Bid | None


async def submitted(entries: QuerySet[Event]) -> dict[int, str]:
    """By bid, the digest of what was last submitted; empty once it was withdrawn."""
    held: dict[int, str] = {}
    for event in await entries.filter(subject_type="Bid", command__in=(SUBMIT, WITHDRAW)).order_by("id"):
        # What the trail says of a bid counts only while the entry itself is the one that was sealed.
        if event.hash and event.hash != chain(event.prev_hash or "", event, event.seq or 0):
            held[event.subject_id] = ALTERED
        elif moved := an_object(event.changes).get("seal_digest"):
            held[event.subject_id] = str(moved[1]) if isinstance(moved, list) and moved[1:] else ALTERED
    return held


async def unlike(bids: Sequence[Bid], held: dict[int, str]) -> list[Bid]:
    """Those of the bids that were not submitted as they lie there, or were submitted and lie there no more."""
    now = await FILES.run(_digests, bids)
    return [bid for bid in bids if now[bid.pk] != held.get(bid.pk, "")]


def _digests(bids: Sequence[Bid]) -> dict[int, str]:
    """Of what stands for a village now: nothing where it has not submitted, or has withdrawn."""
    # What is being written anew beside a submitted bid does not stand for it before it is submitted.
    stands = ("submitted", "opened", "broken")
    return {one.pk: digest_of(one.sealed) if one.state in stands else "" for one in bids}


async def not_as_sealed(projects: Sequence[Project]) -> dict[int, list[Unlike]]:
    """By project, the villages whose bids are not as they submitted them."""
    numbers = [one.pk for one in projects]
    found: dict[int, list[Unlike]] = {number: [] for number in numbers}
    if not numbers:
        return found
    entrants = await Entrant.filter(project_id__in=numbers).order_by("id").select_related("unit")
    places = {(one.project_id, one.unit_id): one.unit for one in entrants}
    rows = Bid.filter(project_id__in=numbers)
    async for page in page_by_page(rows):
        for bid in await unlike(page, await submitted(Event.filter(subject_id__in=[one.pk for one in page]))):
            found[bid.project_id].append(Unlike(places[bid.project_id, bid.unit_id], bid))
    for entrant in await _gone(entrants, rows):
        found[entrant.project_id].append(Unlike(entrant.unit, None))
    return found


async def _gone(entrants: Sequence[Entrant], rows: QuerySet[Bid]) -> list[Entrant]:
    """Who had submitted a bid that is no row any more."""
    of = {one.pk: one for one in entrants}
    here = Subquery(Entrant.filter(project_id__in=sorted({one.project_id for one in entrants})).values("id"))
    written = Event.filter(subject_type="Entrant", subject_id__in=here, command=WRITE)
    wrote = {
        int(outcome.removeprefix("Bid:")): int(str(entrant))
        for entrant, outcome in await written.values_list("subject_id", "outcome")
        if isinstance(outcome, str) and outcome.startswith("Bid:")
    }
    there = {int(str(pk)) for pk in await rows.values_list("id", flat=True)}
    gone = sorted(set(wrote) - there)[:AT_ONCE]
    held = await submitted(Event.filter(subject_id__in=gone)) if gone else {}
    return [of[wrote[bid]] for bid in gone if held.get(bid)]


async def is_as_saved(bid: Bid) -> bool:
    """Whether what the village is writing is what it last saved; of what was saved before this was kept one cannot tell."""
    saved = Mention.filter(subject_type="Bid", subject_id=bid.pk).values("event_id")
    last = await Event.filter(id__in=Subquery(saved), command=WRITE).order_by("-id").first()
    kept = DraftKept.read(last.facts) if last else None
    return kept is None or kept.draft == digest_of(bid.draft)


def awaits_opening(project: Project) -> bool:
    """Whether its bids are in, and nobody has read them yet: from then on it may be said which are not as they were."""
    return project.state == "published" and project.is_over


def villages_of(wrong: Sequence[Unlike]) -> list[str]:
    return [one.unit.name for one in wrong]


def sentence_on(villages: Sequence[str]) -> str:
    """What the desk is told, and what may be done about it."""
    return (
        f"{'、'.join(villages)}的竞榜书与提交时封存的记录不符，可能被人动过，所以一份也没有开。"
        "请系统管理员从备份恢复原件，恢复后会再核对；确实不能恢复的，由领导写明原因、其余照常开标，或者取消后重新上榜。"
    )
