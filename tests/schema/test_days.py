"""Days and moments through GraphQL: each mutation refuses what lies out of reach, and hours are the town's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from graphql import get_named_type

from models.base.clock import TOWN_ZONE
from models.base.events import Event
from models.bidding import Project
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import MUTATIONS, details, use

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
DATED = {
    name: [a for a, of in details(name).items() if get_named_type(of).name in ("Date", "DateTime")]
    for name in MUTATIONS
}
DATED = {name: arguments for name, arguments in DATED.items() if arguments}
"""Every mutation that takes a day or a moment, with those arguments."""
BEYOND = (date(9999, 12, 31), date(2526, 12, 31), date(1700, 1, 1), date(1, 1, 1))


def _values(name: str, argument: str) -> list[Any]:
    moment = get_named_type(details(name)[argument]).name == "DateTime"
    return [datetime(d.year, d.month, d.day, 12, tzinfo=UTC) if moment else d for d in BEYOND]


@pytest.mark.parametrize("name", DATED)
async def test_a_day_out_of_reach_is_refused_where_it_stands(town: str, name: str) -> None:
    scene = await played(name)
    before = await Event.all().count()
    for argument in DATED[name]:
        for number, value in enumerate(_values(name, argument)):
            many = isinstance(scene.given.get(argument), list)
            given = scene.given | {argument: [value] if many else value}
            said = await use(name, scene.actor, given, key=f"{argument}-{number}")
            assert said["__typename"] == "Refusal" and said["code"] == "INVALID", (argument, value, said)
    assert await Event.all().count() == before


async def test_a_board_closes_by_the_towns_clock(town: str) -> None:
    scene = await played("draftProject")
    opens, closes = scene.given["opensAt"], scene.given["closesAt"]
    local = {"opensAt": _bare(opens), "closesAt": _bare(closes)}
    assert (await use("draftProject", scene.actor, scene.given | local))["__typename"] == "Project"
    made = await Project.all().order_by("-id").first()
    assert made is not None and (made.opens_at, made.closes_at) == (opens, closes)


def _bare(at: datetime) -> datetime:
    """The same moment as the clock on the wall shows it, without an offset."""
    return at.astimezone(TOWN_ZONE).replace(tzinfo=None)
