"""今日待办 by hand: of a village's secretary, and of a township's coordinator."""

from __future__ import annotations

from typing import Any

from models.base.clock import now
from tests.bench.by_hand.page import IN_THE_VILLAGE, ByHand, Reader

MOST = 20
WITH_THE_VILLAGE = "'dispatched', 'received', 'returned'"
OPEN = "'dispatched', 'received', 'reported', 'returned', 'objected', 'suspended'"
BELOW = "(SELECT id FROM unit WHERE path >= {} AND path < {})"
OF_ASSIGNMENTS = f"""SELECT a.id, a.state, a.due_at, a.return_note, t.title, t.response_id, u.name, u.level
  FROM assignment a JOIN task t ON t.id = a.task_id JOIN unit u ON u.id = a.unit_id
  WHERE a.state IN ({WITH_THE_VILLAGE}) AND {IN_THE_VILLAGE}"""
ASSIGNMENTS = f"""SELECT * FROM ({OF_ASSIGNMENTS} AND t.response_id > 0 ORDER BY a.due_at, a.id LIMIT 21) urgent
  UNION ALL SELECT * FROM ({OF_ASSIGNMENTS} AND t.response_id IS NULL ORDER BY a.due_at, a.id LIMIT 21) calm"""
QUESTIONS = f"""SELECT a.id, t.title, u.name FROM message m JOIN assignment a ON a.id = m.assignment_id
  JOIN task t ON t.id = a.task_id JOIN unit u ON u.id = a.unit_id
  WHERE m.waits AND NOT m.from_village AND a.state IN ({OPEN}) AND {IN_THE_VILLAGE} ORDER BY m.id LIMIT 21"""
CONCERNS_OF_A_VILLAGE = f"""SELECT c.id, c.title, c.state, c.due_on, u.name FROM concern c JOIN unit u ON u.id = c.unit_id
  WHERE c.unit_id IN {BELOW} AND c.state IN ('answered', 'reanswered') ORDER BY c.due_on, c.id LIMIT 21"""
PROJECTS_OF_A_VILLAGE = f"""SELECT p.id, p.title, p.state, p.kind, p.closes_at FROM project p
  JOIN entrant e ON e.project_id = p.id WHERE p.state IN ('published', 'awarded') AND p.opens_at <= {{}}
  AND e.unit_id IN {BELOW} AND NOT EXISTS (SELECT 1 FROM bid b WHERE b.project_id = p.id AND b.unit_id = e.unit_id)
  ORDER BY p.closes_at, p.id LIMIT 21"""
SEAT = """EXISTS (SELECT 1 FROM discussion_participant s JOIN discussion d ON d.id = s.discussion_id
  WHERE d.task_id = t.id AND s.post_id = {} AND s.confirmed_at IS NULL)"""
OVER = """EXISTS (SELECT 1 FROM inbox_message i WHERE i.kind = 'overload' AND i.subject_type = 'Task'
  AND i.subject_id = t.id AND i.waits AND i.person_id = {})"""
TASKS = f"""SELECT t.id, t.title, t.state, t.due_at, t.response_id, t.approval_note, {SEAT} AS seat, {OVER} AS over
  FROM task t WHERE t.township_id = {{}} AND (t.state IN ('draft', 'submitted', 'approved')
  OR (t.response_id IS NOT NULL AND t.state = 'dispatched') OR {SEAT} OR {OVER}) ORDER BY t.due_at, t.id LIMIT 60"""
REQUESTS = """SELECT r.id, r.title, r.state, r.deadline, d.name FROM work_request r JOIN unit d ON d.id = r.department_id
  WHERE r.township_id = {} AND (r.state = 'pending_review' OR (r.state = 'admitted' AND NOT EXISTS (SELECT 1
    FROM task_source s JOIN task t ON t.id = s.task_id WHERE s.request_id = r.id AND t.state <> 'withdrawn')))
  ORDER BY r.deadline, r.id LIMIT 80"""
ASKED = "EXISTS (SELECT 1 FROM message m WHERE m.assignment_id = a.id AND m.waits AND m.from_village)"
TIME = "EXISTS (SELECT 1 FROM extension x WHERE x.assignment_id = a.id AND x.state = 'asked')"
ANSWERS = f"""SELECT a.id, a.state, a.due_at, t.title, u.name, {ASKED} AS asked FROM assignment a
  JOIN task t ON t.id = a.task_id JOIN unit u ON u.id = a.unit_id WHERE t.township_id = {{}} AND a.state IN ({OPEN})
  AND (a.state = 'objected' OR {ASKED} OR {TIME}) ORDER BY a.due_at, a.id LIMIT 60"""
REVIEWS = """SELECT t.id, t.title, COUNT(*) AS villages, SUM(CASE WHEN a.state = 'reported' THEN 1 ELSE 0 END) AS waiting,
  SUM(CASE WHEN a.state = 'accepted' THEN 1 ELSE 0 END) AS done FROM assignment a JOIN task t ON t.id = a.task_id
  WHERE t.township_id = {} AND t.id IN (SELECT r.task_id FROM assignment r WHERE r.state = 'reported')
  GROUP BY t.id, t.title ORDER BY t.id LIMIT 21"""
