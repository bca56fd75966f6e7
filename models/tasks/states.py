"""The states of tasks, of their copies at the villages and of what is asked about those, with all that moves them."""

from __future__ import annotations

from models.base.states import States, during

TASK_STATES = {
    "draft": "起草中",
    "submitted": "待审批",
    "approved": "待下派",
    "dispatched": "办理中",
    "closed": "已办结",
    "withdrawn": "已撤回",
}
ASSIGNMENT_STATES = {
    "dispatched": "待签收",
    "received": "办理中",
    "reported": "待审核",
    "returned": "退回补正",
    "objected": "异议中",
    "suspended": "已中止",
    "accepted": "已办结",
    "withdrawn": "已撤回",
}
EXTENSION_STATES = {
    "asked": "待答复",
    "granted": "已同意",
    "refused": "未同意",
    "lapsed": "不用再答复",
    "taken_back": "村社已撤回",
}
OBJECTION_STATES = {
    "open": "待镇街答复",
    "upheld": "异议成立",
    "refused": "异议不成立",
    "appealed": "已上诉，待县里答复",
    "appeal_upheld": "上诉成立",
    "appeal_refused": "上诉不成立",
    "lapsed": "任务已撤回，不用再答复",
    "taken_back": "村社已撤回",
}
VERSION_STATES = {"proposed": "待批准", "out": "已下派", "dropped": "未采用"}
REPEATS = {"week": "每周", "month": "每月", "quarter": "每季"}
LIVE = ("draft", "submitted", "approved", "dispatched")
AT_THE_DESK = ("submitted", "approved")
UNDECIDED = ("draft", "submitted")
OPEN = ("dispatched", "received", "reported", "returned", "objected", "suspended")
WITH_THE_VILLAGE = ("dispatched", "received", "returned")

OUT = "dispatched"
OF_A_DRAFT = "这个任务现在是“{}”，只有起草中的任务可以修改和提交。"
MERGED = "这个任务现在是“{}”，只有起草中的任务可以合并和拆分。"
TO_APPROVE = "这个任务现在是“{}”，不用再审批。请刷新后再看。"
CHANGED = "这个任务现在是“{}”，只有办理中的任务可以变更。"
ENDED = "这个任务现在是“{}”，不能再办理。"
out = during(OUT, told=ENDED)
ended = during(OUT, to="closed", told=ENDED)

TASK = States(
    labels=TASK_STATES,
    born=("draft",),
    over=("closed", "withdrawn"),
    verbs={
        "tasks.revise": during("draft", told=OF_A_DRAFT),
        "tasks.merge": during("draft", told=MERGED),
        "tasks.unmerge": during("draft", told=MERGED),
        "tasks.submit_for_approval": during("draft", to="submitted", told=OF_A_DRAFT),
        "tasks.approve": during("submitted", to="approved", told=TO_APPROVE),
        "tasks.send_back": during(
            "submitted", "approved", to="draft", told="这个任务现在是“{}”，不能再退回修改。请刷新后再看。"
        ),
        "tasks.reopen": during("submitted", "approved", to="draft", told="任务刚刚变成“{}”，请刷新后再改。"),
        "tasks.dispatch": during("approved", to=OUT, told="这个任务现在是“{}”，只有待下派的任务可以下派。"),
        "tasks.withdraw": during(*LIVE, to="withdrawn", told="这个任务现在是“{}”，不能再撤回。"),
        "tasks.sign_overload": during("draft", "submitted", OUT, told="这个任务现在是“{}”，不用再签署。")
        | during("approved", to="submitted"),
        "tasks.ask_anew": during("draft", "submitted", OUT, told="这个任务现在是“{}”，不用再签批重新填报。")
        | during("approved", to="submitted"),
        "tasks.spare_villages": during("draft", told=OF_A_DRAFT),
        "tasks.record_discussion": during(
            "draft", "submitted", OUT, told="这个任务现在是“{}”，不能再补记集体讨论。"
        ),
        "tasks.confirm_discussion": during(
            "draft", "submitted", OUT, told="这个任务现在是“{}”，不用再确认集体讨论。"
        ),
        "tasks.carry_over": during(OUT, told=CHANGED),
        "tasks.approve_change": during(OUT, told=CHANGED),
        "tasks.drop_change": during(OUT, told=CHANGED),
        "tasks.approve_afterwards": during(OUT, "closed", told="这个任务现在是“{}”，不用再补批。"),
        "tasks.repeat": during(OUT, "closed", told="这个任务现在是“{}”，不再重复。"),
        "tasks.accept_reports": ended,
        "tasks.return_reports": out,
        "tasks.receive": out,
        "tasks.hand_to": out,
        "tasks.report": out,
        "tasks.take_back_report": out,
        "tasks.take_back_extension": out,
        "tasks.take_back_objection": out,
        "tasks.accept": ended,
        "tasks.return_report": out,
        "tasks.say": during(OUT, "closed", told=ENDED),
        "tasks.urge": out,
        "tasks.urge_all": during(OUT, told="这个任务现在是“{}”，没有要提醒的村社。"),
        "tasks.note_unanswered": out,
        "tasks.ask_for_time": out,
        "tasks.answer_extension": out,
        "tasks.suspend": out,
        "tasks.resume": out,
        "tasks.object_to": out,
        "tasks.answer_objection": ended,
        "tasks.appeal": out,
        "tasks.answer_appeal": ended,
        "evaluation.praise": during(OUT, "closed", told="这个任务现在是“{}”，不能据此表扬。"),
    },
    beside={
        "tasks.dispatch_at_once": during("draft", to=OUT),
        "tasks.repeat": during("draft", to="approved"),
        "tasks.withdraw": during("approved", to="withdrawn"),
    },
)

