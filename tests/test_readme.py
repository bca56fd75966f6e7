"""The examples of the README are run as they stand there."""

import re
from pathlib import Path

import pytest

from schema import schema
from schema.base.http import Context
from tests.builders import a_town, a_viewer

README = Path(__file__).parents[1] / "README.md"
EXAMPLES = re.findall(r"```graphql\n(.*?)```", README.read_text(), re.S)


@pytest.mark.anyio
@pytest.mark.parametrize("example", EXAMPLES)
async def test_the_examples_run(town, example):
    coordinator = await a_viewer("coordinator", (await a_town()).township)
    result = await schema.execute(example, context_value=Context(coordinator))
    assert not result.errors, result.errors
