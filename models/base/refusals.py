"""The ways the town can say no: each door translates these, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """An expected "no", with a sentence for the person who asked and, where it helps, the field it is about."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class NotFound(Refusal):
    """It does not exist, or you may not know that it does."""


class NotAllowed(Refusal):
    """You are not one of the people who may do this."""


class NotNow(Refusal):
    """You may, but not in the state things are in."""


class Invalid(Refusal):
    """What you wrote does not make sense here, and where several fields were wrong, `beside` says what else."""

    beside: tuple[Invalid, ...] = ()

    @classmethod
    def together(cls, wrong: Sequence[Invalid]) -> Invalid:
        """One refusal for several fields, told by its first."""
        first, *others = wrong
        first.beside = tuple(others)
        return first


class Unreadable(Invalid, ValueError):
    """What you wrote is no number, day, telephone or word of the kind that is asked here."""


class KeyReused(Invalid):
    """This key of yours has been used for something else."""


class TooMany(Refusal):
    """You tried too often: come back in `retry_after` seconds."""

    def __init__(self, reason: str, *, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
