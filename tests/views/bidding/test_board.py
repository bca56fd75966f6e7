"""The board as everybody reads it: filtered, counted, live, as open data, and at the same cost however long it is."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta

import fastjsonschema
import pytest

from models import bidding
from models.base.clock import clock_at, now
from models.base.sealer import seal_all
from models.bidding import Bid, Entrant, Project
from models.bidding.states import ON_THE_BOARD
from models.people import Post
from models.units import Unit
from tests.builders import Town, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.models.bidding import scenes
from tests.schema.scenes_of_bidding import LONG, open_now, over_now
from tests.views.conftest import Site
from views.base import live

pytestmark = pytest.mark.anyio


async def test_the_board_is_filtered_and_counts_only_what_may_be_known(town: str, site: Site) -> None:
    place = await a_town()
    hidden = await scenes.a_project(place, at=open_now(), title="不说数的项目", shows_numbers=False)
    stranger = site.visitor()
    empty = (await stranger.get("/board")).text
    before = {
        page: (await stranger.get(page)).text for page in (f"/board/{hidden.pk}", f"/board/{hidden.pk}.json")
    }
    await scenes.a_bid(hidden, place.village)
    assert (await stranger.get("/board")).text == empty
    assert {page: (await stranger.get(page)).text for page in before} == before
    assert "个村社竞榜" not in empty
    for query in ("kind=care", "q=不说数", f"township={place.township.code}", "stage=all"):
        assert "不说数的项目" in (await stranger.get(f"/board?{query}")).text, query
    for query in ("kind=culture", "q=没有", f"township={place.other_township.code}", "stage=done"):
        assert "不说数的项目" not in (await stranger.get(f"/board?{query}")).text, query
    assert "近三年揭榜 0 次" in (await stranger.get(f"/board?township={place.township.code}")).text
    village = await site.as_a("secretary", place.village)
    assert "本村可揭榜" in (await village.get("/board")).text
    assert "本村可揭榜" not in (await (await site.as_a("secretary", place.other_village)).get("/board")).text


async def test_the_open_data_of_every_stage_is_what_its_schema_says(town: str, site: Site) -> None:
    place = await a_town()
    start = over_now()
    award, *_ = await scenes.awarded(place, at=start - timedelta(days=8), title="一")
    with clock_at(start - timedelta(hours=2)):
        loser = await a_viewer("secretary", place.second_village)
        await bidding.undo_award(await a_viewer("leader", place.township), award, reason=LONG)
        assert loser.person_id
    await scenes.opened(place, at=start, title="二", depth="scored")
    stranger = site.visitor()
    schema = (await stranger.get("/board/schema.json")).json()
    check = fastjsonschema.compile(schema)
    numbers = await Project.all().order_by("id").values_list("id", flat=True)
    told = [(await stranger.get(f"/board/{number}.json")).json() for number in numbers]
    assert [check(one)["state"] for one in told] == ["opened", "opened"]
    assert [len(one["bids"]) for one in told] == [2, 0], "public from the first announcement on"
    assert told[0]["awards"][0]["state"] == "fallen" and told[0]["bids"][0]["comparison"][0]["said"]
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(told[0] | {"sealed": "x"})
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check({name: value for name, value in told[0].items() if name != "bids"})
    assert (await stranger.get("/board/987654321.json")).status_code == 404


async def test_whoever_listens_hears_within_seconds_that_the_board_changed_and_nothing_else(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.watch, "every", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT", 0.3)
    place = await a_town()
    project = await scenes.a_project(place, at=open_now(), shows_numbers=False)
    await seal_all()
    stream = live._stream(live.watch, live.Listener())
    try:
        assert (await anext(stream)).startswith("retry:")
        assert await anext(stream) == ": alive\n\n"
        await scenes.a_bid(project, place.village)
        await seal_all()
        assert await anext(stream) == ": alive\n\n", "a bid nobody may count moves nothing"
        leader = await a_viewer("leader", place.township)
        await bidding.cancel_project(leader, await scenes.fresh(project), reason="资金有变化，重新上榜。")
        await seal_all()
        told = await anext(stream)
        while told == ": alive\n\n":
            told = await anext(stream)
        assert told == "event: board\ndata: changed\n\n"
    finally:
        await stream.aclose()
    assert live.watch.task is not None
    await asyncio.wait_for(live.watch.task, 60)
    assert not live.watch.listeners


async def test_the_board_costs_the_same_for_five_hundred_projects_of_ten_bids(town: str, site: Site) -> None:
    place = await a_town()
    villages = [await a_unit("village", place.township, code=f"33062400599{n}") for n in range(10)]
    village = await site.as_a("secretary", villages[0])
    stranger = site.visitor()
    spent: dict[str, list[int]] = {}
    for size in (3, 500):
        await many_projects(place, villages, size)
        last = await Project.filter(state="opened").order_by("-id").first()
        assert last is not None
        for who, browser in (("stranger", stranger), ("village", village)):
            for address in ("/board", "/board?stage=all", "/board?stage=judging", f"/board/{last.pk}"):
                await browser.get(address)
                with counted() as told:
                    answer = await browser.get(address, headers={"accept-encoding": "br"})
                spent.setdefault(f"{who} {re.sub('[0-9]+', 'n', address)}", []).append(len(told))
                assert int(answer.headers["content-length"]) <= 12 * 1024, address
    assert {at: counts for at, counts in spent.items() if counts[0] != counts[1]} == {}
    assert spent["stranger /board"][1] <= 5 and spent["village /board"][1] <= 8, spent


async def many_projects(place: Town, villages: list[Unit], size: int) -> None:
    """Straight into the tables: half of them open and half of them opened, each with ten bids."""
    drafter, approver = [
        await Post.get(pk=(await a_viewer(role, place.township)).post_id)
        for role in ("coordinator", "leader")
    ]
    plan = scenes.a_plan(open_now())
    for name in ("criteria", "weights"):
        plan.pop(name, None)
    await Project.bulk_create(
        [
            Project(township=place.township, drafted_by=drafter, **plan | {"title": f"项目{n}"})
            for n in range(size)
        ]
    )
    made = await Project.filter(state="draft").order_by("id")
    await Entrant.bulk_create([Entrant(project=one, unit=unit) for one in made for unit in villages])
    live_ = {"state": "published", "published_at": now(), "approved_by_id": approver.pk}
    await Project.filter(state="draft").update(state="submitted")
    await Project.filter(state="submitted").update(**live_)
    writer = await Post.get(pk=(await a_viewer("secretary", villages[0])).post_id)
    await Bid.bulk_create(
        [Bid(project=one, unit=unit, written_by=writer) for one in made for unit in villages], batch_size=500
    )
    numbers = [one.pk for one in made]
    await Bid.filter(project_id__in=numbers).update(state="submitted", submitted_at=now())
    half = numbers[::2]
    await Project.filter(id__in=half).update(state="opened", opened_at=now())
    await Bid.filter(project_id__in=half).update(state="opened", strengths="优势" * 100)


async def test_a_stream_is_refused_politely_when_too_many_listen(
    town: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 0)
    answer = await site.visitor().get("/board/live")
    assert answer.status_code == 503 and answer.headers["retry-after"] == "60"


def test_the_schema_is_whole() -> None:
    from views.base.static import files

    schema = json.loads(files()["project.schema.json"].bodies[""])
    assert schema["title"] and schema["properties"]["bids"]


def test_the_schema_knows_every_state_and_kind_there_is() -> None:
    from views.base.static import files

    schema = json.loads(files()["project.schema.json"].bodies[""])
    award = schema["definitions"]["award"]["properties"]
    step = award["milestones"]["items"]["properties"]
    told = {
        "project": (schema["properties"]["state"], ON_THE_BOARD),
        "kind": (schema["properties"]["kind"], bidding.KINDS),
        "depth": (schema["properties"]["depth"], bidding.DEPTHS),
        "award": (award["state"], bidding.AWARD_STATES),
        "objection": (award["objections"]["items"]["properties"]["state"], bidding.OBJECTION_STATES),
        "step": (step["state"], bidding.MILESTONE_STATES),
        "kind of step": (step["kind"], bidding.MILESTONES),
    }
    for name, (one, known) in told.items():
        assert set(one["enum"]) == set(known), name
