"""What reminders say: how many things of each kind and where to look, never what they are about."""

from __future__ import annotations

from collections.abc import Iterable

from models.base.clock import today
from models.base.settings import settings
from models.bidding import Project
from models.complaints import AWAITS_WORD, Complaint
from models.concerns import AWAITS_CONFIRMATION, Concern
from models.evaluation import Appeal
from models.reminders.records import Reminder
from models.tasks import WITH_THE_VILLAGE, Assignment, Task

TOLD = {
    "emergency": "{} 件应急任务",
    "dispatched": "{} 件新任务",
    "handed": "{} 件任务交给您办理",
    "returned": "{} 件反馈退回补正",
    "urged": "{} 件任务被催办",
    "answered": "{} 件异议或延期已答复",
    "approval": "{} 件任务待您审批",
    "concern": "{} 件民情待您办理",
    "concern_given": "转来 {} 件民情待您办理",
    "concern_answered": "{} 件民情已答复",
    "complaint": "{} 件投诉建议待您答复",
    "complaint_answered": "{} 件您提出的事已答复",
    "board_approval": "{} 个榜单项目待您审批",
    "board_open": "{} 个项目可以揭榜",
    "board_cancelled": "{} 个榜单项目已取消",
    "board_decided": "{} 个竞榜项目有结果",
    "board_returned": "{} 个揭榜项目有节点要整改",
    "appeal": "{} 件评价申诉待您答复",
    "appeal_answered": "{} 件评价申诉已答复",
    "soon": "{} 件任务即将到期",
    "today": "{} 件任务今天到期",
    "overdue": "{} 件任务已逾期",
    "again": "{} 件任务逾期较久",
    "coordinator": "辖区有 {} 件任务单逾期",
    "leader": "辖区有 {} 件任务单逾期较久",
}
"""In the order in which a message tells them; the kind, or the stage of a deadline."""
DEADLINE = "deadline"
URGENT = ("emergency",)
"""Kinds that wait neither for the morning nor for the next day's share."""
OF_THE_VILLAGE = ("emergency", "dispatched", "handed", "returned", "urged", DEADLINE)


BOARD = {"board_approval": "submitted", "board_open": "published", "board_returned": "awarded"}
"""The state of a project in which a reminder of it still has something to do; the others are news."""


def name_of(row: Reminder) -> str:
    return row.stage if row.kind == DEADLINE else row.kind


def digest(rows: Iterable[Reminder]) -> str:
    """One message for everything that waits for a person."""
    things: dict[str, set[tuple[str, int]]] = {}
    for row in rows:
        things.setdefault(name_of(row), set()).add((row.subject_type, row.subject_id))
    told = [words.format(len(things[name])) for name, words in TOLD.items() if name in things]
    if others := sum(len(of) for name, of in things.items() if name not in TOLD):
        told.append(f"{others} 条消息")
    where = f"请打开 {settings().address} 查看" if settings().address else "请登录兴村治社查看"
    return f"【兴村治社】您有：{'、'.join(told)}。{where}。"


async def still_true(rows: list[Reminder]) -> list[Reminder]:
    """Those whose thing still waits: what was done while the message lay is not told any more."""
    copies = {one.pk: one for one in await Assignment.filter(id__in=_numbers(rows, "Assignment"))}
    tasks = {one.pk: one for one in await Task.filter(id__in=_numbers(rows, "Task"))}
    concerns = {one.pk: one for one in await Concern.filter(id__in=_numbers(rows, "Concern"))}
    projects = {one.pk: one for one in await Project.filter(id__in=_numbers(rows, "Project"))}
    complaints = {one.pk: one for one in await Complaint.filter(id__in=_numbers(rows, "Complaint"))}
    appeals = Appeal.filter(id__in=_numbers(rows, "Appeal"), state="open")
    undecided = {int(str(one)) for one in await appeals.values_list("id", flat=True)}

    def waits(row: Reminder) -> bool:
        if row.subject_type == "Appeal":
            return (row.subject_id in undecided) == (row.kind == "appeal")
        if row.subject_type == "Project":
            project = projects.get(row.subject_id)
            return project is not None and project.state == BOARD.get(row.kind, project.state)
        if row.subject_type == "Complaint":
            return _asks(row, complaints.get(row.subject_id))
        return _waits(row, concerns) if row.subject_type == "Concern" else _holds(row, copies, tasks)

    return [row for row in rows if waits(row)]


def _numbers(rows: Iterable[Reminder], kind: str) -> list[int]:
    return sorted({row.subject_id for row in rows if row.subject_type == kind})


def _holds(row: Reminder, copies: dict[int, Assignment], tasks: dict[int, Task]) -> bool:
    if row.kind == "approval":
        task = tasks.get(row.subject_id)
        return task is not None and _awaits_approval(task)
    if row.kind not in OF_THE_VILLAGE:
        return True
    copy = copies.get(row.subject_id)
    if copy is None or copy.state not in WITH_THE_VILLAGE:
        return False
    return row.kind != DEADLINE or (copy.due_on == row.day and _of_this_day(row))


def _waits(row: Reminder, concerns: dict[int, Concern]) -> bool:
    concern = concerns.get(row.subject_id)
    if concern is None:
        return False
    if row.kind == "concern_answered":
        return concern.state in AWAITS_CONFIRMATION
    return concern.is_open and concern.is_away == (row.kind == "concern_given")


def _asks(row: Reminder, complaint: Complaint | None) -> bool:
    if complaint is None:
        return False
    return complaint.state in AWAITS_WORD if row.kind == "complaint_answered" else complaint.is_open


def _of_this_day(row: Reminder) -> bool:
    """A message held over must not call "today" what was yesterday."""
    if row.stage == "soon":
        return row.day > today()
    return row.day == today() if row.stage == "today" else row.day < today()


def _awaits_approval(task: Task) -> bool:
    afterwards = task.state == "dispatched" and task.response_id is not None
    return task.state == "submitted" or (afterwards and task.approved_by_id is None)
