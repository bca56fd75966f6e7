"""Intake: the one door through which work from above enters."""

from models.intake.data_in_words import InWords, asked_in_words, request_in_words
from models.intake.fields import OTHERS, Field, FieldReport, fields_of, reads_values, wanted_codes
from models.intake.held_values import TOLD_IN, HeldValues, held_values, is_told, sheet
from models.intake.notice import Notice, fields_in, notice_of
from models.intake.overlap import Overlap, overlaps
from models.intake.submission import judged, owned_up, submit, worded, write_beside
from models.intake.versions import RequestVersion

__all__ = [
    "OTHERS",
    "TOLD_IN",
    "Field",
    "FieldReport",
    "HeldValues",
    "InWords",
    "Notice",
    "Overlap",
    "RequestVersion",
    "asked_in_words",
    "fields_in",
    "fields_of",
    "held_values",
    "is_told",
    "judged",
    "notice_of",
    "overlaps",
    "owned_up",
    "reads_values",
    "request_in_words",
    "sheet",
    "submit",
    "wanted_codes",
    "worded",
    "write_beside",
]
