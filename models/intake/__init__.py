"""Intake: the one door through which work from above enters."""

from models.base.events import Event
from models.intake.amending import RequestVersion
from models.intake.overlap import Overlap, overlaps
from models.intake.requests import STATES, RequestFilter, RequestUnit, WorkRequest, reach
from models.intake.submitting import judged, owned_up, submit, worded, write_beside

Event.shown_with["WorkRequest"] = WorkRequest

__all__ = [
    "STATES",
    "Overlap",
    "RequestFilter",
    "RequestUnit",
    "RequestVersion",
    "WorkRequest",
    "judged",
    "overlaps",
    "owned_up",
    "reach",
    "submit",
    "worded",
    "write_beside",
]
