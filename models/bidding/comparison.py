"""简易比选: one recorded comparison in words, every bid by every criterion."""

from __future__ import annotations

from models.base.clock import now
from models.base.commands import FromAbove, command, rule
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.bidding.drafting import is_at_the_desk
from models.bidding.offers import Bid
from models.bidding.records import Criterion, Project
from models.bidding.scores import Score


@rule("这个项目是评分比选，由评分人打分。")
def is_compared_in_words(project: Project) -> bool:
    return not project.is_scored


@rule("比选已经记录，不能再改。")
def is_uncompared(project: Project) -> bool:
    return project.compared_at is None


@command(said="记录比选", who=is_at_the_desk, when=(is_compared_in_words, is_uncompared), binds=WHOLE)
async def compare(
    actor: Viewer, project: Project, *, bids: list[Bid], words: FromAbove[list[str]]
) -> Project:
    """Record the comparison: for each bid in turn, words under every criterion in their order."""
    criteria = await Criterion.filter(project=project).order_by("position")
    wanted = await Bid.filter(project=project, state="opened").values_list("id", flat=True)
    if sorted(bid.pk for bid in bids) != sorted(int(str(number)) for number in wanted):
        raise Invalid("每个村社的竞榜书都要比到，请刷新页面后再填。", field="bids")
    if len(words) != len(bids) * len(criteria):
        raise Invalid("每个村社的每条标准都要写几个字。", field="words")
    cells = iter(words)
    for bid in bids:
        for criterion in criteria:
            said = _worded(next(cells), criterion)
            await Score.create(bid=bid, criterion=criterion, by_id=actor.post_id, words=said)
    project.compared_at, project.compared_by_id = now(), actor.post_id
    await project.save(update_fields=["compared_at", "compared_by_id"])
    return project


def _worded(words: str, criterion: Criterion) -> str:
    if not 1 <= len(words.strip()) <= 500:
        raise Invalid(f"“{criterion.title}”：每个村社都要写 1 到 500 个字。", field="words")
    return words.strip()
