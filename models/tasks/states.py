"""The states of tasks and of their copies at the villages, in the words people read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from models.base.commands import Rule

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
REPEATS = {"week": "每周", "month": "每月", "quarter": "每季"}
OPEN = ("dispatched", "received", "reported", "returned", "objected", "suspended")
WITH_THE_VILLAGE = ("dispatched", "received", "returned")


class Stateful(Protocol):
    state: str


def only_while(labels: Mapping[str, str], *states: str, told: str) -> tuple[Rule, ...]:
    """Rules that name the state a thing is in where it is none of these, so that a latecomer reads what happened."""
    others = [state for state in labels if state not in states]
    return tuple(Rule(told.format(labels[state]), partial(_is_not, state)) for state in others)


def _is_not(state: str, subject: Stateful) -> bool:
    return subject.state != state
