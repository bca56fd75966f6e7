"""Intake: the one door through which work from above enters."""

from models.base.events import Event
from models.intake.amending import RequestVersion
from models.intake.fields import OTHERS, Field, FieldReport, fields_of, reads_values
from models.intake.overlap import Overlap, overlaps
from models.intake.requests import STATES, RequestFilter, RequestUnit, WorkRequest, reach
from models.intake.submitting import judged, owned_up, submit, worded, write_beside
from models.intake.tallying import Notice, fields_in, notice_of

Event.shown_with["WorkRequest"] = WorkRequest

__all__ = [
    "OTHERS",
    "STATES",
    "Field",
    "FieldReport",
    "Notice",
    "Overlap",
    "RequestFilter",
    "RequestUnit",
    "RequestVersion",
    "WorkRequest",
    "fields_in",
    "fields_of",
    "judged",
    "notice_of",
    "overlaps",
    "owned_up",
    "reach",
    "reads_values",
    "submit",
    "worded",
    "write_beside",
]
