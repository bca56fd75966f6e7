"""Every path through tasks and assignments that people could take, taken at random by all of them at once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest

from models.tasks import (
    Task,
)
from tests.models.tasks import cast
from tests.models.tasks.cast import LEFT_OUT
from tests.models.tasks.walk import EVERYWHERE, STATEFUL, walk
from tests.models.test_states import COMMANDS, subject_of, table

MANY = 600
"""Walks that come to ten thousand steps: they are drawn up to 20 steps long, and are some 18 in the mean."""


def test_every_verb_of_tasks_and_requests_is_played_or_left_out_for_a_reason() -> None:
    written = inspect.getsource(cast)
    ours = {name for name, one in COMMANDS.items() if subject_of(one) in STATEFUL}
    played = {name for name in ours if re.search(rf"\b{re.escape(name)}\b(?!\")", written)}
    assert {name for name in ours - played if name.split(".")[0] in ("tasks", "screening")} <= set(LEFT_OUT)
    assert not played & set(LEFT_OUT)


def test_no_path_leads_to_a_village_past_approval_wakes_what_is_over_or_loses_a_request(
    town_url: str,
) -> None:
    reached = walk(2, *((state,) for state in EVERYWHERE))
    assert reached.keys() >= {"Task:draft", "Task:dispatched"} and len(reached) > 9, reached


@pytest.mark.nightly
def test_ten_thousand_steps_of_everybody_find_no_such_path_either(
    town_url: str, figure: Callable[[str], None]
) -> None:
    reached = walk(MANY, EVERYWHERE)
    figure(f"{reached['steps']} steps, {sorted(reached.items())}")
    assert reached["steps"] >= 10_000
    assert {f"Task:{state}" for state in table(Task).labels} <= reached.keys()
    assert len(reached.keys() & COMMANDS.keys()) > 25, "most verbs are played"