given_back = during(
    "objected", to=(*WITH_THE_VILLAGE, "withdrawn"), told="这个任务现在是“{}”，没有异议待答复。"
)
NOT_THERE = "这个任务现在是“{}”，不用再反馈。"
UNREAD = "这个村社的任务现在是“{}”，没有待审核的反馈。请刷新后再看。"
NO_TIME = "这个任务现在是“{}”，不能延期或中止。"

ASSIGNMENT = States(
    labels=ASSIGNMENT_STATES,
    born=("dispatched",),
    over=("accepted", "withdrawn"),
    verbs={
        "tasks.receive": during("dispatched", to="received", told="这个任务现在是“{}”，不用再签收。"),
        "tasks.hand_to": during(*WITH_THE_VILLAGE, told=NOT_THERE),
        "tasks.report": during(*WITH_THE_VILLAGE, to="reported", told=NOT_THERE),
        "tasks.take_back_report": during(
            "reported", to=("received", "returned"), told="这个任务现在是“{}”，镇街已经审核，不能再撤回反馈。"
        ),
        "tasks.take_back_extension": during(*OPEN, told="这个任务现在是“{}”，不用撤回延期申请。"),
        "tasks.take_back_objection": during(
            "objected", to=WITH_THE_VILLAGE, told="这个任务现在是“{}”，异议已经有了结果。"
        ),
        "tasks.accept": during("reported", to="accepted", told=UNREAD),
        "tasks.return_report": during("reported", to="returned", told=UNREAD),
        "tasks.say": during(*OPEN, "accepted", told="这个任务现在是“{}”，不用再问答。"),
        "tasks.urge": during(*WITH_THE_VILLAGE, told="这个任务现在是“{}”，不用催办。"),
        "tasks.note_unanswered": during("dispatched", "received", told="这个任务现在是“{}”。"),
        "tasks.ask_for_time": during(*WITH_THE_VILLAGE, told=NO_TIME),
        "tasks.answer_extension": during(*OPEN, told="这个任务现在是“{}”，不用再答复延期。"),
        "tasks.suspend": during(*WITH_THE_VILLAGE, to="suspended", told=NO_TIME),
        "tasks.resume": during("suspended", to=WITH_THE_VILLAGE, told="这个任务现在是“{}”，没有中止。"),
        "tasks.object_to": during(
            *WITH_THE_VILLAGE, to="objected", told="这个任务现在是“{}”，不能提出异议。"
        ),
        "tasks.answer_objection": given_back,
        "tasks.appeal": during(*WITH_THE_VILLAGE, to="objected", told="这个任务现在是“{}”，不能上诉。"),
        "tasks.answer_appeal": given_back,
        "evaluation.praise": during("accepted", told="只有通过审核的任务可以据此表扬。"),
    },
    beside={"tasks.withdraw": during(*OPEN, to="withdrawn")},
)

EXTENSION = States(
    labels=EXTENSION_STATES,
    born=("asked",),
    over=("granted", "refused", "lapsed", "taken_back"),
    verbs={
        "tasks.take_back_extension": during("asked", to="taken_back", told="这个延期申请“{}”，不能再撤回。"),
        "tasks.answer_extension": during(
            "asked", to=("granted", "refused"), told="这个延期申请“{}”，不用再答复。"
        ),
    },
    beside={
        name: during("asked", to="lapsed")
        for name in ("tasks.accept", "tasks.withdraw", "tasks.answer_objection", "tasks.answer_appeal")
    },
)

TAKEN_BACK = during("open", to="taken_back", told="这个异议现在是“{}”，不能再撤回。")

OBJECTION = States(
    labels=OBJECTION_STATES,
    born=("open",),
    over=("upheld", "appeal_upheld", "appeal_refused", "lapsed", "taken_back"),
    verbs={
        "tasks.take_back_objection": TAKEN_BACK | during("appealed", to="refused"),
        "tasks.answer_objection": during(
            "open", to=("upheld", "refused"), told="这个异议现在是“{}”，不用再答复。"
        ),
        "tasks.appeal": during("refused", to="appealed", told="这个异议现在是“{}”，不能上诉。"),
        "tasks.answer_appeal": during(
            "appealed", to=("appeal_upheld", "appeal_refused"), told="这个异议现在是“{}”，不用答复上诉。"
        ),
    },
    beside={"tasks.withdraw": during("open", "appealed", to="lapsed")},
)

VERSION = States(
    labels=VERSION_STATES,
    born=("proposed", "out"),
    over=("out", "dropped"),
    verbs={},
    beside={
        "tasks.approve_change": during("proposed", to="out"),
        "tasks.drop_change": during("proposed", to="dropped"),
    }
    | {
        name: during("proposed", to="dropped")
        for name in ("tasks.withdraw", "tasks.accept", "tasks.answer_objection", "tasks.answer_appeal")
    },
)
