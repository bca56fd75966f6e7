"""Answers are kept only while nothing moves, for whoever has the same rights, and never anything but plain queries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import parse

from models.base import statement_cache
from models.base.viewer import ANONYMOUS, Viewer
from models.units import Unit
from schema.base import documents, response_cache
from schema.base.http import Door
from schema.base.response_cache import Keeping, Kept, fields_of
from tests.builders import a_town, a_unit, a_viewer
from tests.counting import counted
from tests.schema.toys import toy_door

pytestmark = pytest.mark.anyio
QUERY = "query Units($n: Int!) { units(first: $n) { edges { node { id name } } } }"


async def asked(application: Door, viewer: Viewer, body: bytes) -> bytes:
    """One POST to an ASGI application, without a network in between."""
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
    scope = {"type": "http", "method": "POST", "headers": headers, "state": {"viewer": viewer}}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    await application(scope, receive, send)
    return b"".join(parts)


class Moving:
    """A door whose units move when the test says so."""

    def __init__(self) -> None:
        self.at: int | None = 1
        shown = frozenset({"units", "edges", "node", "id", "name"})
        self.door = Door(
            toy_door.operations.schema, keeping=Keeping(shown, lambda: self.at, frozenset({"units"}))
        )

    async def answer(self, viewer: Viewer, query: str = QUERY, **variables: Any) -> tuple[Any, int]:
        """What the door says, and how many statements it took."""
        body = orjson.dumps({"query": query, "variables": variables or {"n": 50}})
        with counted() as told:
            said = orjson.loads(await asked(self.door, viewer, body))
        return said, len(told)


async def test_the_same_question_is_answered_from_memory_until_something_moves(town: str) -> None:
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    first, statements = await moving.answer(viewer)
    again, none = await moving.answer(viewer)
    assert statements == 1 and none == 0 and again == first
    await a_unit("village", await Unit.get(pk=place.township.pk))
    assert (await moving.answer(viewer))[0] == first, "nobody said that anything moved"
    moving.at = 2
    after, statements = await moving.answer(viewer)
    assert statements == 1 and after != first


async def test_other_variables_and_other_rights_are_other_questions(town: str) -> None:
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    await moving.answer(viewer)
    for other, variables in ((viewer, {"n": 2}), (await a_viewer("observer", place.county), {"n": 50})):
        assert (await moving.answer(other, **variables))[1] == 1
    assert (await moving.answer(replace(viewer, hats=())))[1] == 1
    watched = replace(viewer, watched_by=viewer)
    assert [(await moving.answer(watched))[1] for _ in range(2)] == [1, 1], "a look is never kept"


async def test_without_a_version_and_after_half_a_minute_nothing_is_kept(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    await moving.answer(viewer)
    monkeypatch.setattr(response_cache.time, "monotonic", lambda: 10.0**9)
    assert (await moving.answer(viewer))[1] == 1
    moving.at = None
    assert [(await moving.answer(viewer))[1] for _ in range(2)] == [1, 1]


async def test_other_documents_and_failures_are_never_kept(town: str) -> None:
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    beside = '{ units(first: 5) { edges { node { id } } } unit(id: "x") { id } }'
    wrong = "{ units(first: 0) { edges { node { id } } } }"
    for query in (beside, wrong):
        await moving.answer(viewer, query)
        assert (await moving.answer(viewer, query))[0] == (await moving.answer(viewer, query))[0]
    assert not moving.door.kept.answers


def test_only_one_plain_query_without_fragments_names_its_fields() -> None:
    assert fields_of(parse("{ a b: a c { d } }")) == {"a", "c", "d", "query a", "query c"}
    for text in (
        "mutation { a }",
        "query A { a } query B { b }",
        "{ ... on Query { a } }",
        "{ a { ... { b } } }",
    ):
        assert fields_of(parse(text)) is None


def test_the_memory_is_bounded_in_bytes_and_in_answers() -> None:
    kept = Kept(None)
    kept.put(b"large", b"x" * (response_cache.LARGEST + 1))
    assert not kept.answers
    for number in range(100):
        kept.put(b"%d" % number, b"x" * response_cache.LARGEST)
    assert kept.size <= response_cache.MOST_BYTES and kept.get(b"0") is None and kept.get(b"99") is not None
    for number in range(2 * response_cache.MOST_ANSWERS):
        kept.put(b"small %d" % number, b"")
    assert len(kept.answers) == response_cache.MOST_ANSWERS
    assert kept.size == sum(len(body) + response_cache.BESIDE for body in kept.answers.values())


async def test_nobody_fills_the_memory_with_variables_of_their_own(town: str) -> None:
    """What a document does not declare changes no answer; what is long is no longer as a key; strangers have none."""
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    for number in range(20):
        assert (await moving.answer(viewer, n=50, filler="x" * 5_000 * number))[1] == (number == 0)
    assert len(moving.door.kept.answers) == 1 and {len(key) for key in moving.door.kept.answers} == {20}
    for number in range(5):
        await moving.answer(ANONYMOUS, n=number + 1)
    assert len(moving.door.kept.answers) == 1


async def test_documents_and_words_of_any_length_leave_the_memory_as_it_is(town: str) -> None:
    """Whoever asks with ever other long words is answered, and not remembered."""
    place, moving = await a_town(), Moving()
    viewer = await a_viewer("observer", place.county)
    for number in range(60):
        await moving.answer(
            viewer, "{ units(first: 1) { edges { node { id } } } } #" + "x" * 50_000 + str(number)
        )
    known = moving.door.operations
    assert known.size == sum(map(len, known.known)) <= documents.MOST_TEXT
    before = len(statement_cache._known)
    for number in range(20):
        await statement_cache.run(Unit.filter(name__icontains="x" * 1_000 + str(number)), ("id",))
    assert len(statement_cache._known) == before
