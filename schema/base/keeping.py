"""Answers kept while nothing moves: for documents that ask only for what changes with a version, by who may see what.

The key holds everything an answer depends on: the document, the operation, the variables, the viewer's rights
(posts, not sessions) and the data's version as this server last heard of it. What no version tells of, such as the
new name of a village, is seen within half a minute. Where nobody keeps the version up to date, as in a terminal or
a test, nothing is kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import orjson
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, OperationType

from models.base.viewer import Viewer

MOST_BYTES = 32 * 1024 * 1024
LARGEST = 512 * 1024
OLDEST = 30.0
"""Seconds after which an answer is made afresh even though no version has moved."""
Version = Callable[[], int | None]


def roots_of(document: DocumentNode) -> frozenset[str] | None:
    """The root fields of a document that is one plain query, or None for anything else."""
    there = list(document.definitions)
    if len(there) != 1 or not isinstance(there[0], OperationDefinitionNode):
        return None
    if there[0].operation is not OperationType.QUERY:
        return None
    fields = there[0].selection_set.selections
    if not all(isinstance(one, FieldNode) for one in fields):
        return None
    return frozenset(one.name.value for one in fields if isinstance(one, FieldNode))


class Kept:
    """A bounded memory of whole answers, the least lately used forgotten first."""

    def __init__(self, versions: Mapping[str, Version]) -> None:
        self.versions = versions
        """Root field -> the version that moves whenever what it shows does."""
        self.answers: OrderedDict[Hashable, bytes] = OrderedDict()
        self.size = 0

    def key(
        self, roots: frozenset[str] | None, query: str, operation: str | None, variables: Any, viewer: Viewer
    ) -> Hashable | None:
        """What an answer to this is kept under, or None where it is not to be kept."""
        if not roots or not roots <= self.versions.keys() or viewer.watched_by is not None:
            return None
        versions = tuple(self.versions[name]() for name in sorted(roots))
        if None in versions:
            return None
        rights = (viewer.person_id, viewer.via, viewer.hats)
        age = int(time.monotonic() // OLDEST)
        return query, operation, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS), rights, versions, age

    def get(self, key: Hashable) -> bytes | None:
        body = self.answers.get(key)
        if body is not None:
            self.answers.move_to_end(key)
        return body

    def put(self, key: Hashable, body: bytes) -> None:
        if len(body) > LARGEST or key in self.answers:
            return
        self.answers[key] = body
        self.size += len(body)
        while self.size > MOST_BYTES:
            self.size -= len(self.answers.popitem(last=False)[1])
