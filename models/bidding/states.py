"""The states of projects, bids and awards, in the words people read."""

from __future__ import annotations

from models.base.states import States, during

PROJECT_STATES = {
    "draft": "起草中",
    "submitted": "待审批",
    "published": "竞榜中",
    "opened": "比选中",
    "announced": "公示中",
    "awarded": "建设中",
    "delivered": "已验收",
    "failed": "流标",
    "cancelled": "已取消",
    "dropped": "已作废",
}
ON_THE_BOARD = ("published", "opened", "announced", "awarded", "delivered", "failed", "cancelled")
"""States that anybody may know of, without signing in."""
OPENED = ("opened", "announced", "awarded", "delivered", "failed")
"""States of a project whose bids are no longer sealed (one cancelled before opening keeps them sealed for ever)."""

BID_STATES = {
    "draft": "未提交",
    "submitted": "已提交",
    "withdrawn": "已撤回",
    "opened": "已开标",
    "broken": "打不开",
}
AWARD_STATES = {"announced": "公示中", "standing": "已揭榜", "fallen": "已落空"}
OBJECTION_STATES = {
    "open": "待答复",
    "upheld": "异议成立",
    "dismissed": "异议不成立",
    "lapsed": "结果已落空，不用再答复",
}
MILESTONES = {"decision": "民主议事", "start": "开工", "progress": "进度", "acceptance": "验收"}
MILESTONE_STATES = {
    "planned": "未完成",
    "reported": "待验收",
    "returned": "退回整改",
    "suspended": "已中止",
    "accepted": "已通过",
    "dropped": "已取消",
}
STEP_TIME_STATES = {
    "asked": "待答复",
    "granted": "已同意",
    "refused": "不同意",
    "taken_back": "已撤回",
    "lapsed": "节点已办完，不用再答复",
}
SCORER_STATES = {"named": "待确认回避", "ready": "评分中", "done": "已评完", "recused": "已回避"}
DEPTHS = {"simple": "简易比选", "scored": "评分比选"}
KINDS = {
    "care": "养老托育",
    "industry": "产业发展",
    "building": "基础设施",
    "surroundings": "人居环境",
    "culture": "文化文明",
    "service": "便民服务",
    "other": "其他",
}

EXCUSING = (
    *("bidding.ask_for_step_time", "bidding.take_back_step_time", "bidding.answer_step_time"),
    *("bidding.suspend_step", "bidding.resume_step"),
)
UNDONE_STEPS = ("planned", "reported", "returned", "suspended")
NO_STEP_TIME = "这个节点现在是“{}”，不能延期或中止。"
PUBLIC = "这个项目现在是“{}”，只能取消，不能作废。"
COMPARING = "这个项目现在是“{}”，不在比选。"
BIDDING = "这个项目现在是“{}”，不收竞榜书。"
SCORED = "评分已经结束。"
UNBUILT = "这个项目现在是“{}”，没有在建设。"
comparing = during("opened", told=COMPARING)
scoring = during("opened", told=SCORED)
taking_bids = during("published", told=BIDDING)
undone = during("announced", "awarded", to="opened", told="这个项目现在是“{}”，不能再改。")
building = during("awarded", told=UNBUILT)

PROJECT = States(
    labels=PROJECT_STATES,
    born=("draft",),
    over=("delivered", "cancelled", "failed", "dropped"),
    verbs={
        "bidding.change_project": during("draft", told="这个项目现在是“{}”，不能再修改。"),
        "bidding.submit_project": during("draft", to="submitted", told="这个项目现在是“{}”，不能再修改。"),
        "bidding.send_project_back": during("submitted", to="draft", told="这个项目现在是“{}”，不用审批。"),
        "bidding.approve_project": during("submitted", to="published", told="这个项目现在是“{}”，不用审批。"),
        "bidding.drop_project": during("draft", "submitted", to="dropped", told=PUBLIC),
        "bidding.cancel_project": during(
            "published", "opened", to="cancelled", told="这个项目现在是“{}”，不能取消。"
        ),
        "bidding.relist": during("cancelled", "failed", told="这个项目现在是“{}”，不能重新上榜。"),
        "bidding.write_bid": taking_bids,
        "bidding.submit_bid": taking_bids,
        "bidding.withdraw_bid": taking_bids,
        "bidding.open_bids": during(
            "published", to=("opened", "failed"), told="这个项目现在是“{}”，不能开标。"
        ),
        "bidding.dispute_fact": during(
            "opened", "announced", "awarded", told="这个项目{}，不能再对事实提异议。"
        ),
        "bidding.compare": comparing,
        "bidding.name_scorers": comparing,
        "bidding.declare": scoring,
        "bidding.score_bid": scoring,
        "bidding.hand_in": scoring,
        "bidding.release_scorer": scoring,
        "bidding.discuss_scores": comparing,
        "bidding.announce_award": during("opened", to="announced", told=COMPARING),
        "bidding.end_without_award": during("opened", to="failed", told=COMPARING),
        "bidding.let_award_stand": during("announced", to="awarded", told="这个项目现在是“{}”。"),
        "bidding.object_to_award": during("announced", "awarded", told="这个项目现在是“{}”，不能再提异议。"),
        "bidding.answer_award_objection": undone,
        "bidding.undo_award": undone,
        "bidding.give_up_award": undone,
        "bidding.report_milestone": building,
        "bidding.return_milestone": building,
        **dict.fromkeys(EXCUSING, building),
        "bidding.accept_milestone": during("awarded", to="delivered", told=UNBUILT),
        "evaluation.praise_delivery": during("delivered", told="验收了的项目才能表扬。"),
    },
    beside={"bidding.announce_award": during("announced", to="awarded")},
)

