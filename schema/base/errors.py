"""Mistakes of callers as GraphQL errors, and everything unexpected masked behind a reference number."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError

from models.base.error_codes import ErrorCode
from models.base.refusals import Refusal
from models.base.troubles import Trouble, refusal_of, trouble_of
from schema.base.error_messages import in_words

log = logging.getLogger("xingcun.graphql")


class BadInput(GraphQLError):
    """An argument that makes no sense, in a sentence for the person who wrote the query."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason, extensions={"code": ErrorCode.BAD_INPUT, "field": field})
        self.reason = reason
        """As it was said: graphql-core puts words of its own before the message."""


def code_of(refusal: Refusal) -> str:
    """NotFound -> NOT_FOUND."""
    name = type(refusal).__name__
    return "".join(f"_{c}" if c.isupper() and at else c for at, c in enumerate(name)).upper()


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as the caller may read it."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        if (told := in_words(error)) is None:
            return _masked(error, error)
        return {**error.formatted, "message": told[0], "extensions": told[1]}
    if trouble := trouble_of(cause):
        log.warning("GraphQL could not answer", exc_info=cause)
        return {**error.formatted, "message": trouble.sentence, "extensions": {"code": trouble.code}}
    if (no := cause if isinstance(cause, Refusal) else refusal_of(cause)) is not None:
        extensions = {"code": code_of(no), "field": no.field}
        return {**error.formatted, "message": no.reason, "extensions": extensions}
    return _masked(error, cause)


def trouble_in(errors: Iterable[GraphQLError]) -> Trouble | None:
    """The first known fault of the machine among these errors, by which the whole answer has its status."""
    causes = (error.original_error for error in errors)
    return next((found for cause in causes if cause is not None and (found := trouble_of(cause))), None)


def _masked(error: GraphQLError, cause: BaseException) -> dict[str, Any]:
    reference = secrets.token_hex(4).upper()
    log.error("GraphQL error %s at %s", reference, error.path, exc_info=cause)
    return {
        **error.formatted,
        "message": f"系统出错了，请把编号 {reference} 告诉管理员。",
        "extensions": {"code": ErrorCode.INTERNAL, "reference": reference},
    }
