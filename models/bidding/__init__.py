"""Bidding (揭榜): projects on an open board, sealed bids, a comparison with reasons, an award, and what came of it."""

from models.base.events import Event
from models.bidding.award_decisions import (
    announce_award,
    answer_award_objection,
    end_without_award,
    give_up_award,
    let_award_stand,
    object_to_award,
    objections_until,
    undo_award,
)
from models.bidding.awards import (
    Award,
    AwardObjection,
    Milestone,
    MilestoneFile,
    in_their_turn,
)
from models.bidding.comparison import compare
from models.bidding.delivery import accept_milestone, report_milestone, return_milestone
from models.bidding.drafting import (
    approve_project,
    cancel_project,
    change_project,
    draft_project,
    drop_project,
    send_project_back,
    submit_project,
)
from models.bidding.extensions import StepExtension
from models.bidding.facts import FACTS, dispute_fact
from models.bidding.fairness import Fairness, Winner, fairness, winners_of
from models.bidding.filters import (
    STAGES,
    Glance,
    ProjectFilter,
    ToldObjection,
    bids_counted,
    glance,
    invitations,
    objections_told,
    on_the_board,
    projects_waiting,
    standing_award,
    townships_of_the_board,
)
from models.bidding.integrity import sentence_on
from models.bidding.offers import Bid, BidFile, Fact
from models.bidding.opening import may_leave_out, open_bids, villages_not_as_sealed
from models.bidding.papers import Paper, held_sealed, hold, paper_held
from models.bidding.records import Criterion, Entrant, Project, ProjectFile
from models.bidding.relisting import Difference, differences, relist
from models.bidding.scores import Score, Scorer
from models.bidding.scoring import (
    declare,
    discuss_scores,
    hand_in,
    name_scorers,
    release_scorer,
    score_bid,
)
from models.bidding.signed_content import bids_read
from models.bidding.states import (
    AWARD_STATES,
    BID_STATES,
    DEPTHS,
    KINDS,
    MILESTONE_STATES,
    MILESTONES,
    OBJECTION_STATES,
    PROJECT_STATES,
    SCORER_STATES,
    STEP_TIME_STATES,
)
from models.bidding.step_time import (
    answer_step_time,
    ask_for_step_time,
    resume_step,
    suspend_step,
    take_back_step_time,
)
from models.bidding.submission import (
    own_bid_of,
    paper_of,
    papers_of,
    submit_bid,
    withdraw_bid,
    write_bid,
    written_in,
)
from models.bidding.totals import Spread, Total, ranked, spreads, totals
from models.bidding.verifying import changed_sheets, exchanged_bids

Event.seen_with["Bid"] = Bid

__all__ = [
    "AWARD_STATES",
    "BID_STATES",
    "DEPTHS",
    "FACTS",
    "KINDS",
    "MILESTONES",
    "MILESTONE_STATES",
    "OBJECTION_STATES",
    "PROJECT_STATES",
    "SCORER_STATES",
    "STAGES",
    "STEP_TIME_STATES",
    "Award",
    "AwardObjection",
    "Bid",
    "BidFile",
    "Criterion",
    "Difference",
    "Entrant",
    "Fact",
    "Fairness",
    "Glance",
    "Milestone",
    "MilestoneFile",
    "Paper",
    "Project",
    "ProjectFile",
    "ProjectFilter",
    "Score",
    "Scorer",
    "Spread",
    "StepExtension",
    "ToldObjection",
    "Total",
    "Winner",
    "accept_milestone",
    "announce_award",
    "answer_award_objection",
    "answer_step_time",
    "approve_project",
    "ask_for_step_time",
    "bids_counted",
    "bids_read",
    "cancel_project",
    "change_project",
    "changed_sheets",
    "compare",
    "declare",
    "differences",
    "discuss_scores",
    "dispute_fact",
    "draft_project",
    "drop_project",
    "end_without_award",
    "exchanged_bids",
    "fairness",
    "give_up_award",
    "glance",
    "hand_in",
    "held_sealed",
    "hold",
    "in_their_turn",
    "invitations",
    "let_award_stand",
    "may_leave_out",
    "name_scorers",
    "object_to_award",
    "objections_told",
    "objections_until",
    "on_the_board",
    "open_bids",
    "own_bid_of",
    "paper_held",
    "paper_of",
    "papers_of",
    "projects_waiting",
    "ranked",
    "release_scorer",
    "relist",
    "report_milestone",
    "resume_step",
    "return_milestone",
    "score_bid",
    "send_project_back",
    "sentence_on",
    "spreads",
    "standing_award",
    "submit_bid",
    "submit_project",
    "suspend_step",
    "take_back_step_time",
    "totals",
    "townships_of_the_board",
    "undo_award",
    "villages_not_as_sealed",
    "winners_of",
    "withdraw_bid",
    "write_bid",
    "written_in",
]
