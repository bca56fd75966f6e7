"""One door: with an asker's role no mutation, form or import makes anything that a village can see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tortoise import Tortoise

from models.base.clock import now
from models.base.records import Record
from models.base.viewer import Viewer
from models.policies import Policy
from tests.builders import LONG_AGO, Town, a_task, a_viewer
from tests.schema.scenes import SCENES, a_listed_town, asker, played
from tests.schema.test_mutations import MUTATIONS, use
from tests.views.conftest import Site, site  # noqa: F401 - the fixture
from views.application import ROUTES

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
VILLAGERS = ("secretary", "cadre", "first_secretary", "liaison", "supervisor", "grid_worker")
ASKED_BY_VILLAGES = {"handleConcern", "answerConcern", "passConcernOn", "sendConcernBack"}
"""What a department answers a village that turned to it: no work comes of it."""
CLOSES = {"withdrawRequest"}
"""What takes work away from villages, and brings none."""
ALONE = {
    *("cancelProject", "relistProject", "writeBid", "submitBid", "withdrawBid", "openBids", "disputeFact"),
    *(
        "compareBids",
        "nameScorers",
        "declareTies",
        "scoreBid",
        "handInScores",
        "releaseScorer",
        "discussScores",
    ),
    *(
        "announceAward",
        "objectToAward",
        "answerAwardObjection",
        "undoAward",
        "giveUpAward",
        "endWithoutAward",
    ),
    *(
        "markMessagesRead",
        "reportMilestone",
        "askForStepTime",
        "takeBackStepTime",
        "answerStepTime",
        "suspendStep",
        "resumeStep",
        "acceptMilestone",
        "returnMilestone",
        "praiseDelivery",
        "adoptScheme",
        "dropScheme",
    ),
}
"""Scenes that turn the clock back, or begin what another has begun."""
ROOM = {"open_tasks": 200, "collisions": 50, "hours_a_week": 400}


async def seen_by(people: list[Viewer]) -> dict[str, set[int]]:
    """The numbers of all rows of all records that people of villages may see."""
    seen: dict[str, set[int]] = {}
    for name, record in Tortoise.apps["models"].items():  # type: ignore[index]
        if issubclass(record, Record) and "visible_to" in vars(record):
            for person in people:
                rows = await record.visible_to(person).values_list("id", flat=True)
                seen.setdefault(name, set()).update(int(str(pk)) for pk in rows)
    return seen


async def villagers(place: Town) -> list[Viewer]:
    homes = [place.village, place.second_village, place.grid]
    return [await a_viewer(role, home) for role in VILLAGERS for home in homes]


async def a_town_with_room() -> Town:
    place = await a_listed_town()
    head = await a_viewer("head", place.township)
    where = {"unit": place.county, "from_on": LONG_AGO, "set_by_id": head.post_id, "made_at": now()}
    for name, value in ROOM.items():
        await Policy.create(name=name, value=value, reason="示范", **where)
    return place


MEANT_FOR_VILLAGES = {"Reveal", "Event", "Mention"}
"""That somebody read what is masked, which the village is to see."""


async def tried_by_askers(place: Town, scenes: dict[str, dict[str, Any]]) -> dict[str, set[int]]:
    """What villages see more of after a department and an office have sent each of these mutations."""
    askers = [await asker(place), await a_viewer("office", place.office)]
    people = await villagers(place)
    before = await seen_by(people)
    for name, given in scenes.items():
        for one in askers if name not in ASKED_BY_VILLAGES | CLOSES else ():
            await use(name, one, given, key=f"{name}-{one.post_id}")
    after = await seen_by(people)
    more = {name: rows - before[name] for name, rows in after.items() if rows - before[name]}
    return {} if more.keys() == MEANT_FOR_VILLAGES else more


async def test_no_mutation_of_an_asker_makes_anything_that_a_village_sees(town: str) -> None:
    place = await a_town_with_room()
    scenes = {name: (await SCENES[name](place))[1] for name in MUTATIONS if name not in ALONE}
    assert await tried_by_askers(place, scenes) == {}


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(ALONE))
async def test_nor_does_one_whose_scene_has_a_time_of_its_own(town: str, name: str) -> None:
    scene = await played(name)
    assert await tried_by_askers(scene.place, {name: scene.given}) == {}


async def test_the_walk_sees_what_reaches_a_village(town: str) -> None:
    place = await a_town_with_room()
    people = await villagers(place)
    before = await seen_by(people)
    await a_task(place)
    after = await seen_by(people)
    assert after["Assignment"] - before["Assignment"] and after["TaskVersion"] - before["TaskVersion"]


POSTED = {
    "title": "巡查",
    "body": "请巡查。",
    "reason": "改了",
    "words": "请办理。",
    "answer": "已办。",
    "note": "同意",
}


async def test_no_form_and_no_import_of_an_asker_does_either(site: Site) -> None:  # noqa: F811
    place = await a_town_with_room()
    made = [(await SCENES[name](place))[1] for name in ("dropChange", "answerObjection", "answerExtension")]
    people = await villagers(place)
    before = await seen_by(people)
    forms = [route.path for route in ROUTES if "POST" in (getattr(route, "methods", None) or ())]
    numbers = sorted({row.pk for given in made for row in given.values() if isinstance(row, Record)})[:3]
    assert len(forms) > 100
    for role, home in (("department_officer", place.department), ("office", place.office)):
        browser = await site.as_a(role, home)
        for path in forms:
            for number in numbers if "{" in path else (0,):
                address = re.sub(r"\{[^}]*\}", str(number), path)
                await browser.post(address, data=POSTED | {"key": f"{role}{address}"})
    after = await seen_by(people)
    assert {name: rows - before[name] for name, rows in after.items() if rows - before[name]} == {}
