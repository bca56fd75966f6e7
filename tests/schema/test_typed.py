"""What programs say through GraphQL is taken as pages take it: nothing invisible, no moment of another clock, no strange figure."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from models.base.clock import TOWN_ZONE, now
from models.base.events import Event
from models.bidding import Project
from models.concerns import Concern
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_viewer
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import use
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
UNSEEN = ("\u200b", "\u3164", "\u2800", "\u202e", "\ufeff\u00ad", "\u0301", " ", "🀄")


@pytest.mark.parametrize(
    ("name", "fields"), [("raiseConcern", ("title", "body")), ("proposeMatterList", ("reason",))]
)
async def test_nothing_invisible_passes_for_words(town: str, name: str, fields: tuple[str, ...]) -> None:
    scene = await played(name)
    before = await Event.all().count()
    for number, typed in enumerate(UNSEEN):
        for field in fields:
            said = await use(name, scene.actor, scene.given | {field: typed}, key=f"{field}-{number}")
            assert (said["__typename"], said.get("field")) == ("Refusal", field), ascii(typed)
    assert await Event.all().count() == before
    assert (await use(name, scene.actor, scene.given))["__typename"] != "Refusal"


DRAFT = """mutation($k: String!, $t: ID!, $opens: DateTime!, $closes: DateTime!, $yuan: Int) {
  draftProject(key: $k, township: $t, title: "时区试验", kind: "other", depth: "simple", purpose: "试", support: "试",
    contact: "试", opensAt: $opens, closesAt: $closes, startBy: "%s", finishBy: "%s", criteria: ["一", "二"], supportYuan: $yuan)
  { ... on Project { opensAt closesAt } ... on Refusal { code reason field } } }"""


async def test_a_moment_is_the_towns_and_at_the_edge_of_the_calendar_it_is_refused(town: str) -> None:
    place = await a_listed_town()
    desk, day = (
        await a_viewer("coordinator", place.township),
        (now() + timedelta(days=9)).astimezone(TOWN_ZONE),
    )
    closes = f"{day + timedelta(days=9):%Y-%m-%d}T18:00:00"
    query = DRAFT % (f"{day + timedelta(days=30):%Y-%m-%d}", f"{day + timedelta(days=200):%Y-%m-%d}")
    told: dict[str, Any] = {
        "t": global_id("Unit", place.township.pk),
        "opens": f"{day:%Y-%m-%d}T09:00:00",
        "closes": closes,
    }
    made = (await ask(door, desk, query, **told, k="k"))["data"]["draftProject"]
    assert made["closesAt"] == closes.replace("18:00:00", "10:00:00") + "+00:00", made
    edges = (
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    )
    for number, edge in enumerate(edges):
        for field, argument in (("opens", "opensAt"), ("closes", "closesAt")):
            said = await ask(door, desk, query, **told | {field: edge}, k=f"{field}{number}")
            assert said["data"]["draftProject"]["field"] == argument, said
    assert await Project.all().count() == 1


async def test_half_of_a_pair_of_signs_is_refused_and_breaks_nothing(town: str) -> None:
    place = await a_listed_town()
    actor = await a_viewer("secretary", place.village)
    query = "mutation($u: ID!, $t: String!) { raiseConcern(key: $t, unit: $u, title: $t, body: $t) { ... on Refusal { code field } } }"
    unit = global_id("Unit", place.village.pk)
    for text in ("村\ud800", "\x00村", json.loads('"\\ud83d"')):
        said = await ask(door, actor, query, u=unit, t=text)
        assert (
            said["data"]["raiseConcern"] == {"code": "INVALID", "field": "title"} or "errors" not in said
        ), said
        assert said["data"]["raiseConcern"]["code"] == "INVALID"
    assert not await Concern.exists()
