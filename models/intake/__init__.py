"""Intake: the one door through which work from above enters."""

from models.intake.amending import RequestVersion
from models.intake.requests import STATES, RequestFilter, RequestUnit, WorkRequest, reach
from models.intake.submitting import submit

__all__ = [
    "STATES",
    "RequestFilter",
    "RequestUnit",
    "RequestVersion",
    "WorkRequest",
    "reach",
    "submit",
]
