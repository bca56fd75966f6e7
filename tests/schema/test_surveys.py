"""Surveys through GraphQL: what a viewer may read of them, and that nobody answers there."""

from __future__ import annotations

from typing import Any

import pytest

from models.base.viewer import Viewer
from schema import door, schema
from schema.base.build import core
from tests.builders import a_town, a_viewer
from tests.models.surveys.scenes import SPLIT, an_open_round, answered, closed
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
ALL = """{ surveys(first: 5) { edges { node { title stateLabel villages(first: 10) { edges { node {
  unit { name } invited answered responsePercent isCounted isBunched score scoreLow scoreHigh firstScore secondScore } } } } } } }"""


async def _told(viewer: Viewer) -> dict[str, Any]:
    answer = await ask(door, viewer, ALL)
    assert "errors" not in answer, answer
    (edge,) = answer["data"]["surveys"]["edges"]
    return {one["node"]["unit"]["name"]: one["node"] for one in edge["node"]["villages"]["edges"]}


async def test_results_are_told_to_whom_they_belong_when_the_round_is_over(town: str) -> None:
    place = await a_town()
    made = await an_open_round(place)
    await answered(made, place.village, SPLIT)
    own, head = await a_viewer("secretary", place.village), await a_viewer("head", place.township)
    assert await _told(own) == await _told(head) == {}
    running = (await _told(made.keeper))["梅渚村"]
    assert (running["answered"], running["isBunched"], running["score"]) == (20, True, None)
    await closed(made)
    for viewer in (own, head, made.keeper):
        told = (await _told(viewer))["梅渚村"]
        assert (told["scoreLow"], told["score"], told["scoreHigh"]) == (61.3, 75.0, 88.7)
        assert told["firstScore"] == told["secondScore"] == 75.0
    other = (await _told(await a_viewer("secretary", place.second_village)))["梅渚村"]
    assert (other["score"], other["isBunched"], other["responsePercent"]) == (None, None, 33)
    assert other["isCounted"] is True


def test_nothing_here_answers_prints_or_draws() -> None:
    offered = core(schema).mutation_type
    assert offered is not None
    about = {name for name in offered.fields if "urvey" in name or "nvitation" in name}
    assert about == {
        "draftSurvey",
        "changeSurvey",
        "stateSurveyHouseholds",
        "openSurvey",
        "excludeSurveyVillage",
    }
    told = schema.as_str()
    assert not any(f" {name}: " in told for name in ("tally", "seed", "tokenHash"))
