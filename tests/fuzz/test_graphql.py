"""The API answers whatever is sent to it with JSON that a caller can act upon."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest

from schema import schema
from schema.base.build import core
from tests.fuzz.documents import Writer, spoilt
from tests.fuzz.judging import judged
from tests.fuzz.scene import FULL, callers
from tests.views.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=FULL)]
KIND = {"content-type": "application/json"}
EXAMPLES = pytest.mark.parametrize("examples", [250, pytest.param(10_000, marks=pytest.mark.nightly)])
"""On each database."""


@EXAMPLES
async def test_no_document_that_the_schema_allows_breaks_the_door(
    site: Site,
    chance: Random,
    figure: Callable[[str], None],
    examples: int,
) -> None:
    browsers, writer = await callers(site, (await FULL()).town), Writer(core(schema), chance)
    done = 0
    with judged() as judge:
        for _ in range(examples):
            body = _body(*writer.document(), chance)
            sending = chance.choice(browsers).post("/graphql", content=body, headers=KIND)
            answer = await judge.ask(sending, body.decode(), of_api=True)
            done += b'"errors"' not in answer.content
    figure(f"{examples} documents, {done} of them carried out; {judge.told}")
    judge.must_have_found_nothing()
    assert done > examples / 4


def _body(document: str, variables: dict[str, Any], chance: Random) -> bytes:
    document = spoilt(chance, document) if chance.random() < 0.1 else document
    try:
        return orjson.dumps({"query": document, "variables": variables})
    except TypeError:
        return orjson.dumps({"query": document})