CONCERNS = """SELECT c.id, c.title, c.state, c.due_on, u.name FROM concern c JOIN unit u ON u.id = c.unit_id
  WHERE c.township_id = {} AND c.state IN ('raised', 'accepted', 'forwarded', 'declined', 'returned')
  AND (c.handled_by_id IS NULL OR c.state = 'declined') ORDER BY c.due_on, c.id LIMIT 21"""
STANDING = "SELECT w.project_id FROM award w JOIN milestone m ON m.award_id = w.id WHERE w.state = 'standing'"
PROJECTS = f"""SELECT p.id, p.title, p.state, p.kind, p.closes_at FROM project p WHERE (p.township_id = {{}}
  AND (p.state IN ('opened', 'draft') OR (p.state = 'published' AND p.closes_at <= {{}})
  OR (p.state = 'awarded' AND p.id IN ({STANDING} AND (m.state = 'reported'
    OR m.id IN (SELECT milestone_id FROM step_extension WHERE state = 'asked'))))))
  OR (p.state = 'opened' AND p.compared_at IS NULL AND p.id IN (SELECT project_id FROM scorer
    WHERE post_id = {{}} AND state IN ('named', 'ready'))) ORDER BY p.closes_at, p.id LIMIT 21"""
STATES = {
    "dispatched": "待签收",
    "received": "办理中",
    "returned": "已退回",
    "draft": "起草中",
    "submitted": "待审批",
    "approved": "待下派",
    "opened": "比选中",
    "published": "竞榜中",
}
KINDS = {"care": "养老托育", "industry": "产业发展", "building": "基础设施", "surroundings": "人居环境"}


def of_a_secretary(reader: Reader) -> ByHand:
    here = reader.in_the_village
    statements = {
        "assignments": (ASSIGNMENTS, [*here, *here]),
        "questions": (QUESTIONS, here),
        "concerns": (CONCERNS_OF_A_VILLAGE, reader.below),
        "projects": (PROJECTS_OF_A_VILLAGE, [now(), *reader.below]),
    }
    return ByHand("today.html", "/", reader, statements, _of_a_village, {"states": STATES, "kinds": KINDS})


def of_a_coordinator(reader: Reader) -> ByHand:
    here, seat = [reader.unit], [reader.post, reader.viewer.person_id]
    statements = {
        "tasks": (TASKS, [*seat, *here, *seat]),
        "requests": (REQUESTS, here),
        "answers": (ANSWERS, here),
        "reviews": (REVIEWS, here),
        "concerns": (CONCERNS, here),
        "projects": (PROJECTS, [*here, now(), reader.post]),
    }
    return ByHand("today.html", "/", reader, statements, _of_a_township, {"states": STATES, "kinds": KINDS})


def _of_a_village(rows: dict[str, list[Any]]) -> dict[str, Any]:
    told = rows["assignments"]
    return _shown(
        ("assignment", "应急任务", [one for one in told if one["response_id"]], "/tasks"),
        ("question", "待回答的提问", rows["questions"], "/tasks"),
        ("assignment", "要办的任务", [one for one in told if not one["response_id"]], "/tasks"),
        ("concern", "民情上报", rows["concerns"], "/concerns"),
        ("project", "榜单项目", rows["projects"], "/board"),
    )


def _of_a_township(rows: dict[str, list[Any]]) -> dict[str, Any]:
    tasks, requests, answers = rows["tasks"], rows["requests"], rows["answers"]
    urgent = [one for one in tasks if one["state"] == "dispatched" and one["response_id"]]
    return _shown(
        ("task", "应急任务", urgent, "/tasks"),
        ("task", "超负荷，待您签署理由", [one for one in tasks if one["over"]], "/messages?show=waiting"),
        ("discussion", "待本人确认的集体讨论", [one for one in tasks if one["seat"]], "/tasks"),
        ("task", "已批准，待下派", _in_state(tasks, "approved"), "/tasks?state=approved"),
        ("task", "起草中的任务", _in_state(tasks, "draft"), "/tasks?state=draft"),
        ("reading", "待复核的申请", _in_state(requests, "pending_review"), "/screening"),
        ("admitted", "已过筛，待合并成任务", _in_state(requests, "admitted"), "/screening?state=admitted"),
        ("question", "待回答的提问", [one for one in answers if one["asked"]], "/tasks"),
        ("answer", "待答复的异议和延期", [one for one in answers if not one["asked"]], "/tasks"),
        ("review", "待审核的反馈", rows["reviews"], "/tasks"),
        ("concern", "民情上报", rows["concerns"], "/concerns"),
        ("project", "榜单项目", rows["projects"], "/board"),
    )


def _in_state(rows: list[Any], state: str) -> list[Any]:
    return [one for one in rows if one["state"] == state]


def _shown(*sections: tuple[str, str, list[Any], str]) -> dict[str, Any]:
    found = [
        {"kind": kind, "title": title, "rows": rows[:MOST], "more": len(rows) > MOST, "at": at}
        for kind, title, rows, at in sections
        if rows
    ]
    return {"sections": found}
