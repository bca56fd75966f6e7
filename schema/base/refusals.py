"""Saying no as data: a mutation answers with the thing, or with the refusal and its reason."""

from __future__ import annotations

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.base import refusals
from schema.base.errors import code_of


@strawberry.type(description="Why it was not done, in a sentence for the person who asked.")
class Refusal:
    code: str
    reason: str
    field: str | None


def refusal(no: refusals.Refusal) -> Refusal:
    """The refusal with its field by the name the caller gave it."""
    return Refusal(code=code_of(no), reason=no.reason, field=to_camel_case(no.field) if no.field else None)
