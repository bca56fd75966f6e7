"""The log: one line for each thing told, whatever was in it, and one line instead of a traceback for known faults."""

from __future__ import annotations

import logging
import re
from types import TracebackType

from models.base.outages import in_one_line
from models.base.personal_numbers import without_numbers

UNTOLD = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs by which what somebody sends could begin a line of its own, colour a terminal or turn its words round."""
Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Plain(logging.Formatter):
    """Writes what was told with such signs shown as what they are; a traceback stands indented below its line."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        known = in_one_line(error) if error is not None else None
        if known is None:
            return super().format(record)
        told = logging.makeLogRecord({**vars(record), "exc_info": None, "exc_text": None})
        return f"{super().format(told)}: {escaped(known)}"

    def formatMessage(self, record: logging.LogRecord) -> str:
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Caught) -> str:
        return "\n".join(f"  {escaped(line)}" for line in super().formatException(ei).splitlines())


def escaped(text: str) -> str:
    """On one line, and with nobody's number: a statement that failed repeats what somebody typed."""
    return UNTOLD.sub(lambda found: found[0].encode("unicode_escape").decode(), without_numbers(text))


def log_plainly(level: str) -> None:
    """Let everything this process logs go through one such writer to the standard error stream."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
