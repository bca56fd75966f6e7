"""Tasks: what the township sends to its villages, and what comes back."""

from models.tasks.doing import accept, receive, report, return_report
from models.tasks.finding import AssignmentFilter, TaskFilter
from models.tasks.planning import approve, dispatch, draft, revise, send_back, submit_for_approval, withdraw
from models.tasks.records import Assignment, Report, Task, TaskSource, TaskUnit
from models.tasks.states import ASSIGNMENT_STATES, OPEN, TASK_STATES, WITH_THE_VILLAGE

__all__ = [
    "ASSIGNMENT_STATES",
    "OPEN",
    "TASK_STATES",
    "WITH_THE_VILLAGE",
    "Assignment",
    "AssignmentFilter",
    "Report",
    "Task",
    "TaskFilter",
    "TaskSource",
    "TaskUnit",
    "accept",
    "approve",
    "dispatch",
    "draft",
    "receive",
    "report",
    "return_report",
    "revise",
    "send_back",
    "submit_for_approval",
    "withdraw",
]
