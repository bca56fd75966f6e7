"""What `xingcun verify` compares of the board with the trail: bids, the papers in them, and the sheets of scorers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from tortoise.expressions import Subquery

from models.base.batches import page_by_page
from models.base.digests import compared
from models.base.events import Event
from models.base.refusals import NotNow
from models.bidding.integrity import SUBMIT, is_as_saved, submitted, unlike
from models.bidding.offers import Bid
from models.bidding.papers import Paper, lies_there
from models.bidding.scores import Score, Scorer
from models.bidding.sealing import unsealed
from models.bidding.signed_content import sheets

OPENLY = ("strengths", "plan", "own_yuan", "asked_yuan", "schedule", "decided", "decision_note")
HAND_IN = "bidding.hand_in"


@compared(Bid)
async def exchanged_bids() -> AsyncIterator[str]:
    """Bids that are not as they were submitted, opened or saved, and those that are gone."""
    async for page in page_by_page(Bid.all().select_related("unit", "project")):
        held = await submitted(Event.filter(subject_id__in=[one.pk for one in page]))
        wrong = await unlike([one for one in page if one.state != "broken"], held)
        for bid in wrong:
            yield f"{_named(bid)}与提交时封存的记录不符"
        for bid in page:
            if bid not in wrong and (what := await _inside(bid)):
                yield f"{_named(bid)}{what}"
    gone = Event.filter(command=SUBMIT).exclude(subject_id__in=Subquery(Bid.all().values("id")))
    for number in sorted({int(str(pk)) for pk in await gone.values_list("subject_id", flat=True)}):
        yield f"竞榜书 Bid:{number} 提交过，现在不在了"


def _named(bid: Bid) -> str:
    return f"{bid.unit.name}对“{bid.project.title}”的竞榜书（Bid:{bid.pk}）"


async def _inside(bid: Bid) -> str:
    """What is wrong within a bid whose sealed text is right."""
    if bid.state not in ("opened", "broken") and not await is_as_saved(bid):
        return "的草稿与最后一次保存的不符"
    if bid.state not in ("submitted", "opened"):
        return ""
    try:
        content = unsealed(bid.sealed, bid.seal)
    except NotNow:
        return ""  # Checked without the key that opens it, as a backup may be: the digest has told enough.
    if bid.state == "opened" and any(getattr(bid, name) != content[name] for name in OPENLY):
        return "打开后的内容与封存的不符"
    papers = [Paper(**one) for one in content["papers"]]
    return "" if bid.state == "opened" or await lies_there(papers) else "的附件不在，或者与封存时不符"


@compared(Score)
async def changed_sheets() -> AsyncIterator[str]:
    """Sheets whose points or words are not those that were handed in."""
    done = Scorer.filter(state="done").select_related("project", "post__person")
    async for page in page_by_page(done):
        held, now = await _handed_in(page), await sheets(page)
        for scorer in page:
            if held.get(scorer.pk) not in (None, now[scorer.pk]):
                yield f"{scorer.post.person.name}对“{scorer.project.title}”的评分（Scorer:{scorer.pk}）与交表时不符"


async def _handed_in(scorers: Sequence[Scorer]) -> dict[int, str]:
    """By scorer, the digest of the sheet as the trail has it."""
    numbers = [one.pk for one in scorers]
    events = Event.filter(subject_type="Scorer", subject_id__in=numbers, command=HAND_IN).order_by("id")
    shown = {event.subject_id: event.facts.get("shown") for event in await events}
    sheets_shown = {pk: one.get("sheet") for pk, one in shown.items() if isinstance(one, dict)}
    return {pk: sheet for pk, sheet in sheets_shown.items() if sheet is not None}
