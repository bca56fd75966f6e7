"""The bidding board through GraphQL: projects, bids once they are open, comparison, awards and what was built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry

from models import bidding
from models.base.viewer import Viewer
from schema.base.fills import computed, later, may, versioned, void_signatures
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.bidding.inputs import COMPARED, CRITERIA, SCORES
from schema.people import Post
from schema.units import Unit


async def _counted(_: Viewer, projects: list[Any]) -> Mapping[int, int]:
    return await bidding.bids_counted(projects)


async def _totals(viewer: Viewer, bids: list[Any]) -> Mapping[int, str]:
    return {number: str(total.value) for number, total in (await bidding.ranked(viewer, bids)).items()}


async def _ranks(viewer: Viewer, bids: list[Any]) -> Mapping[int, int]:
    return {number: one.rank for number, one in (await bidding.ranked(viewer, bids)).items()}


@type_for(bidding.Criterion)
class Criterion(Node):
    project: Project
    position: int
    title: str
    weight: int
    guidance: str


@type_for(bidding.Entrant)
class Entrant(Node):
    project: Project
    unit: Unit
    may_write_bid: bool = may(bidding.write_bid)


@type_for(bidding.Fact)
class Fact(Node):
    bid: Bid
    name: str
    name_label: str = computed(bidding.FACTS.get, "name")
    value: str
    source: str
    as_of: date
    disputed: str
    disputed_at: datetime | None
    may_dispute: bool = may(bidding.dispute_fact)


@type_for(bidding.Score)
class Score(Node):
    bid: Bid
    criterion: Criterion
    points: int | None
    words: str
    by: Post | None


@type_for(bidding.Bid)
class Bid(Node):
    project: Project
    unit: Unit
    version: str = versioned()
    state: str
    state_label: str = computed(bidding.BID_STATES.get, "state")
    submitted_at: datetime | None
    strengths: str
    plan: str
    own_yuan: int
    asked_yuan: int
    schedule: str
    decided: bool
    decision_note: str
    written_by: Post | None
    total: str | None = later(
        _totals,
        "Exact weighted mean of the points as a fraction, once the comparison may be read; else null.",
    )
    rank: int | None = later(
        _ranks, "1 for the best by points; equal totals share a rank. Null as `total` is."
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
    state: str
    state_label: str = computed(bidding.SCORER_STATES.get, "state")
    done_at: datetime | None
    may_declare: bool = may(bidding.declare)
    may_score: bool = may(bidding.score_bid)
    may_hand_in: bool = may(bidding.hand_in)
    may_release: bool = may(bidding.release_scorer)


@type_for(bidding.Milestone)
class Milestone(Node):
    award: Award
    kind: str
    kind_label: str = computed(bidding.MILESTONES.get, "kind")
    title: str
    due_on: date
    version: str = versioned()
    state: str
    state_label: str = computed(bidding.MILESTONE_STATES.get, "state")
    words: str
    delay_reason: str
    return_note: str
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
    state: str
    state_label: str = computed(bidding.OBJECTION_STATES.get, "state")
    made_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    version: str = versioned()
    may_answer: bool = may(bidding.answer_award_objection)


@type_for(bidding.Award)
class Award(Node):
    project: Project
    bid: Bid | None
    unit: Unit
    state: str
    state_label: str = computed(bidding.AWARD_STATES.get, "state")
    reason: str
    is_single: bool
    announced_at: datetime
    standstill_until: date | None
    fallen_note: str
    at_fault: bool
    milestones = many(Milestone, "award_id", order=("position", "id"))
    objections = many(AwardObjection, "award_id")
    may_object: bool = may(bidding.object_to_award)
    may_undo: bool = may(bidding.undo_award)
    may_give_up: bool = may(bidding.give_up_award)


@type_for(bidding.Project)
class Project(Node):
    township: Unit
    title: str
    kind: str
    kind_label: str = computed(bidding.KINDS.get, "kind")
    depth: str
    depth_label: str = computed(bidding.DEPTHS.get, "depth")
    purpose: str
    support: str
    support_yuan: int
    conditions: str
    contact: str
    opens_at: datetime
    closes_at: datetime
    standstill_days: int
    shows_numbers: bool
    widest_spread: int
    start_by: date
    finish_by: date
    void_signatures: list[str] = void_signatures()
    version: str = versioned()
    state: str
    state_label: str = computed(bidding.PROJECT_STATES.get, "state")
    outcome_note: str
    instead_of: Project | None
    drafted_by: Post | None
    approved_by: Post | None
    published_at: datetime | None
    opened_at: datetime | None
    facts_until: date | None
    told_at: datetime | None
    compared_at: datetime | None
    bid_count: int | None = later(
        _counted, "Bids submitted; null where the project does not tell before they are opened."
    )
    bids_not_as_sealed: list[str] = later(
        bidding.villages_not_as_sealed,
        "For who may open the bids, once the closing time is over: villages whose bid does not agree with the digest in the trail.",
    )
    criteria = many(Criterion, "project_id", order=("position", "id"))
    entrants = many(Entrant, "project_id")
    bids = many(Bid, "project_id")
    scorers = many(Scorer, "project_id")
    awards = many(Award, "project_id")
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


@strawberry.input(description="What to look for on the board.")
class ProjectFilter(bidding.ProjectFilter):
    stage: str = ""
    kind: str = ""
    township: str = ""
    text: str = ""


@strawberry.type
class Queries:
    projects = pages(Project, wanted=ProjectFilter)
    project = single(Project)
    entrants = pages(Entrant)
    entrant = single(Entrant)
    criteria = pages(Criterion)
    criterion = single(Criterion)
    bids = pages(Bid)
    bid = single(Bid)
    facts = pages(Fact)
    fact = single(Fact)
    scores = pages(Score)
    score = single(Score)
    scorers = pages(Scorer)
    scorer = single(Scorer)
    awards = pages(Award)
    award = single(Award)
    award_objections = pages(AwardObjection)
    award_objection = single(AwardObjection)
    milestones = pages(Milestone)
    milestone = single(Milestone)


@mutations
class Mutations:
    draft_project = mutation(bidding.draft_project, Project, "township", together=CRITERIA)
    change_project = mutation(bidding.change_project, Project, "project", together=CRITERIA)
    submit_project = mutation(bidding.submit_project, Project, "project")
    approve_project = mutation(bidding.approve_project, Project, "project")
    send_project_back = mutation(bidding.send_project_back, Project, "project")
    drop_project = mutation(bidding.drop_project, Project, "project")
    cancel_project = mutation(bidding.cancel_project, Project, "project")
    relist_project = mutation(bidding.relist, Project, "project")
    write_bid = mutation(bidding.write_bid, Bid, "entrant")
    submit_bid = mutation(bidding.submit_bid, Bid, "bid")
    withdraw_bid = mutation(bidding.withdraw_bid, Bid, "bid")
    open_bids = mutation(bidding.open_bids, Project, "project")
    dispute_fact = mutation(bidding.dispute_fact, Fact, "fact")
    compare_bids = mutation(bidding.compare, Project, "project", together=COMPARED)
    name_scorers = mutation(bidding.name_scorers, Project, "project")
    declare_ties = mutation(bidding.declare, Scorer, "scorer")
    score_bid = mutation(bidding.score_bid, Scorer, "scorer", together=SCORES)
    hand_in_scores = mutation(bidding.hand_in, Scorer, "scorer")
    release_scorer = mutation(bidding.release_scorer, Scorer, "scorer")
    discuss_scores = mutation(bidding.discuss_scores, Project, "project")
    announce_award = mutation(bidding.announce_award, Award, "project")
    object_to_award = mutation(bidding.object_to_award, AwardObjection, "award")
    answer_award_objection = mutation(bidding.answer_award_objection, AwardObjection, "objection")
    undo_award = mutation(bidding.undo_award, Award, "award")
    give_up_award = mutation(bidding.give_up_award, Award, "award")
    end_without_award = mutation(bidding.end_without_award, Project, "project")
    report_milestone = mutation(bidding.report_milestone, Milestone, "milestone")
    accept_milestone = mutation(bidding.accept_milestone, Milestone, "milestone")
    return_milestone = mutation(bidding.return_milestone, Milestone, "milestone")
