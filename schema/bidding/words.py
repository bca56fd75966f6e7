"""The closed lists of words of the board, and what readers of it look for."""

from __future__ import annotations

from typing import Any

from models import bidding
from models.base.clock import today
from models.base.viewer import NOTHING, subtree
from models.bidding.filters import STATES_OF
from schema.base.enums import enum_of
from schema.base.filters import Part, any_of, any_row, below, days, filter_of, moments, related, text
from schema.base.orders import By, order_of
from schema.units import UnitRef

ProjectState = enum_of("ProjectState", bidding.PROJECT_STATES, "How far a project has come.")
ProjectKind = enum_of("ProjectKind", bidding.KINDS, "What a project is for.")
BidDepth = enum_of("BidDepth", bidding.DEPTHS, "How bids are compared.")
ProjectStage = enum_of("ProjectStage", bidding.STAGES, "Where a project stands, for readers of the board.")
BidState = enum_of("BidState", bidding.BID_STATES, "How far a bid has come.")
AwardState = enum_of("AwardState", bidding.AWARD_STATES, "Whether an award stands.")
AwardObjectionState = enum_of(
    "AwardObjectionState", bidding.OBJECTION_STATES, "What became of an objection to an award."
)
MilestoneKind = enum_of("MilestoneKind", bidding.MILESTONES, "What a step of building is.")
MilestoneState = enum_of("MilestoneState", bidding.MILESTONE_STATES, "How far a step of building has come.")
ScorerState = enum_of("ScorerState", bidding.SCORER_STATES, "How far a scorer has come.")
FactName = enum_of("FactName", bidding.FACTS, "What is told of a village beside its bid.")


def _at_stages(rows: Any, stages: list[str]) -> Any:
    held = [state for stage in stages for state in STATES_OF[stage]]
    return rows.filter(state__in=held) if held else rows.filter(NOTHING)


ProjectFilter = filter_of(
    "ProjectFilter",
    "What to look for on the board.",
    text=text(bidding.ProjectFilter, "Part of the title."),
    stages=Part(list[ProjectStage], "Projects at any of these stages.", _at_stages),  # type: ignore[valid-type]
    states=any_of("state", ProjectState, "Projects in any of these states."),
    kinds=any_of("kind", ProjectKind, "Projects of any of these kinds."),
    within=below("township__path", "Projects of townships at or below this unit."),
    instead_of=any_row("instead_of_id", bidding.Project, "Projects listed again instead of any of these."),
    awarded_to=related(
        UnitRef,
        bidding.Award,
        "project_id",
        lambda rows, unit: rows.filter(subtree("unit__path", unit.path), state="standing"),
        "Projects whose award to a village at or below this unit stands.",
    ),
    closes_at=moments("closes_at", "「竞榜截止」 between these instants."),
    finish_by=days("finish_by", "「建成期限」 within these days."),
    is_late=related(
        bool,
        bidding.Milestone,
        "award__project_id",
        lambda rows, _: rows.filter(
            state__in=bidding.OPEN_STEPS, due_on__lt=today(), award__state="standing"
        ),
        "With a step of building that is to be reported and whose day has passed.",
    ),
)


ProjectOrder = order_of(
    "ProjectOrder",
    CREATED_AT=By("id", "By when they were drafted."),
    CLOSES_AT=By("closes_at", "「竞榜截止」"),
    FINISH_BY=By("finish_by", "「建成期限」"),
)
