"""The API answers whatever is sent to it with JSON that a caller can act upon."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import orjson
import pytest

from schema import schema
from schema.base.build import core
from tests.fuzz.documents import Writer, spoilt
from tests.fuzz.judging import Judge
from tests.fuzz.scene import LATER, a_busy_town, callers
from tests.views.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town), pytest.mark.moment(LATER)]
EXAMPLES = pytest.mark.parametrize("examples", [250, pytest.param(5_000, marks=pytest.mark.nightly)])
"""On each database: 500 in every run, 10,000 by night."""


@EXAMPLES
async def test_no_document_that_the_schema_allows_breaks_the_door(
    site: Site,
    chance: Random,
    figure: Callable[[str], None],
    examples: int,
) -> None:
    browsers, writer, judge = await callers(site, await a_busy_town()), Writer(core(schema), chance), Judge()
    done = 0
    for _ in range(examples):
        document, variables = writer.document()
        document = spoilt(chance, document) if chance.random() < 0.1 else document
        try:
            body = orjson.dumps({"query": document, "variables": variables})
        except TypeError:
            body = orjson.dumps({"query": document})
        answer = await chance.choice(browsers).post(
            "/graphql", content=body, headers={"content-type": "application/json"}
        )
        judge.hear(answer, body.decode(), of_api=True)
        done += b'"errors"' not in answer.content
    figure(f"{examples} documents, {done} of them carried out; {judge.told}")
    assert done > examples / 4
    assert not judge.wrong, "\n\n".join(judge.wrong[:8])
