"""Tasks, the queue and the board by hand: one page of rows each, with what stands around them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC
from typing import Any

from models.base.clock import now
from tests.bench.by_hand.page import ByHand, Reader
from tests.bench.by_hand.words import moment_of

A_PAGE, ON_THE_BOARD = 30, 20
TASKS = """SELECT t.id, t.title, t.state, t.due_at, m.title AS matter FROM task t JOIN matter m ON m.id = t.matter_id
  WHERE t.township_id = {} ORDER BY t.id DESC LIMIT 31"""
TASK_STATES = {
    "draft": "起草中",
    "submitted": "待审批",
    "approved": "待下派",
    "dispatched": "办理中",
    "closed": "已办结",
    "withdrawn": "已撤回",
}
QUEUE = """SELECT r.id, r.title, r.state, r.deadline, d.name FROM work_request r JOIN unit d ON d.id = r.department_id
  WHERE r.township_id = {} AND r.state = 'pending_review' ORDER BY r.id DESC LIMIT 31"""
REQUEST_STATES = {
    "pending_review": "待复核",
    "admitted": "已过筛",
    "rejected": "已驳回",
    "answered": "以数作答",
}
BOARD = """SELECT p.id, p.title, p.kind, p.depth, p.support_yuan, p.opens_at, p.closes_at, u.name,
  (SELECT COUNT(*) FROM bid b WHERE b.project_id = p.id AND b.state = 'submitted') AS bids,
  EXISTS (SELECT 1 FROM entrant e JOIN unit v ON v.id = e.unit_id
    WHERE e.project_id = p.id AND v.path >= {} AND v.path < {}) AS invited
  FROM project p JOIN unit u ON u.id = p.township_id
  WHERE p.state = 'published' ORDER BY p.closes_at, p.id LIMIT 21"""
TOWNSHIPS = """SELECT u.code, u.name FROM unit u WHERE EXISTS (SELECT 1 FROM project p WHERE p.township_id = u.id
  AND p.state <> 'draft') ORDER BY u.path"""
STAGES = {
    "open": "正在竞榜",
    "judging": "比选公示",
    "building": "建设中",
    "done": "已验收",
    "ended": "流标取消",
    "all": "全部",
}
KINDS = {
    "care": "养老托育",
    "industry": "产业发展",
    "building": "基础设施",
    "surroundings": "人居环境",
    "culture": "文化文明",
    "service": "便民服务",
    "other": "其他",
}
DEPTHS = {"simple": "简易比选", "full": "评分比选"}


def tasks(reader: Reader) -> ByHand:
    statements = {"rows": (TASKS, [reader.unit])}
    return ByHand("tasks.html", "/tasks", reader, statements, _by_number, {"states": TASK_STATES})


def queue(reader: Reader) -> ByHand:
    statements = {"rows": (QUEUE, [reader.unit])}
    return ByHand("queue.html", "/screening", reader, statements, _by_number, {"states": REQUEST_STATES})


def board(reader: Reader) -> ByHand:
    statements = {"rows": (BOARD, reader.below), "townships": (TOWNSHIPS, [])}
    known = {"stages": STAGES, "kinds": KINDS, "depths": DEPTHS}
    return ByHand("board.html", "/board", reader, statements, _by_closing, known)


def _by_number(rows: dict[str, list[Any]]) -> dict[str, Any]:
    shown, more = rows["rows"][:A_PAGE], len(rows["rows"]) > A_PAGE
    return {"rows": shown, "next": after([shown[-1]["id"]]) if more else ""}


def _by_closing(rows: dict[str, list[Any]]) -> dict[str, Any]:
    shown = [dict(row) | {"open": _is_open(row)} for row in rows["rows"][:ON_THE_BOARD]]
    last = [_in_utc(shown[-1]["closes_at"]), shown[-1]["id"]]
    more = len(rows["rows"]) > ON_THE_BOARD
    return {"rows": shown, "next": after(last) if more else "", "townships": rows["townships"]}


def _is_open(row: Any) -> bool:
    return moment_of(row["opens_at"]) <= now() < moment_of(row["closes_at"])


def _in_utc(told: Any) -> str:
    return moment_of(told).astimezone(UTC).isoformat()


def after(key: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
