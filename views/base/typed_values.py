"""What a person had typed when a form was refused, for the macros that show the form again."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.base.refusals import Refusal

NOTHING_TYPED: Mapping[str, list[str]] = {}


def form_slug(action: str) -> str:
    """The address of a form as part of an HTML id."""
    return action.strip("/").replace("/", "-") or "home"


class Kept:
    """The typed values of the one form that was refused; the other forms on the page keep their own values."""

    def __init__(self, path: str, typed: Mapping[str, list[str]], refusal: Refusal | None) -> None:
        self.path, self.typed, self.refusal = path, typed, refusal
        self.action, self.seen = "", Counter[str]()

    def enter(self, action: str) -> str:
        """Called by the form macro: the fields that follow belong to the form with this address."""
        self.action = action
        self.seen[action] += 1
        return ""

    @property
    def here(self) -> bool:
        return self.refusal is not None and self.path == self.action.partition("?")[0]

    def value(self, name: str, otherwise: Any = "") -> str:
        """What was typed into this field, or else the value it starts with."""
        if self.here and self.typed:
            return (self.typed.get(name) or [""])[0]
        return shown(otherwise)

    def chosen(self, name: str, otherwise: Any = ()) -> frozenset[str]:
        """The values ticked in a group of boxes, or else those that start ticked."""
        if self.here and self.typed:
            return frozenset(self.typed.get(name, ()))
        return frozenset(shown(one) for one in otherwise)

    def error(self, name: str) -> str:
        """The sentence to show beside the field, if the refusal is about it."""
        if not self.here or self.refusal is None:
            return ""
        every = (self.refusal, *getattr(self.refusal, "beside", ()))
        return next((one.reason for one in every if one.field == name), "")

    def slug(self, name: str) -> str:
        """An id for the field, alone on the page even where two forms have fields of one name."""
        again = f"-{self.seen[self.action]}" if self.seen[self.action] > 1 else ""
        return f"{form_slug(self.action)}{again}-{name}"

    @staticmethod
    def new_key() -> str:
        return secrets.token_urlsafe(15)


def shown(value: Any) -> str:
    """A value as a form field holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value)
