"""What pages show once the bids are open: comparison, scorers, award, objections and what is built."""

from __future__ import annotations

from typing import Any

from models import bidding
from models.base.decision_pages import note_to_decide
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.bidding import (
    Award,
    AwardObjection,
    Bid,
    BidFile,
    Fact,
    Milestone,
    Project,
    Score,
    Scorer,
    StepExtension,
)
from models.bidding.awards import MilestoneFile
from models.people import Post, in_force
from models.people.roles import SCORERS


async def judged(viewer: Viewer, project: Project) -> dict[str, Any]:
    """Everything the page shows once the bids are open; so many statements, whatever the number of bids."""
    if project.opened_at is None:
        return {"bids": [], "scorers": [], "awards": [], "fair": None, "free": []}
    bids = (
        await Bid.visible_to(viewer)
        .filter(project=project, state="opened")
        .order_by("id")
        .select_related("unit")
    )
    numbers = [bid.pk for bid in bids]
    scores = await Score.visible_to(viewer).filter(bid_id__in=numbers).order_by("id")
    facts = await Fact.visible_to(viewer).filter(bid_id__in=numbers).order_by("id")
    papers = await BidFile.visible_to(viewer).filter(bid_id__in=numbers).order_by("id").select_related("file")
    totals = await bidding.ranked(viewer, bids)
    scorers = Scorer.visible_to(viewer).filter(project=project).order_by("id")
    named = await scorers.prefetch_related(*Scorer.judged_with)
    await note_words(viewer, *named)
    return {
        "bids": bids,
        "scores": by(scores, "bid_id"),
        "facts": by(facts, "bid_id"),
        "papers": {number: [one.file for one in rows] for number, rows in by(papers, "bid_id").items()},
        "fact_names": bidding.FACTS,
        "totals": totals,
        "spreads": await bidding.spreads(project) if totals else [],
        "scorers": named,
        "free": await _free(viewer, project),
        "fair": await bidding.fairness(project.township),
        **await _awarded(viewer, project),
    }


def by(rows: list[Any], column: str) -> dict[int, list[Any]]:
    """The rows by the number in a column."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


async def _free(viewer: Viewer, project: Project) -> list[tuple[int, str]]:
    """People of the township who may be named to score, while somebody may name them."""
    if not bidding.name_scorers.allows(viewer, project):
        return []
    posts = Post.visible_to(viewer).filter(
        in_force(), unit__path__startswith=project.township.path, role__in=SCORERS
    )
    named = set(await Scorer.filter(project=project).values_list("post_id", flat=True))
    rows = await posts.order_by("unit__path", "id").select_related("person", "unit")
    return [(p.pk, f"{p.person.name}（{p.unit.name} {p.role_label}）") for p in rows if (p.pk,) not in named]


async def _awarded(viewer: Viewer, project: Project) -> dict[str, Any]:
    """The award, with what was objected to it and what is built; one statement where there is none."""
    rows = Award.visible_to(viewer).filter(project=project).order_by("id")
    awards = await rows.prefetch_related(*Award.judged_with)
    if not awards:
        return {"awards": [], "objections": {}, "milestones": {}, "times": {}, "shots": {}}
    numbers = [award.pk for award in awards]
    objections = (
        await AwardObjection.visible_to(viewer)
        .filter(award_id__in=numbers)
        .order_by("id")
        .prefetch_related(*AwardObjection.judged_with)
    )
    steps = bidding.in_their_turn(
        await Milestone.visible_to(viewer)
        .filter(award_id__in=numbers)
        .order_by("position")
        .prefetch_related(*Milestone.judged_with)
    )
    times = (
        await StepExtension.visible_to(viewer)
        .filter(milestone__award_id__in=numbers)
        .order_by("id")
        .prefetch_related(*StepExtension.judged_with)
    )
    await note_versions(*steps)
    await note_to_decide(viewer, times, bidding.answer_step_time)
    await note_to_decide(viewer, objections, bidding.answer_award_objection)
    shots = (
        MilestoneFile.visible_to(viewer).filter(milestone_id__in=[step.pk for step in steps]).order_by("id")
    )
    shown = by(await shots.select_related("file"), "milestone_id")
    return {
        "awards": awards,
        "objections": by(objections, "award_id"),
        "milestones": by(steps, "award_id"),
        "times": by(times, "milestone_id"),
        "shots": {number: [one.file for one in rows] for number, rows in shown.items()},
    }
