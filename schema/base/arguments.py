"""The details of a command as callers of GraphQL give them: what may be said, what it is called, and how it is read."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from strawberry import ID

from models.base.commands import Command
from models.base.optional_details import Kind, kind_of
from models.base.records import Record
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.bidding import Paper, paper_held
from models.files import Stored, Upload, stored_of
from schema.base.enums import code_in
from schema.base.errors import IN_PERSON
from schema.base.nodes import located, located_all
from schema.base.numbers import Yuan
from schema.base.references import REFERENCES

LEFT_OUT = "Left out, it stays as it is; null empties it."
UPLOADED = "Ids of what was sent ahead to POST /files within a day."
SENT_AHEAD: dict[Any, Callable[[Upload], Any]] = {Stored: stored_of, Paper: paper_held}
"""Details that are files: a caller sends them ahead and names them by id."""
CALLED = {
    "deadline": "due_on",
    "on": "hand_over_on",
    "until": "until_on",
    "widest_spread": "widest_spread_score",
    "shows_numbers": "is_bid_count_shown",
    "stay_away": "is_staying_away",
}
"""What commands call otherwise than all callers do."""
SAYABLE = (str, int, bool, date, datetime, Decimal)


@dataclass(frozen=True)
class Argument:
    """One detail of a command as a caller of GraphQL gives it."""

    name: str
    kind: Kind
    record: type[Record] | None
    default: Any
    codes: type[Enum] | None = None

    @property
    def shown(self) -> Any:
        one: Any = self._one
        bare: Any = list[one] if self.kind.is_many else one
        return bare if self.must_be_given else bare | None

    @property
    def _one(self) -> Any:
        if self.record is not None:
            return reference_to(self.record)
        if self.name.endswith("_yuan"):
            return Yuan
        if self.item is Decimal:
            return float  # A JSON number like every figure; it is kept as exactly as it was written.
        return ID if self.item in SENT_AHEAD else self.codes or self.item

    @property
    def said(self) -> str:
        """What callers call it: one word for one thing, and a question where the answer is yes or no."""
        is_question = self.item is bool and not self.name.startswith(("is_", "has_", "include_"))
        return CALLED.get(self.name, f"is_{self.name}" if is_question else self.name)

    @property
    def must_be_given(self) -> bool:
        return self.default is inspect.Parameter.empty

    @property
    def description(self) -> str:
        words = [UPLOADED] if self.item in SENT_AHEAD else []
        return " ".join([*words, *([LEFT_OUT] if self.kind.may_be_absent else [])])

    @property
    def item(self) -> Any:
        return self.kind.item if self.kind.is_many else self.kind.type

    @property
    def is_sayable(self) -> bool:
        """Whether GraphQL can carry it; what is typed in person, for one, comes through pages only."""
        known = self.record is not None or self.item in SAYABLE or self.item in SENT_AHEAD
        return known and self.name != IN_PERSON

    def is_in(self, given: Mapping[str, Any]) -> bool:
        """Whether the caller said it: null says "empty" of what may be left out, and nothing of anything else."""
        return self.name in given and (given[self.name] is not None or self.kind.may_be_absent)

    async def said_by(self, viewer: Viewer, value: Any) -> Any:
        """The value as the command takes it; raises a refusal that names this detail."""
        return await found(self.name, self.read(viewer, value))

    async def read(self, viewer: Viewer, value: Any) -> Any:
        if value is None:
            return self.kind.emptied(self.name)
        if self.item in SENT_AHEAD:
            sent = await located_all(viewer, Upload, value)
            return [SENT_AHEAD[self.item](upload) for upload in sent]  # type: ignore[arg-type]
        if self.item is Decimal:
            return Decimal(str(value))
        if self.record is None:
            return [code_in(part) for part in value] if self.kind.is_many else code_in(value)
        if self.kind.is_many:
            return await located_all(viewer, self.record, value)
        return await located(viewer, self.record, value)


async def found(name: str, reading: Awaitable[Any]) -> Any:
    """What is read of a detail; what it names and is not there is said of this detail."""
    try:
        return await reading
    except NotFound as no:
        no.field = f"{name}.{no.field}" if no.field else name
        raise


def reference_to(record: type[Record]) -> Any:
    """How callers name a row of this record."""
    return REFERENCES[record].shown if record in REFERENCES else ID


def _argument(name: str, hint: Any, default: Any, codes: type[Enum] | None) -> Argument:
    kind = kind_of(hint)
    inside = kind.item if kind.is_many else kind.type
    record = inside if inspect.isclass(inside) and issubclass(inside, Record) else None
    return Argument(name, kind, record, default, codes)


def arguments_of(command: Command[Any, Any, Any], codes: Mapping[str, type[Enum]]) -> list[Argument]:
    """Every detail that a program may give."""
    parameters = inspect.signature(command.act).parameters
    found = [
        _argument(name, hint, parameters[name].default, codes.get(name))
        for name, hint in command.details.items()
    ]
    return [one for one in found if one.is_sayable]
