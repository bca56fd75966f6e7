"""A village's own bid while it is sealed: what is written so far, and the papers beside it."""

from __future__ import annotations

import strawberry
from strawberry import ID, Info

from models import bidding, files
from schema.base.enums import coded, enum_of
from schema.base.nodes import number_in
from schema.base.numbers import Yuan

FileKind = enum_of("FileKind", files.KINDS, "What kind of file it is, judged by its bytes.")


@strawberry.type(description="A paper of a sealed bid.")
class BidPaper:
    seal: str = strawberry.field(description="Names the paper in `writeBid(without:)` and in its address.")
    name: str = strawberry.field(description="The name of the file.")
    kind: str = coded(FileKind, description="What kind of file it is.")
    bytes: int = strawberry.field(description="How large it is.")
    address: str = strawberry.field(description="Where the village's own people fetch its bytes.")


@strawberry.type(description="What a village has written so far, for its own people alone.")
class BidDraft:
    strengths: str = strawberry.field(description="「我们的优势」")
    plan: str = strawberry.field(description="「怎么做」")
    own_yuan: Yuan = strawberry.field(description="「村里自筹」")
    asked_yuan: Yuan = strawberry.field(description="「申请资金」")
    schedule: str = strawberry.field(description="「进度安排」")
    decided: bool = strawberry.field(
        name="isDecided", description="Whether the village says that it has decided by the book."
    )
    decision_note: str = strawberry.field(description="Which meeting decided, when, and how.")
    is_changed: bool = strawberry.field(description="Whether it differs from what was submitted.")
    papers: list[BidPaper] = strawberry.field(description="「附件」, at most 10.")


WRITTEN = ("strengths", "plan", "own_yuan", "asked_yuan", "schedule", "decided", "decision_note")


async def _draft(info: Info, bid: ID) -> BidDraft | None:
    found = await bidding.own_bid_of(info.context.viewer, number_in(bid, bidding.Bid))
    if found is None or found.state == "opened":
        return None
    written, at = bidding.written_in(found), f"/files/bids/{found.pk}"
    papers = [
        BidPaper(seal=one.seal, name=one.name, kind=one.kind, bytes=one.size, address=f"{at}/{one.seal}")
        for one in bidding.papers_of(found)
    ]
    told = {name: written[name] for name in WRITTEN}
    return BidDraft(**told, is_changed=found.is_changed, papers=papers)


@strawberry.type
class Queries:
    bid_draft: BidDraft | None = strawberry.field(
        resolver=_draft,
        description="What one's own village has written in a bid that is still sealed; null for every other.",
    )
