"""Saying no as data: a payload has the thing, or the refusals and their reasons."""

from __future__ import annotations

from collections.abc import Callable

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.base import refusals
from models.base.versions import Changed
from schema.base.errors import RefusalCode, code_of
from schema.base.languages import in_language


@strawberry.type(description="One part of a record that is not as the caller had seen it.")
class FieldChange:
    field: str = strawberry.field(description="The name of the part.")
    label: str = strawberry.field(description="What pages call it.")
    after: str | None = strawberry.field(
        description="What it says now; null where it can only be told that it moved."
    )


@strawberry.type(description="Why it was not done.")
class Refusal:
    code: RefusalCode = strawberry.field(description="What a program goes by.")
    message: str = strawberry.field(description="A sentence for the person who asked.")
    path: list[str] = strawberry.field(
        description='The part of the input it is about, such as ["criteria", "2", "weight"]; empty where it is the whole.'
    )
    version: str | None = strawberry.field(
        default=None,
        description="With VERSION_CONFLICT: what to give as `seenVersion` once the conflicts are read; null where it must be read first.",
    )
    conflicts: list[FieldChange] = strawberry.field(
        default_factory=list,
        description="With VERSION_CONFLICT, at most 60: what is not as the caller had seen it.",
    )
    retry_after_seconds: int | None = strawberry.field(
        default=None, description="With TOO_MANY: how long to wait before the next try."
    )


def refusal(no: refusals.Refusal, path: Callable[[str], list[str]]) -> Refusal:
    """The refusal with its field by the names the caller gave."""
    at = [to_camel_case(part) for part in path(no.field)] if no.field else []
    code = code_of(no)
    told = Refusal(code=code, message=in_language(code.value, no.reason), path=at)
    if isinstance(no, Changed):
        told.version = no.version or None
        told.conflicts = [
            FieldChange(field=to_camel_case(d.field), label=d.label, after=d.now or None)
            for d in no.differences
        ]
    if isinstance(no, refusals.TooMany):
        told.retry_after_seconds = no.retry_after
    return told
