"""Screening (过筛): every request meets the list first, and a person second."""

from models.screening.automatic import Case, Screened, admitted_this_year, screen, screen_today
from models.screening.caps import in_turn
from models.screening.codes import SerialNumber, checked, is_code, next_code
from models.screening.exceptions import admit_exceptionally, expire, published_exceptions, reason_of
from models.screening.marked_words import Mark, marks_in, must_cross_no_red_line, owned_up
from models.screening.records import Screening
from models.screening.red_lines import RedLine, end_red_line, phrases_at, set_red_line
from models.screening.replay import replay
from models.screening.review import READINGS, admit, handle, reject, reroute

__all__ = [
    "READINGS",
    "Case",
    "Mark",
    "RedLine",
    "Screened",
    "Screening",
    "SerialNumber",
    "admit",
    "admit_exceptionally",
    "admitted_this_year",
    "checked",
    "end_red_line",
    "expire",
    "handle",
    "in_turn",
    "is_code",
    "marks_in",
    "must_cross_no_red_line",
    "next_code",
    "owned_up",
    "phrases_at",
    "published_exceptions",
    "reason_of",
    "reject",
    "replay",
    "reroute",
    "screen",
    "screen_today",
    "set_red_line",
]
