"""What goes wrong, by one word each: programs act upon it, whichever door told it."""

from __future__ import annotations

from enum import StrEnum, auto


class _Upper(StrEnum):
    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        return name


class ErrorCode(_Upper):
    """Everything that `extensions.code` of an error may be."""

    # Who asks
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    RATE_LIMITED = auto()
    # What is asked
    PARSE_FAILED = auto()
    VALIDATION_FAILED = auto()
    BAD_INPUT = auto()
    TOO_COSTLY = auto()
    # What the town refuses, as payloads of mutations tell it too
    NOT_FOUND = auto()
    NOT_ALLOWED = auto()
    NOT_NOW = auto()
    INVALID = auto()
    VERSION_CONFLICT = auto()
    KEY_REUSED = auto()
    TOO_MANY = auto()
    NEEDS_PASSWORD = auto()
    # What is wrong with the machine
    UNAVAILABLE = auto()
    DAMAGED = auto()
    STORAGE_FULL = auto()
    CLOCK_BEHIND = auto()
    INTERNAL = auto()
