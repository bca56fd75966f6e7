"""Whatever the trail does not tell in words is held to it by a digest, or there is a reason why it need not be."""

from __future__ import annotations

import pytest
from tortoise import Tortoise

from models.base.commands import SEALED
from models.base.details import marks_of
from models.base.digests import comparisons
from models.base.sealer import seal_all
from models.surveys import SurveyVillage
from models.trail import verify
from tests.builders import a_town
from tests.models.complaints.scenes import told
from tests.models.past_the_triggers import undone_afterwards
from tests.models.surveys.scenes import SPLIT, an_open_round, answered, closed
from tests.models.test_states import COMMANDS

NEED_NOT = {
    "Account": "password_hash lets somebody in, and tells nothing",
    "ApiToken": "token_hash is a key",
    "Session": "token_hash is a key",
    "Person": "tied_until follows from who appointed or reset whom, which the trail tells",
    "Invitation": "token_hash is a key, used up once",
    "Upload": "content is of a file that no command has taken yet; who takes it sees what it is",
}
SEALED_IN = {
    "bidding.write_bid": "Bid",
    "bidding.score_bid": "Score",
    "complaints.complain": "Complaint",
    "complaints.complain_unnamed": "Complaint",
}
"""Where the sealed details of a command end up."""


@pytest.mark.anyio
async def test_every_record_that_keeps_something_out_of_the_trail_is_held_to_it(town: str) -> None:
    apart = {
        record.__name__ for record in Tortoise.apps["models"].values() if getattr(record, "kept_out", None)
    }
    held = {record.__name__ for record in comparisons}
    assert apart - held == set(NEED_NOT)
    assert held <= apart | set(SEALED_IN.values())


def test_every_command_with_sealed_details_says_where_they_are_held_to_the_trail() -> None:
    sealing = {
        name
        for name, one in COMMANDS.items()
        if any(id(SEALED) in marks_of(hint) for hint in one.details.values())
    }
    assert sealing == set(SEALED_IN)
    assert set(SEALED_IN.values()) <= {record.__name__ for record in comparisons}


@pytest.mark.anyio
async def test_a_complaint_turned_to_another_page_and_counters_of_a_closed_round_are_found(town: str) -> None:
    place = await a_town()
    complaint = await told(place)
    made = await an_open_round(place)
    await answered(made, place.village, SPLIT)
    survey = await closed(made)
    await seal_all()
    assert await verify() == []

    async def found() -> list[str]:
        return [fault.what for fault in await verify()]

    turned = f"UPDATE complaint SET page = '/elsewhere' WHERE id = {complaint.pk}"
    assert ["与提出时不符" in what for what in await undone_afterwards(turned, found)] == [True]
    village = await SurveyVillage.get(survey=survey, unit=place.village)
    counted = f"UPDATE survey_village SET tally = '{sorted(village.tally)}' WHERE id = {village.pk}"
    assert ["计数与结束时不符" in what for what in await undone_afterwards(counted, found)] == [True]
