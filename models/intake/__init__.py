"""Intake: the one door through which work from above enters."""

from models.base.events import Event
from models.intake.amending import RequestVersion
from models.intake.requests import STATES, RequestFilter, RequestUnit, WorkRequest, reach
from models.intake.submitting import judged, submit, worded, write_beside

Event.shown_with["WorkRequest"] = WorkRequest

__all__ = [
    "STATES",
    "RequestFilter",
    "RequestUnit",
    "RequestVersion",
    "WorkRequest",
    "judged",
    "reach",
    "submit",
    "worded",
    "write_beside",
]
