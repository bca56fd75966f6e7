"""Saying no as data: a mutation answers with the thing, or with the refusal and its reason."""

from __future__ import annotations

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.base import refusals
from models.base.versions import Changed
from schema.base.errors import code_of


@strawberry.type(description="One part of a record that is not as the caller had seen it.")
class Difference:
    field: str
    label: str
    now: str


@strawberry.type(description="Why it was not done, in a sentence for the person who asked.")
class Refusal:
    code: str
    reason: str
    field: str | None
    version: str | None = strawberry.field(
        default=None, description="With CHANGED: the version to give as `seen` once the differences are read."
    )
    differences: list[Difference] = strawberry.field(
        default_factory=list, description="With CHANGED: what is not as the caller had seen it."
    )


def refusal(no: refusals.Refusal) -> Refusal:
    """The refusal with its field by the name the caller gave it."""
    told = Refusal(code=code_of(no), reason=no.reason, field=to_camel_case(no.field) if no.field else None)
    if isinstance(no, Changed):
        told.version = no.version or None
        told.differences = [
            Difference(field=to_camel_case(d.field), label=d.label, now=d.now) for d in no.differences
        ]
    return told