BID = States(
    labels=BID_STATES,
    born=("draft",),
    over=("opened", "broken"),
    verbs={
        "bidding.submit_bid": during(
            "draft", "submitted", "withdrawn", to="submitted", told="这份竞榜书{}，不能再改。"
        ),
        "bidding.withdraw_bid": during("submitted", to="withdrawn", told="这份竞榜书{}，不用撤回。"),
        "bidding.dispute_fact": during("opened", told="这份竞榜书{}，不能提异议。"),
    },
    beside={"bidding.open_bids": during("submitted", to=("opened", "broken"))},
)

fallen = during("announced", "standing", to="fallen", told="这个结果{}。")
in_force = during("standing", told="这个结果现在是“{}”，没有在建设。")

AWARD = States(
    labels=AWARD_STATES,
    born=("announced",),
    over=("fallen",),
    verbs={
        "bidding.let_award_stand": during("announced", to="standing", told="这个结果现在是“{}”。"),
        "bidding.object_to_award": during("announced", "standing", told="这个结果{}。"),
        "bidding.answer_award_objection": fallen,
        "bidding.undo_award": fallen,
        "bidding.give_up_award": fallen,
        "bidding.report_milestone": in_force,
        "bidding.return_milestone": in_force,
        **dict.fromkeys(EXCUSING, in_force),
        "bidding.accept_milestone": in_force,
        "evaluation.praise_delivery": during("standing", told="验收了的项目才能表扬。"),
    },
    beside={"bidding.announce_award": during("announced", to="standing")},
)

FELLING = ("bidding.undo_award", "bidding.give_up_award", "bidding.answer_award_objection")

AWARD_OBJECTION = States(
    labels=OBJECTION_STATES,
    born=("open",),
    over=("upheld", "dismissed", "lapsed"),
    verbs={
        "bidding.answer_award_objection": during("open", to=("upheld", "dismissed"), told="已经答复：{}。")
    },
    beside={name: during("open", to="lapsed") for name in FELLING},
)

MILESTONE = States(
    labels=MILESTONE_STATES,
    born=("planned",),
    over=("accepted", "dropped"),
    verbs={
        "bidding.report_milestone": during(
            "planned", "returned", to="reported", told="这个节点{}，不用再报。"
        ),
        "bidding.accept_milestone": during("reported", to="accepted", told="这个节点现在是“{}”，不用审核。"),
        "bidding.return_milestone": during("reported", to="returned", told="这个节点现在是“{}”，不用审核。"),
        "bidding.ask_for_step_time": during("planned", "returned", told=NO_STEP_TIME),
        "bidding.take_back_step_time": during(*UNDONE_STEPS, told="这个节点现在是“{}”，不用撤回延期申请。"),
        "bidding.answer_step_time": during(*UNDONE_STEPS, told="这个节点现在是“{}”，不用再答复延期。"),
        "bidding.suspend_step": during("planned", "returned", to="suspended", told=NO_STEP_TIME),
        "bidding.resume_step": during(
            "suspended", to=("planned", "returned"), told="这个节点现在是“{}”，没有中止。"
        ),
    },
    beside={name: during(*UNDONE_STEPS, to="dropped") for name in FELLING},
)

STEP_TIME = States(
    labels=STEP_TIME_STATES,
    born=("asked",),
    over=("granted", "refused", "lapsed", "taken_back"),
    verbs={
        "bidding.take_back_step_time": during(
            "asked", to="taken_back", told="这个延期申请“{}”，不能再撤回。"
        ),
        "bidding.answer_step_time": during(
            "asked", to=("granted", "refused"), told="这个延期申请“{}”，不用再答复。"
        ),
    },
    beside={name: during("asked", to="lapsed") for name in (*FELLING, "bidding.accept_milestone")},
)

SCORER = States(
    labels=SCORER_STATES,
    born=("named",),
    over=("done", "recused"),
    verbs={
        "bidding.declare": during("named", to=("ready", "recused"), told="您现在是“{}”，不用再声明。"),
        "bidding.score_bid": during("ready", told="您现在是“{}”，不能打分。"),
        "bidding.hand_in": during("ready", to="done", told="您现在是“{}”，不能打分。"),
        "bidding.release_scorer": during("named", "ready", to="recused", told="这位评分人{}，不能更换。"),
    },
)
