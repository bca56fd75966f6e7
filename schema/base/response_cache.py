"""Answers kept while nothing moves: for documents that ask only for what changes with a version, by who may see what.

The key is a digest of everything an answer depends on: the document, the operation, the variables it declares, the
viewer's rights (posts, not sessions) and the data's version as this server last heard of it. What no version tells
of, such as the new name of a village, is seen within half a minute. Where nobody keeps the version up to date, as in
a terminal or a test, nothing is kept; and nothing for strangers, so that nobody without an account fills the memory.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType, Visitor, visit

from models.base.viewer import Viewer

MOST_BYTES = 32 * 1024 * 1024
LARGEST = 512 * 1024
MOST_ANSWERS, BESIDE = 4_096, 256
"""How many answers are kept, and the bytes that each takes beside its own."""
OLDEST = 30.0
"""Seconds after which an answer is made afresh even though no version has moved."""


def fields_of(document: DocumentNode) -> frozenset[str] | None:
    """Every field of a document that is one plain query without fragments, or None for anything else."""
    there = list(document.definitions)
    if len(there) != 1 or not isinstance(there[0], OperationDefinitionNode):
        return None
    if there[0].operation is not OperationType.QUERY:
        return None
    seen = _Seen()
    visit(document, seen)
    roots = {
        _as_root(one.name.value) for one in there[0].selection_set.selections if isinstance(one, FieldNode)
    }
    return None if seen.fragments else frozenset(seen.fields | roots)


def _as_root(name: str) -> str:
    """A field where a query begins: `nodes` of a page is not the `nodes` that gives anything by its id."""
    return f"query {name}"


class _Seen(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.fragments = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.fields.add(node.name.value)

    def enter_inline_fragment(self, *_: Any) -> None:
        self.fragments = True


@dataclass(frozen=True)
class Keeping:
    """What may be kept: answers of these fields alone, while this version stays what it is."""

    fields: frozenset[str]
    version: Callable[[], int | None]
    roots: frozenset[str] = frozenset()
    """With which of them a query begins."""

    def covers(self, fields: frozenset[str]) -> bool:
        return fields <= self.fields | {_as_root(one) for one in self.roots}


class Kept:
    """A bounded memory of whole answers, the least lately used forgotten first."""

    def __init__(self, keeping: Keeping | None) -> None:
        self.keeping = keeping
        self.answers: OrderedDict[bytes, bytes] = OrderedDict()
        self.size = 0

    def key(
        self,
        fields: frozenset[str] | None,
        query: str,
        operation: str | None,
        variables: Mapping[str, Any],
        viewer: Viewer,
    ) -> bytes | None:
        """What an answer to this is kept under, or None where it is not to be kept."""
        if self.keeping is None or not fields or not self.keeping.covers(fields):
            return None
        if viewer.watched_by or not viewer.signed_in:
            return None
        version = self.keeping.version()
        if version is None:
            return None
        rights, age = (viewer.person_id, viewer.via, viewer.hats), int(time.monotonic() // OLDEST)
        return _digest([query, operation, variables, rights, version, age])

    def get(self, key: bytes) -> bytes | None:
        body = self.answers.get(key)
        if body is not None:
            self.answers.move_to_end(key)
        return body

    def put(self, key: bytes, body: bytes) -> None:
        if len(body) > LARGEST or key in self.answers:
            return
        self.answers[key] = body
        self.size += len(body) + BESIDE
        while self.size > MOST_BYTES or len(self.answers) > MOST_ANSWERS:
            self.size -= len(self.answers.popitem(last=False)[1]) + BESIDE


def _digest(parts: list[Any]) -> bytes:
    """Of one length, however long what it stands for."""
    told = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS, default=sorted)
    return hashlib.blake2b(told, digest_size=20).digest()
