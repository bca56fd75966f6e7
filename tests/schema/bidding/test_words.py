"""The board's words and inputs are the commands' own: nothing is offered that no command takes, and no state has two stages."""

from __future__ import annotations

import pytest

from models import bidding
from models.base.commands import Command
from models.bidding.filters import STATES_OF
from schema.base.together import Together
from schema.bidding.inputs import COMPARED, CRITERIA, SCORES


@pytest.mark.parametrize(
    ("together", "command"),
    [
        (CRITERIA, bidding.draft_project),
        (CRITERIA, bidding.change_project),
        (COMPARED, bidding.compare),
        (SCORES, bidding.score_bid),
    ],
)
def test_what_is_said_in_one_go_are_details_of_the_command(
    together: dict[str, Together], command: Command
) -> None:
    for one in together.values():
        assert set(one.details) <= set(command.details), command.name


def test_every_state_of_a_project_that_people_see_stands_at_one_stage() -> None:
    held = [state for states in STATES_OF.values() for state in states]
    assert set(bidding.STAGES) <= set(STATES_OF) and len(held) == len(set(held))
    assert set(held) <= set(bidding.PROJECT_STATES)
