"""What an event tells beside its details, for whoever reads the trail when rows have moved on: one typed form for each kind.

A command says `tell(Spoken(asks=True))`, and `Spoken.read(event.facts)` has it again. The trail is never written
over, so a fact that joined a kind later has a default: what older events did not tell reads as that.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Nothing personal, and nothing that a reader of the place's trail may not know."""

    def told(self) -> dict[str, Any]:
        """As it goes into the event: what is as it is by default needs no word."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            one.name: told[one.name]
            for one in fields(self)
            if one.default is MISSING or told[one.name] != one.default
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self | None:
        """What an event told; None where it is from before this kind was told, or somebody wrote it over."""
        own: Any = cls
        kinds = _kinds(own)
        kept = {name: told[name] for name in kinds if name in told}
        # Told without it is not told: a reader that guessed would count what nobody said.
        needed = {one.name for one in fields(cls) if one.default is MISSING}
        if not needed <= kept.keys():
            return None
        try:
            return cls(**{name: _as(kinds[name], value) for name, value in kept.items()})
        except (TypeError, ValueError, ArithmeticError):
            return None


@cache
def _kinds(facts: Hashable) -> dict[str, Any]:
    return get_type_hints(facts)


def _as(kind: Any, value: Any) -> Any:
    """A value of the trail, where there are only texts, numbers, lists and objects, as what it was."""
    if isinstance(kind, UnionType):
        return (
            None
            if value is None
            else _as(next(one for one in get_args(kind) if one is not type(None)), value)
        )
    if get_origin(kind) is tuple:
        return tuple(_as(get_args(kind)[0], one) for one in value)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return value if get_origin(kind) is dict or kind is Any else kind(value)
