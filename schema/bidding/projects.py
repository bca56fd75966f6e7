"""The bidding board through GraphQL: projects, bids once they are open, comparison, awards and what was built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry

from models import bidding
from models.base.viewer import Viewer
from schema.base.enums import coded
from schema.base.fills import computed, created_at, created_by, later, may, versioned, void_signatures
from schema.base.nodes import Node, type_for
from schema.base.numbers import Fraction, Yuan
from schema.base.roots import many, pages, single
from schema.bidding.filters import (
    AwardFilter,
    AwardObjectionFilter,
    BidFilter,
    CriterionFilter,
    EntrantFilter,
    FactFilter,
    MilestoneFilter,
    ScoreFilter,
    ScorerFilter,
)
from schema.bidding.words import (
    AwardObjectionState,
    AwardState,
    BidDepth,
    BidState,
    FactName,
    MilestoneKind,
    MilestoneState,
    ProjectFilter,
    ProjectKind,
    ProjectOrder,
    ProjectState,
    ScorerState,
)
from schema.people import Post
from schema.units import Unit


async def _counted(_: Viewer, projects: list[Any]) -> Mapping[int, int]:
    return await bidding.bids_counted(projects)


async def _totals(viewer: Viewer, bids: list[Any]) -> Mapping[int, float]:
    return {number: float(total.value) for number, total in (await bidding.ranked(viewer, bids)).items()}


async def _exact_totals(viewer: Viewer, bids: list[Any]) -> Mapping[int, str]:
    return {number: str(total.value) for number, total in (await bidding.ranked(viewer, bids)).items()}


async def _ranks(viewer: Viewer, bids: list[Any]) -> Mapping[int, int]:
    return {number: one.rank for number, one in (await bidding.ranked(viewer, bids)).items()}


@type_for(bidding.Criterion)
class Criterion(Node):
    project: Project
    position: int
    title: str
    weight: int = strawberry.field(
        name="weightPercent", description="「权重」 where points are given: all of them add up to 100."
    )
    guidance: str | None


@type_for(bidding.Entrant)
class Entrant(Node):
    project: Project
    unit: Unit
    may_write_bid: bool = may(bidding.write_bid)


@type_for(bidding.Fact)
class Fact(Node):
    bid: Bid
    name: str = coded(FactName)
    name_label: str = computed(bidding.FACTS.get, "name")
    value: str
    source: str
    as_of: date
    disputed: str | None
    disputed_at: datetime | None
    may_dispute: bool = may(bidding.dispute_fact)


@type_for(bidding.Score)
class Score(Node):
    bid: Bid
    criterion: Criterion
    points: int | None = strawberry.field(name="score", description="「分数」 of 100.")
    words: str | None
    by: Post | None = created_by()


@type_for(bidding.Bid)
class Bid(Node):
    project: Project
    unit: Unit
    version: str = versioned()
    state: str = coded(BidState)
    state_label: str = computed(bidding.BID_STATES.get, "state")
    submitted_at: datetime | None
    strengths: str | None
    plan: str | None
    own_yuan: Yuan
    asked_yuan: Yuan
    schedule: str | None
    decided: bool = strawberry.field(
        name="isDecided", description="Whether the village says that it has decided by the book."
    )
    decision_note: str | None
    written_by: Post | None = created_by()
    score: float | None = later(
        _totals, "「得分」 Weighted mean of the points, of 100, once the comparison may be read; else null."
    )
    exact_score: str | None = later(_exact_totals, "The same exactly.", graphql_type=Fraction | None)
    rank: int | None = later(
        _ranks, "1 for the best by points; equal totals share a rank. Null as `score` is."
    )
    facts = many(Fact, "bid_id")
    scores = many(Score, "bid_id")
    may_submit: bool = may(bidding.submit_bid)
    may_withdraw: bool = may(bidding.withdraw_bid)


@type_for(bidding.Scorer)
class Scorer(Node):
    project: Project
    post: Post | None
    void_signatures: list[str] = void_signatures()
    version: str = versioned()
    state: str = coded(ScorerState)
    state_label: str = computed(bidding.SCORER_STATES.get, "state")
    done_at: datetime | None
    may_declare: bool = may(bidding.declare)
    may_score: bool = may(bidding.score_bid)
    may_hand_in: bool = may(bidding.hand_in)
    may_release: bool = may(bidding.release_scorer)


@type_for(bidding.Milestone)
class Milestone(Node):
    award: Award
    kind: str = coded(MilestoneKind)
    kind_label: str = computed(bidding.MILESTONES.get, "kind")
    title: str
    due_on: date
    version: str = versioned()
    state: str = coded(MilestoneState)
    state_label: str = computed(bidding.MILESTONE_STATES.get, "state")
    words: str | None
    delay_reason: str | None
    return_note: str | None
    reported_at: datetime | None
    accepted_at: datetime | None
    suspended_at: datetime | None
    may_report: bool = may(bidding.report_milestone)
    may_accept: bool = may(bidding.accept_milestone)
    may_return: bool = may(bidding.return_milestone)
    may_ask_for_time: bool = may(bidding.ask_for_step_time)
    may_suspend: bool = may(bidding.suspend_step)
    may_resume: bool = may(bidding.resume_step)


@type_for(bidding.AwardObjection)
class AwardObjection(Node):
    award: Award
    unit: Unit
    words: str
    state: str = coded(AwardObjectionState)
    state_label: str = computed(bidding.OBJECTION_STATES.get, "state")
    made_at: datetime = created_at()
    due_on: date
    by: Post | None = created_by()
    answer: str | None
    answered_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(bidding.answer_award_objection)


@type_for(bidding.Award)
class Award(Node):
    project: Project
    bid: Bid | None
    unit: Unit
    state: str = coded(AwardState)
    state_label: str = computed(bidding.AWARD_STATES.get, "state")
    reason: str
    is_single: bool
    by: Post | None = created_by()
    announced_at: datetime
    standstill_until: date | None
    fallen_note: str | None
    at_fault: bool = strawberry.field(
        name="isAtFault", description="Whether the village is to blame where it fell."
    )
    milestones = many(Milestone, "award_id", order=("position", "id"), wanted=MilestoneFilter)
    objections = many(AwardObjection, "award_id")
    may_object: bool = may(bidding.object_to_award)
    may_undo: bool = may(bidding.undo_award)
    may_give_up: bool = may(bidding.give_up_award)


@type_for(bidding.Project)
class Project(Node):
    township: Unit
    title: str
    kind: str = coded(ProjectKind)
    kind_label: str = computed(bidding.KINDS.get, "kind")
    depth: str = coded(BidDepth)
    depth_label: str = computed(bidding.DEPTHS.get, "depth")
    purpose: str
    support: str
    support_yuan: Yuan
    conditions: str | None
    contact: str
    opens_at: datetime
    closes_at: datetime
    standstill_days: int
    shows_numbers: bool = strawberry.field(
        name="isBidCountShown", description="Whether the number of bids is told before they are opened."
    )
    widest_spread: int = strawberry.field(name="widestSpreadScore")
    start_by: date
    finish_by: date
    void_signatures: list[str] = void_signatures()
    version: str = versioned()
    state: str = coded(ProjectState)
    state_label: str = computed(bidding.PROJECT_STATES.get, "state")
    outcome_note: str | None
    instead_of: Project | None
    drafted_by: Post | None = created_by()
    approved_by: Post | None
    published_at: datetime | None
    opened_at: datetime | None
    facts_until: date | None
    told_at: datetime | None
    compared_at: datetime | None
    bid_count: int | None = later(
        _counted, "Bids submitted; null where the project does not tell before they are opened."
    )
    late_days: int = later(
        bidding.days_late, "Whole days by which the step of building that is latest is late; 0 where none is."
    )
    bids_not_as_sealed: list[str] = later(
        bidding.villages_not_as_sealed,
        "For who may open the bids, once the closing time is over: villages whose bid does not agree with the digest in the trail.",
    )
    criteria = many(Criterion, "project_id", order=("position", "id"))
    entrants = many(Entrant, "project_id")
    bids = many(Bid, "project_id", wanted=BidFilter)
    scorers = many(Scorer, "project_id")
    awards = many(Award, "project_id", wanted=AwardFilter)
    may_change: bool = may(bidding.change_project)
    may_submit: bool = may(bidding.submit_project)
    may_approve: bool = may(bidding.approve_project)
    may_send_back: bool = may(bidding.send_project_back)
    may_drop: bool = may(bidding.drop_project)
    may_cancel: bool = may(bidding.cancel_project)
    may_relist: bool = may(bidding.relist)
    may_open: bool = may(bidding.open_bids)
    may_compare: bool = may(bidding.compare)
    may_name_scorers: bool = may(bidding.name_scorers)
    may_award: bool = may(bidding.announce_award)
    may_end: bool = may(bidding.end_without_award)


@strawberry.type
class Queries:
    projects = pages(Project, wanted=ProjectFilter, orders=ProjectOrder)
    project = single(Project)
    entrants = pages(Entrant, wanted=EntrantFilter)
    entrant = single(Entrant)
    criteria = pages(Criterion, wanted=CriterionFilter)
    criterion = single(Criterion)
    bids = pages(Bid, wanted=BidFilter)
    bid = single(Bid)
    facts = pages(Fact, wanted=FactFilter)
    fact = single(Fact)
    scores = pages(Score, wanted=ScoreFilter)
    score = single(Score)
    scorers = pages(Scorer, wanted=ScorerFilter)
    scorer = single(Scorer)
    awards = pages(Award, wanted=AwardFilter)
    award = single(Award)
    award_objections = pages(AwardObjection, wanted=AwardObjectionFilter)
    award_objection = single(AwardObjection)
    milestones = pages(Milestone, wanted=MilestoneFilter)
    milestone = single(Milestone)
