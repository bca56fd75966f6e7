"""Complaints and suggestions (减负投诉建议): over the dispatcher's head, by name or without, with a clock."""

from models.base.events import Event
from models.complaints.anonymous import Slip, complain_unnamed, followed, tell_unnamed, tells_nobody
from models.complaints.answering import answer
from models.complaints.filing import complain, lapse, plain_page, reopen, settle, withdraw
from models.complaints.filters import (
    WAITING,
    ComplaintFilter,
    PublishedFilter,
    answers_complaints,
    awaiting,
    nameable,
    task_of_page,
    waiting_late,
)
from models.complaints.records import (
    AWAITS_ANSWER,
    AWAITS_WORD,
    COMPLAINT_STATES,
    ENOUGH,
    KINDS,
    OUTCOMES,
    TOPICS,
    Complaint,
    PublishedAnswer,
)
from models.complaints.recusal import stepping_back
from models.complaints.statistics import (
    MOST_MONTHS,
    Figures,
    Statistics,
    counties_below,
    last_months,
    months_between,
    statistics,
)
from models.complaints.verifying import turned_complaints

Event.seen_with["Complaint"] = Complaint

__all__ = [
    "AWAITS_ANSWER",
    "AWAITS_WORD",
    "COMPLAINT_STATES",
    "ENOUGH",
    "KINDS",
    "MOST_MONTHS",
    "OUTCOMES",
    "TOPICS",
    "WAITING",
    "Complaint",
    "ComplaintFilter",
    "Figures",
    "PublishedAnswer",
    "PublishedFilter",
    "Slip",
    "Statistics",
    "answer",
    "answers_complaints",
    "awaiting",
    "complain",
    "complain_unnamed",
    "counties_below",
    "followed",
    "lapse",
    "last_months",
    "months_between",
    "nameable",
    "plain_page",
    "reopen",
    "settle",
    "statistics",
    "stepping_back",
    "task_of_page",
    "tell_unnamed",
    "tells_nobody",
    "turned_complaints",
    "waiting_late",
    "withdraw",
]
