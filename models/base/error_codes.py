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


IN_ENGLISH: dict[str, str] = {
    "UNAUTHENTICATED": "The token is wrong, expired or revoked.",
    "FORBIDDEN": "This is not open to you.",
    "RATE_LIMITED": "Too many requests: wait for as long as Retry-After says.",
    "PARSE_FAILED": "The document cannot be read: see the location.",
    "VALIDATION_FAILED": "The document does not fit the schema: see the location.",
    "BAD_INPUT": "What was given makes no sense here.",
    "TOO_COSTLY": "The document asks for more than the limits allow: see extensions.cost.",
    "NOT_FOUND": "It is not there, or not yours to know of.",
    "NOT_ALLOWED": "You are not one of those who may do this.",
    "NOT_NOW": "You may, but not in the state that things are in.",
    "INVALID": "What was said makes no sense here: see the path.",
    "VERSION_CONFLICT": "Somebody else has changed it since: see the conflicts.",
    "KEY_REUSED": "The key was used before, with other content.",
    "TOO_MANY": "Tried too often: wait, then try again.",
    "NEEDS_PASSWORD": "Done by a person alone, who enters their password on a page.",
    "UNAVAILABLE": "The service cannot answer now: try again later.",
    "DAMAGED": "What is stored is damaged: tell the administrator.",
    "STORAGE_FULL": "The storage is full: tell the administrator.",
    "CLOCK_BEHIND": "The clock of the server is behind: tell the administrator.",
    "INTERNAL": "Something went wrong: tell the administrator the reference.",
}
"""Every code in English, for programs abroad of the language; people read the sentence of the case, in Chinese."""
