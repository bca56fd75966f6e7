"""Requests (下派申请): what departments, or the township itself, want done in villages."""

from models.base.events import Event
from models.registry.masking import ASKED
from models.requests.asked_values import asked_values
from models.requests.attachments import RequestFile, attach_to_requests
from models.requests.records import STATES, RequestFilter, RequestUnit, WorkRequest, reach

Event.shown_with["WorkRequest"] = WorkRequest
ASKED.append(asked_values)

__all__ = [
    "STATES",
    "RequestFile",
    "RequestFilter",
    "RequestUnit",
    "WorkRequest",
    "attach_to_requests",
    "reach",
]
