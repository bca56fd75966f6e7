"""Intake: the one door through which work from above enters."""

from models.intake.fields import OTHERS, Field, FieldReport, fields_of, reads_values
from models.intake.notice import Notice, fields_in, notice_of
from models.intake.overlap import Overlap, overlaps
from models.intake.submission import judged, owned_up, submit, worded, write_beside
from models.intake.versions import RequestVersion

__all__ = [
    "OTHERS",
    "Field",
    "FieldReport",
    "Notice",
    "Overlap",
    "RequestVersion",
    "fields_in",
    "fields_of",
    "judged",
    "notice_of",
    "overlaps",
    "owned_up",
    "reads_values",
    "submit",
    "worded",
    "write_beside",
]
