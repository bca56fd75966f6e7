"""Whoever looks at another's pages has there the rights to read that both have, whatever page asks for one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from models import burden, ledger
from models.schemes import is_evaluator
from tests.builders import a_town, a_viewer
from tests.sources import MODELS

pytestmark = pytest.mark.anyio


def _rights() -> Iterator[ast.FunctionDef]:
    """What tells of a viewer, by yes or no, whether they read something."""
    for path in MODELS:
        for one in ast.parse(path.read_text("utf-8")).body:
            if isinstance(one, ast.FunctionDef) and one.args.args and one.returns is not None:
                first = one.args.args[0]
                if first.arg == "viewer" and ast.unparse(one.returns) == "bool":
                    yield one


def test_every_right_to_read_asks_both_who_look() -> None:
    found = {one.name: [ast.unparse(by) for by in one.decorator_list] for one in _rights()}
    assert len(found) > 8
    assert [name for name, by in found.items() if by != ["for_all_eyes"]] == []


async def test_a_look_tells_of_lateness_and_villages_no_more_than_the_one_who_looks_reads(town: str) -> None:
    place = await a_town()
    keeper, observer = await a_viewer("list_keeper", place.county), await a_viewer("observer", place.county)
    secretary = await a_viewer("secretary", place.village)
    for viewer, reads in (
        (keeper, True),
        (replace(keeper, watched_by=keeper), True),
        (replace(keeper, watched_by=observer), False),
        (replace(observer, watched_by=keeper), False),
    ):
        assert burden.answers_for(viewer, place.village.path) is reads
        assert is_evaluator(viewer, place.village.path) is reads
    assert ledger.oversees_villages(keeper)
    assert not ledger.oversees_villages(replace(keeper, watched_by=secretary))
