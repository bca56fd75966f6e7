"""What is done on the board, from the first draft to the last inspection."""

from __future__ import annotations

from models import bidding
from schema.base.mutations import mutation, mutations
from schema.bidding.inputs import COMPARED, CRITERIA, SCORES
from schema.bidding.projects import Award, AwardObjection, Bid, Fact, Milestone, Project, Scorer
from schema.bidding.words import BidDepth, ProjectKind


@mutations
class Mutations:
    draft_project = mutation(
        bidding.draft_project, Project, "township", together=CRITERIA, kind=ProjectKind, depth=BidDepth
    )
    change_project = mutation(
        bidding.change_project, Project, "project", together=CRITERIA, kind=ProjectKind, depth=BidDepth
    )
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
