"""What people call the columns of a record: each record says its own, and this is what many of them have alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tortoise import fields

if TYPE_CHECKING:
    from models.base.records import Record

ALIKE = {
    "answer": "答复",
    "answered_at": "答复时间",
    "answered_by_id": "答复人",
    "as_of": "数据日期",
    "assignment_id": "任务单",
    "at": "时间",
    "bid_id": "竞榜书",
    "body": "内容",
    "by_id": "经手人",
    "code": "编码",
    "day": "日期",
    "decided_at": "决定时间",
    "decided_by_id": "决定人",
    "drafted_by_id": "起草人",
    "due_at": "期限",
    "due_on": "哪天前完成",
    "ended_at": "结束时间",
    "event_id": "办理经过",
    "file_id": "附件",
    "from_on": "从哪天起",
    "id": "编号",
    "kind": "类型",
    "made_at": "创建时间",
    "made_by_id": "创建人",
    "matter_id": "事项",
    "name": "名称",
    "number": "第几版",
    "outcome": "结果",
    "period_id": "评价周期",
    "person_id": "人员",
    "position": "顺序",
    "post_id": "任职",
    "project_id": "榜单项目",
    "reason": "理由",
    "region_id": "适用地区",
    "request_id": "下派申请",
    "return_note": "退回原因",
    "round": "第几次",
    "scheme_id": "评价办法",
    "score_id": "村社指数",
    "seq": "序号",
    "shown": "显示的分数（百分之一分）",
    "since": "从什么时候起",
    "sought": "查找时用的字（由名称等折叠而成）",
    "source": "来源",
    "state": "状态",
    "subject_id": "涉及内容的编号",
    "subject_type": "涉及内容的类型",
    "task_id": "任务",
    "title": "名称",
    "token_hash": "令牌摘要（不能还原）",
    "topic": "哪方面的事",
    "township_id": "镇街",
    "unit_id": "单位",
    "value": "数值",
    "weight": "权重",
    "words": "文字内容",
}
"""Columns of three records and more that mean the same in each; one that means something else says so itself."""


def label_of(record: type[Record], part: str) -> str:
    """What a column, a child or a figure of a record is called; empty where nobody said it."""
    # The column of a reference is the reference with `_id`, and only the reference could say a word of its own.
    columns: dict[str, Any] = record._meta.fields_map
    own = (getattr(columns.get(name), "said", "") for name in (part, part.removesuffix("_id")))
    return next((word for word in own if word), "") or record.parts_called.get(part) or ALIKE.get(part, "")


def labels(record: type[Record], *parts: str) -> dict[str, str]:
    """These parts of a record with what each is called, for whoever compares two of its rows."""
    return {part: label_of(record, part) for part in parts}


@cache
def told_of(record: type[Record]) -> dict[str, str]:
    """What is told by name, and in this order, where two people changed a row: every column but what only follows."""
    columns = [name for name in record.said_columns() if not _follows(record, name)]
    return labels(record, *columns, *record.made_of, *record.works_out)


def _follows(record: type[Record], column: str) -> bool:
    """Whether whoever hears of the rest need not hear of this: a moment that came to be, or whose hand it was."""
    field = record._meta.fields_map[column]
    # A state tells when and by whom it was reached; what people fix beforehand is never empty.
    came_to_be = isinstance(field, fields.DatetimeField) and field.null
    was_a_hand = column.endswith("by_id") or (column.endswith("_id") and column in record.own_course)
    return column in {"id", *record.follows} or came_to_be or was_a_hand
