"""Mistakes of callers as GraphQL errors, and everything unexpected masked behind a reference number."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from models.base import refusals
from models.base.error_codes import ErrorCode
from models.base.outages import Outage, outage_of, refusal_of
from models.base.refusals import Refusal
from models.base.versions import Changed
from schema.base.error_messages import in_words
from schema.base.languages import in_language

log = logging.getLogger("xingcun.graphql")


@strawberry.enum(description="Why something was not done, for programs to go by.")
class RefusalCode(Enum):
    NOT_FOUND = strawberry.enum_value(
        "NOT_FOUND", description="It is not there, or not the caller's to know of."
    )
    NOT_ALLOWED = strawberry.enum_value(
        "NOT_ALLOWED", description="The caller is not one of those who may do this."
    )
    NOT_NOW = strawberry.enum_value(
        "NOT_NOW", description="They may, but not in the state that things are in."
    )
    INVALID = strawberry.enum_value(
        "INVALID", description="What was said makes no sense here; `path` tells which part."
    )
    VERSION_CONFLICT = strawberry.enum_value(
        "VERSION_CONFLICT",
        description="Somebody else has changed it since the version named in `seenVersion`.",
    )
    KEY_REUSED = strawberry.enum_value(
        "KEY_REUSED", description="The key was used before, with other content."
    )
    TOO_MANY = strawberry.enum_value("TOO_MANY", description="Tried too often: see `retryAfterSeconds`.")
    NEEDS_PASSWORD = strawberry.enum_value(
        "NEEDS_PASSWORD", description="Done by a person alone, who enters their password on a page."
    )


CODES: tuple[tuple[type[Refusal], RefusalCode], ...] = (
    (refusals.NotFound, RefusalCode.NOT_FOUND),
    (refusals.NotAllowed, RefusalCode.NOT_ALLOWED),
    (Changed, RefusalCode.VERSION_CONFLICT),
    (refusals.NotNow, RefusalCode.NOT_NOW),
    (refusals.TooMany, RefusalCode.TOO_MANY),
    (refusals.KeyReused, RefusalCode.KEY_REUSED),
)
"""Which kind of refusal is told by which code, the narrower first; every other is INVALID."""
IN_PERSON = "password"
"""What is typed on a page alone: a program that knew it could sign for anybody."""


class BadInput(GraphQLError):
    """An argument that makes no sense, in a sentence for the person who wrote the query."""

    def __init__(
        self,
        reason: str,
        field: str | None = None,
        path: tuple[str, ...] = (),
        code: ErrorCode = ErrorCode.BAD_INPUT,
    ) -> None:
        within = {"path": path} if path else {}
        super().__init__(reason, extensions={"code": code, "field": field, **within})
        self.reason = reason
        """As it was said: graphql-core puts words of its own before the message."""


def code_of(refusal: Refusal) -> RefusalCode:
    """The code by which programs tell this refusal from others."""
    if refusal.field == IN_PERSON:
        return RefusalCode.NEEDS_PASSWORD
    return next((code for kind, code in CODES if isinstance(refusal, kind)), RefusalCode.INVALID)


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as the caller may read it, in their language."""
    told = _told(error)
    return {**told, "message": in_language(told["extensions"]["code"], told["message"])}


def _told(error: GraphQLError) -> dict[str, Any]:
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        if (told := in_words(error)) is None:
            return _masked(error, error)
        return {**error.formatted, "message": told[0], "extensions": told[1]}
    if outage := outage_of(cause):
        log.warning("GraphQL could not answer", exc_info=cause)
        return {**error.formatted, "message": outage.sentence, "extensions": {"code": outage.code}}
    if (no := cause if isinstance(cause, Refusal) else refusal_of(cause)) is not None:
        extensions = {"code": code_of(no).value, "field": to_camel_case(no.field) if no.field else None}
        return {**error.formatted, "message": no.reason, "extensions": extensions}
    return _masked(error, cause)


def outage_in(errors: Iterable[GraphQLError]) -> Outage | None:
    """The first known fault of the machine among these errors, by which the whole answer has its status."""
    causes = (error.original_error for error in errors)
    return next((found for cause in causes if cause is not None and (found := outage_of(cause))), None)


def _masked(error: GraphQLError, cause: BaseException) -> dict[str, Any]:
    reference = secrets.token_hex(4).upper()
    log.error("GraphQL error %s at %s", reference, error.path, exc_info=cause)
    return {
        **error.formatted,
        "message": f"系统出错了，请把编号 {reference} 告诉管理员。",
        "extensions": {"code": ErrorCode.INTERNAL, "reference": reference},
    }
