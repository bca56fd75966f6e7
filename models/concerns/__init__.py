"""Concerns (民情上报): the way up, from a village or grid to whoever can help, and the answer down."""

from models.base.events import Event
from models.concerns.answering import answer, handle, pass_on, send_back
from models.concerns.filters import WAITING, ConcernFilter, awaiting, waiting_late, who_can_have
from models.concerns.raising import PLACES, confirm, lapse, raise_concern, withdraw
from models.concerns.records import (
    AWAITS_ANSWER,
    AWAITS_CONFIRMATION,
    CONCERN_STATES,
    Concern,
    ConcernFile,
)

Event.shown_with["Concern"] = Concern

__all__ = [
    "AWAITS_ANSWER",
    "AWAITS_CONFIRMATION",
    "CONCERN_STATES",
    "PLACES",
    "WAITING",
    "Concern",
    "ConcernFile",
    "ConcernFilter",
    "answer",
    "awaiting",
    "confirm",
    "handle",
    "lapse",
    "pass_on",
    "raise_concern",
    "send_back",
    "waiting_late",
    "who_can_have",
    "withdraw",
]
