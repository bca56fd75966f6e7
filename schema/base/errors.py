"""Mistakes of callers as GraphQL errors, and everything unexpected masked behind a reference number."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from graphql import GraphQLError

from models.base.refusals import Refusal

log = logging.getLogger("xingcun.graphql")


class BadInput(GraphQLError):
    """An argument that makes no sense, in a sentence for the person who wrote the query."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason, extensions={"code": "BAD_USER_INPUT", "field": field})


def code_of(refusal: Refusal) -> str:
    """NotFound -> NOT_FOUND."""
    name = type(refusal).__name__
    return "".join(f"_{c}" if c.isupper() and at else c for at, c in enumerate(name)).upper()


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error as the caller may read it."""
    cause = error.original_error
    if isinstance(cause, Refusal):
        extensions = {"code": code_of(cause), "field": cause.field}
        return {**error.formatted, "message": cause.reason, "extensions": extensions}
    if cause is None or isinstance(cause, GraphQLError):
        return dict(error.formatted)
    return _masked(error, cause)


def _masked(error: GraphQLError, cause: BaseException) -> dict[str, Any]:
    reference = secrets.token_hex(4).upper()
    log.error("GraphQL error %s at %s", reference, error.path, exc_info=cause)
    return {
        **error.formatted,
        "message": f"系统出错了，请把编号 {reference} 告诉管理员。",
        "extensions": {"code": "INTERNAL_ERROR", "reference": reference},
    }
