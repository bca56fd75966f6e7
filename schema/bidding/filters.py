"""What readers look for among what belongs to projects: bids, awards, steps of building and whatever stands below them."""

from __future__ import annotations

from models import bidding
from schema.base.filters import any_of, any_row, below, days, filter_of, moments
from schema.bidding.words import (
    AwardObjectionState,
    AwardState,
    BidState,
    FactName,
    MilestoneKind,
    MilestoneState,
    ScorerState,
)

EntrantFilter = filter_of(
    "EntrantFilter",
    "What to look for among villages that may bid.",
    projects=any_row("project_id", bidding.Project, "Those that may bid for any of these projects."),
    within=below("unit__path", "Villages at or below this unit."),
)


CriterionFilter = filter_of(
    "CriterionFilter",
    "What to look for among criteria.",
    projects=any_row("project_id", bidding.Project, "Criteria of any of these projects."),
)


BidFilter = filter_of(
    "BidFilter",
    "What to look for among bids.",
    projects=any_row("project_id", bidding.Project, "Bids for any of these projects."),
    states=any_of("state", BidState, "Bids in any of these states."),
    within=below("unit__path", "Bids of villages at or below this unit."),
)


FactFilter = filter_of(
    "FactFilter",
    "What to look for among facts.",
    bids=any_row("bid_id", bidding.Bid, "Facts beside any of these bids."),
    names=any_of("name", FactName, "Any of these facts."),
)


ScoreFilter = filter_of(
    "ScoreFilter",
    "What to look for among scores.",
    bids=any_row("bid_id", bidding.Bid, "Scores of any of these bids."),
    criteria=any_row("criterion_id", bidding.Criterion, "Scores by any of these criteria."),
)


ScorerFilter = filter_of(
    "ScorerFilter",
    "What to look for among scorers.",
    projects=any_row("project_id", bidding.Project, "Scorers of any of these projects."),
    states=any_of("state", ScorerState, "Scorers in any of these states."),
)


AwardFilter = filter_of(
    "AwardFilter",
    "What to look for among awards.",
    projects=any_row("project_id", bidding.Project, "Awards of any of these projects."),
    bids=any_row("bid_id", bidding.Bid, "Awards to any of these bids."),
    states=any_of("state", AwardState, "Awards in any of these states."),
    within=below("unit__path", "Awards to villages at or below this unit."),
    announced_at=moments("announced_at", "「公示」 between these instants."),
)


AwardObjectionFilter = filter_of(
    "AwardObjectionFilter",
    "What to look for among objections to awards.",
    awards=any_row("award_id", bidding.Award, "Objections to any of these awards."),
    states=any_of("state", AwardObjectionState, "Objections in any of these states."),
    within=below("unit__path", "Objections of villages at or below this unit."),
    due_on=days("due_on", "「答复期限」 within these days."),
)


MilestoneFilter = filter_of(
    "MilestoneFilter",
    "What to look for among steps of building.",
    awards=any_row("award_id", bidding.Award, "Steps of any of these awards."),
    kinds=any_of("kind", MilestoneKind, "Steps of any of these kinds."),
    states=any_of("state", MilestoneState, "Steps in any of these states."),
    within=below("award__unit__path", "Steps of villages at or below this unit."),
    due_on=days("due_on", "「计划日期」 within these days."),
)
