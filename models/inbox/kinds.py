"""The kinds of messages: what each is called, the subject under which a person may switch it off outside, and its words there."""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS = ""
"""No subject: nobody can switch it off."""
TOPICS = {
    "task": "任务：新任务、退回补正、变更",
    "due": "任务快到期",
    "talk": "任务上的提问和回答",
    "decision": "您提出的异议、延期、民情、投诉、申诉的答复",
    "desk": "等您办理的：复核、审批、答复、评分",
    "request": "您的下派申请的进展",
    "board": "揭榜",
    "list": "清单、评价办法和调查",
    "own": "您的账号和任职",
}
"""What a person may choose to hear of outside or not; it stands in 消息 all the same."""


@dataclass(frozen=True)
class Kind:
    """One kind of message; without words for outside it stays within."""

    label: str
    topic: str
    outside: str = ""
    until: str = "最迟"


KINDS = {
    "emergency": Kind("应急任务", ALWAYS, "{} 件应急任务"),
    "response": Kind("应急响应", ALWAYS),
    "dispatched": Kind("新任务", "task", "{} 件新任务"),
    "handed": Kind("交给您办理", "task", "{} 件任务交给您办理"),
    "returned": Kind("退回补正", "task", "{} 件反馈退回补正"),
    "urged": Kind("催办", ALWAYS, "{} 件任务被催办"),
    "amended": Kind("任务有变更", "task", "{} 件任务有变更"),
    "withdrawn": Kind("任务已撤回", "task"),
    "suspended": Kind("任务已中止", "task"),
    "resumed": Kind("任务恢复办理", "task", "{} 件任务恢复办理"),
    "accepted": Kind("反馈已通过", "task"),
    "unanswered": Kind("记了一次没有反馈", "task"),
    "question": Kind("待回答的提问", "talk", "{} 个提问待您回答"),
    "reply": Kind("回答", "talk", "{} 个提问有回答"),
    "answered": Kind("异议或延期已答复", "decision", "{} 件异议或延期已答复", "不服的最迟上诉日"),
    "approval": Kind("待审批", "desk", "{} 件任务待您审批"),
    "overload": Kind("超负荷待签批", "desk", "{} 件任务超负荷待您签批"),
    "seat": Kind("集体讨论待确认", "desk", "{} 次集体讨论待您确认"),
    "objection": Kind("任务异议待答复", "desk", "{} 件任务异议待您答复"),
    "extension": Kind("延期申请待答复", "desk", "{} 件延期申请待您答复"),
    "task_appeal": Kind("任务异议上诉待答复", "desk", "{} 件任务异议上诉待您答复"),
    "objected": Kind("村社上诉", "desk"),
    "reported": Kind("反馈待审核", "desk"),
    "sent_back": Kind("审批退回", "desk", "{} 件任务审批退回"),
    "approved": Kind("审批同意", "desk"),
    "left_aside": Kind("变更没有采用", "desk"),
    "reading": Kind("申请待复核", "desk"),
    "rerouted": Kind("转来办理", "desk", "转来 {} 件工作待您办理"),
    "request_moved": Kind("您的申请", "request"),
    "request_refused": Kind("您的申请没有通过", "request", "{} 件申请没有通过"),
    "request_changed": Kind("申请有变动", "desk"),
    "concern": Kind("民情待办理", "desk", "{} 件民情待您办理"),
    "concern_given": Kind("转来的民情", "desk", "转来 {} 件民情待您办理"),
    "concern_moved": Kind("民情进展", "decision"),
    "concern_answered": Kind("民情已答复", "decision", "{} 件民情已答复", "不满意的最迟说明日"),
    "complaint": Kind("投诉建议待答复", "desk", "{} 件投诉建议待您答复"),
    "complaint_answered": Kind("您提出的事已答复", "decision", "{} 件您提出的事已答复", "不满意的最迟说明日"),
    "complaint_ended": Kind("投诉建议已办结", "decision"),
    "board_approval": Kind("榜单项目待审批", "desk", "{} 个榜单项目待您审批"),
    "board_open": Kind("可以揭榜", "board", "{} 个项目可以揭榜", "截止"),
    "board_cancelled": Kind("榜单项目已取消", "board", "{} 个榜单项目已取消"),
    "board_decided": Kind("竞榜有结果", "board", "{} 个竞榜项目有结果", "异议截止"),
    "board_returned": Kind("节点要整改", "board", "{} 个揭榜项目有节点要整改"),
    "milestone_passed": Kind("节点已通过", "board"),
    "milestone": Kind("节点待验收", "desk", "{} 个节点待您验收"),
    "step_time": Kind("节点延期申请待答复", "desk", "{} 件节点延期申请待您答复"),
    "step_moved": Kind("节点期限有变动", "board", "{} 个节点的期限有变动"),
    "scorer": Kind("请您评分", "desk", "{} 个项目请您评分"),
    "scoring": Kind("评分进展", "desk"),
    "award_objection": Kind("揭榜异议待答复", "desk", "{} 件揭榜异议待您答复"),
    "award_answered": Kind("揭榜异议已答复", "board", "{} 件揭榜异议已答复"),
    "project_moved": Kind("榜单项目", "desk"),
    "fact_disputed": Kind("村情数据有异议", "desk", "{} 项村情数据有异议"),
    "value_disputed": Kind("数据异议待答复", "desk", "{} 个数据异议待您答复"),
    "value_settled": Kind("数据异议已答复", "decision", "{} 个数据异议已答复"),
    "appeal": Kind("评价申诉待答复", "desk", "{} 件评价申诉待您答复"),
    "appeal_answered": Kind("评价申诉已答复", "decision", "{} 件评价申诉已答复"),
    "points": Kind("工分有变动", "decision"),
    "praised": Kind("受到表扬", "decision"),
    "list_proposed": Kind("清单待另一位管理员核对", "list", "{} 版清单待您核对"),
    "list_moved": Kind("清单", "list"),
    "opinion": Kind("清单意见", "list"),
    "scheme": Kind("评价办法待通过", "list", "{} 个评价办法待您核对"),
    "scheme_moved": Kind("评价办法", "list"),
    "survey": Kind("调查待核对开启", "list", "{} 轮调查待您核对"),
    "survey_moved": Kind("群众口碑调查", "list"),
    "report": Kind("报表到期", "list"),
    "post": Kind("任职", "own"),
    "looked_at": Kind("有人查看您看到的页面", "own"),
    "account": Kind("账号", "own", "您的账号有 {} 项变动"),
}
"""In the order in which a message outside tells them."""
