"""Details of a command that run in step, as callers of GraphQL say them: one list of objects, a row for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strawberry import UNSET

from models.base.refusals import Invalid


@dataclass(frozen=True)
class Together:
    """Details that run in step, given as one list of objects: part of the object -> detail."""

    shown: type
    parts: Mapping[str, str]

    @property
    def details(self) -> tuple[str, ...]:
        """What these rows tell the command."""
        return tuple(self.parts.values())

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        """The lists that the command takes; of lists within, one after the other. What no row says is left out."""
        told: dict[str, Any] = {}
        for part, detail in self.parts.items():
            values = [getattr(row, part) for row in rows or ()]
            if not values or any(value is not UNSET for value in values):
                told[detail] = _in_a_row(detail, values, self._nothing(part))
        return told

    def path(self, detail: str, place: list[str]) -> list[str] | None:
        """Where in the rows a detail stands; None for one that is told elsewhere."""
        return next(([*place, part] for part, of in self.parts.items() if of == detail), None)

    def _nothing(self, part: str) -> Any:
        """What an emptied part is."""
        return 0 if str(self.shown.__annotations__.get(part)).startswith("int") else ""


def _in_a_row(detail: str, values: list[Any], nothing: Any) -> list[Any]:
    """One after the other. A row that leaves out what others say is refused: the command could only take it for empty.

    Lists within must be equally long: put after one another, a word too few would move all that follow to other rows.
    """
    if UNSET in values:
        raise Invalid("这一项要么每一行都写，要么每一行都不写。", field=f"{detail}.{values.index(UNSET)}")
    if any(isinstance(value, list) for value in values):
        if len({len(value or ()) for value in values}) > 1:
            raise Invalid("每一行要写的项数必须一样多。", field=detail)
        return [part for value in values for part in value or ()]
    return [nothing if value is None else value for value in values]
