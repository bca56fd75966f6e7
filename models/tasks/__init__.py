"""Tasks: what the township sends to its villages, and what comes back."""

from models.tasks.admission import over_if_let_in
from models.tasks.amendments import amend_request, withdraw_request
from models.tasks.ask_once import Cells, ask_anew, cells_of, spare_villages, still_lacking
from models.tasks.asked_fields import HOWS, OUTCOMES, AskedField, ReportValue, values_of
from models.tasks.attachments import ReportFile, attach_to_report, files_of
from models.tasks.change_requests import (
    approve_change,
    carry_over,
    changes,
    changes_by,
    changes_of,
    drop_change,
)
from models.tasks.discussion import (
    Discussion,
    Participant,
    confirm_discussion,
    record_discussion,
    seats_awaiting,
)
from models.tasks.emergency import EmergencyResponse, declare_response, end_response
from models.tasks.emergency_dispatch import approve_afterwards, dispatch_at_once
from models.tasks.execution import accept, hand_to, receive, report, return_report
from models.tasks.extensions import Extension, answer_extension, ask_for_time, resume, suspend
from models.tasks.fields import Form, FormField, fields_of_task, form_of, sources_of
from models.tasks.filters import STILL_OPEN, TO_REVIEW, AssignmentFilter, TaskFilter, still_late
from models.tasks.gates import approval_of, awaiting_the_head, loads_of, sign_overload
from models.tasks.impact import Impact, Touched, impact
from models.tasks.loads import Load, loads_with
from models.tasks.merging import merge, unmerge
from models.tasks.messages import Message, Urging, say, urge, urge_all
from models.tasks.objections import (
    OBJECTION_KINDS,
    Objection,
    answer_appeal,
    answer_objection,
    appeal,
    is_worded_anew,
    object_to,
)
from models.tasks.offices import TaskOffice
from models.tasks.planning import approve, dispatch, draft, revise, send_back, submit_for_approval, withdraw
from models.tasks.progress import Progress, Waiting, progress_of, to_call, waiting_for_review
from models.tasks.records import Assignment, Task, TaskSource, TaskUnit
from models.tasks.reports import Report
from models.tasks.retractions import take_back_extension, take_back_objection, take_back_report
from models.tasks.review import accept_reports, return_reports
from models.tasks.signed_content import BEFORE_RELEASE, added_by
from models.tasks.states import (
    ASSIGNMENT_STATES,
    EXTENSION_STATES,
    OBJECTION_STATES,
    OPEN,
    REPEATS,
    TASK_STATES,
    UNDECIDED,
    VERSION_STATES,
    WITH_THE_VILLAGE,
)
from models.tasks.timing import repeat
from models.tasks.unanswered import note_unanswered
from models.tasks.validity import reopen
from models.tasks.versions import TaskVersion, latest_version, proposed_change
from models.tasks.waivers import WaivedRequest, Waiver

__all__ = [
    "ASSIGNMENT_STATES",
    "BEFORE_RELEASE",
    "EXTENSION_STATES",
    "HOWS",
    "OBJECTION_KINDS",
    "OBJECTION_STATES",
    "OPEN",
    "OUTCOMES",
    "REPEATS",
    "STILL_OPEN",
    "TASK_STATES",
    "TO_REVIEW",
    "UNDECIDED",
    "VERSION_STATES",
    "WITH_THE_VILLAGE",
    "AskedField",
    "Assignment",
    "AssignmentFilter",
    "Cells",
    "Discussion",
    "EmergencyResponse",
    "Extension",
    "Form",
    "FormField",
    "Impact",
    "Load",
    "Message",
    "Objection",
    "Participant",
    "Progress",
    "Report",
    "ReportFile",
    "ReportValue",
    "Task",
    "TaskFilter",
    "TaskOffice",
    "TaskSource",
    "TaskUnit",
    "TaskVersion",
    "Touched",
    "Urging",
    "Waiting",
    "WaivedRequest",
    "Waiver",
    "accept",
    "accept_reports",
    "added_by",
    "amend_request",
    "answer_appeal",
    "answer_extension",
    "answer_objection",
    "appeal",
    "approval_of",
    "approve",
    "approve_afterwards",
    "approve_change",
    "ask_anew",
    "ask_for_time",
    "attach_to_report",
    "awaiting_the_head",
    "carry_over",
    "cells_of",
    "changes",
    "changes_by",
    "changes_of",
    "confirm_discussion",
    "declare_response",
    "dispatch",
    "dispatch_at_once",
    "draft",
    "drop_change",
    "end_response",
    "fields_of_task",
    "files_of",
    "form_of",
    "hand_to",
    "impact",
    "is_worded_anew",
    "latest_version",
    "loads_of",
    "loads_with",
    "merge",
    "note_unanswered",
    "object_to",
    "over_if_let_in",
    "progress_of",
    "proposed_change",
    "receive",
    "record_discussion",
    "reopen",
    "repeat",
    "report",
    "resume",
    "return_report",
    "return_reports",
    "revise",
    "say",
    "seats_awaiting",
    "send_back",
    "sign_overload",
    "sources_of",
    "spare_villages",
    "still_lacking",
    "still_late",
    "submit_for_approval",
    "suspend",
    "take_back_extension",
    "take_back_objection",
    "take_back_report",
    "to_call",
    "unmerge",
    "urge",
    "urge_all",
    "values_of",
    "waiting_for_review",
    "withdraw",
    "withdraw_request",
]
