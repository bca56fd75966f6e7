"""Absent is not empty: what an update is not told stays as it was, what it is told empty is emptied on purpose.

    async def revise(actor, task, *, title: str, repeats: Given[str] = ABSENT):
        changes = {"title": title, **given(repeats=repeats)}

A command that changes what exists marks each detail that may be left out. Both doors read the mark: a form gives a
field only where it stands on the page, GraphQL only where the caller names the argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, TypeAlias, TypeVar, Union, get_args, get_origin

from models.base.refusals import Invalid

T = TypeVar("T")


class Absent(Enum):
    """The one value that says nothing was said."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Given: TypeAlias = T | Absent
"""A detail that an update may leave out."""


def given(**details: Any) -> dict[str, Any]:
    """The details that were given, empty ones among them."""
    return {name: value for name, value in details.items() if value is not ABSENT}


def or_kept(value: Given[T], kept: T) -> T:
    """What was given, or else what stands."""
    return kept if value is ABSENT else value


class Kind(NamedTuple):
    """How a detail is read: its bare type, whether None answers too, whether it may be left out of an update, and its marks."""

    type: Any
    nullable: bool
    may_be_absent: bool
    marks: tuple[object, ...] = ()

    @property
    def is_many(self) -> bool:
        return (get_origin(self.type) or self.type) in (list, tuple, Sequence)

    @property
    def item(self) -> Any:
        """The type of one of many."""
        return kind_of((get_args(self.type) or (str,))[0]).type

    def emptied(self, field: str) -> Any:
        """What an empty answer says of this detail; raises Invalid where it must say something."""
        if self.nullable:
            return None
        if self.is_many:
            return []
        if self.type is str:
            return ""
        raise Invalid("这一项不能为空。", field=field)


def kind_of(hint: Any) -> Kind:
    """The kind of a detail's annotation."""
    if get_origin(hint) is Annotated:
        of, *marks = get_args(hint)
        inner = kind_of(of)
        return inner._replace(marks=(*inner.marks, *marks))
    if get_origin(hint) not in (Union, UnionType):
        return Kind(hint, False, False)
    parts = get_args(hint)
    inner = kind_of(next(part for part in parts if part not in (NoneType, Absent)))
    return inner._replace(
        nullable=inner.nullable or NoneType in parts, may_be_absent=inner.may_be_absent or Absent in parts
    )
