"""Tasks: what the township sends to its villages, and what comes back."""

from models.tasks.burden import Load, loads_with
from models.tasks.delaying import Extension
from models.tasks.discussion import Discussion, Participant, confirm_discussion, record_discussion
from models.tasks.doing import accept, receive, report, return_report
from models.tasks.emergency import EmergencyResponse
from models.tasks.finding import AssignmentFilter, TaskFilter
from models.tasks.gates import loads_of, sign_overload
from models.tasks.merging import merge, unmerge
from models.tasks.objecting import Objection
from models.tasks.offices import TaskOffice
from models.tasks.planning import approve, dispatch, draft, revise, send_back, submit_for_approval, withdraw
from models.tasks.records import Assignment, Report, Task, TaskSource, TaskUnit
from models.tasks.states import ASSIGNMENT_STATES, OPEN, REPEATS, TASK_STATES, WITH_THE_VILLAGE
from models.tasks.talking import Message, Urging

__all__ = [
    "ASSIGNMENT_STATES",
    "OPEN",
    "REPEATS",
    "TASK_STATES",
    "WITH_THE_VILLAGE",
    "Assignment",
    "AssignmentFilter",
    "Discussion",
    "EmergencyResponse",
    "Extension",
    "Load",
    "Message",
    "Objection",
    "Participant",
    "Report",
    "Task",
    "TaskFilter",
    "TaskOffice",
    "TaskSource",
    "TaskUnit",
    "Urging",
    "accept",
    "approve",
    "confirm_discussion",
    "dispatch",
    "draft",
    "loads_of",
    "loads_with",
    "merge",
    "receive",
    "record_discussion",
    "report",
    "return_report",
    "revise",
    "send_back",
    "sign_overload",
    "submit_for_approval",
    "unmerge",
    "withdraw",
]
