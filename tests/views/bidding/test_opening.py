"""At the opening the desk is told which bid is not as it was sealed, on the page and through GraphQL."""

from __future__ import annotations

import pytest

from models.bidding import Bid
from schema.base.nodes import global_id
from tests.builders import Town, a_town
from tests.models.bidding import scenes
from tests.models.past_the_triggers import without_guard
from tests.schema.scenes_of_bidding import over_now
from tests.views.bidding.test_projects import sent
from tests.views.conftest import Site
from tests.views.files.test_uploads import a_program

pytestmark = pytest.mark.anyio
ASK = """query($id: ID!) { project(id: $id) { id bidsNotAsSealed state } }"""
OPEN = """mutation($id: ID!) { openBids(input: {idempotencyKey: "o-1", project: $id}) { refusals { message } } }"""


async def exchanged(place: Town) -> tuple[str, Bid]:
    """A board that waits for its opening, with an older version of the first bid put back, digest and all."""
    project = await scenes.a_project(place, at=over_now())
    older = await scenes.a_bid(project, place.village, plan="先前的办法。")
    was = {"sealed": older.sealed, "seal_digest": older.seal_digest}
    bid = await scenes.a_bid(project, place.village, plan="后来的办法。")
    await scenes.a_bid(project, place.second_village)
    await without_guard("bid")
    await Bid.filter(pk=bid.pk).update(**was)
    return f"/projects/{project.pk}", bid


async def test_the_page_names_it_opens_nothing_and_lets_a_leader_say_why_it_is_left_out(site: Site) -> None:
    place = await a_town()
    at, bid = await exchanged(place)
    desk, leader = [await site.as_a(role, place.township) for role in ("coordinator", "leader")]
    shown = (await desk.get(at)).text
    assert "梅渚村的竞榜书与提交时封存的记录不符" in shown and "leaving_out" not in shown
    refused = await sent(desk, f"{at}/open")
    assert refused.status_code == 409 and "一份也没有开" in refused.text
    why = "备份里也没有原件，已请纪检查看。"
    assert "其余照常开标" in (await leader.get(at)).text
    opened = await sent(leader, f"{at}/open", leaving_out=why)
    assert "没有开启" in opened.text and why in opened.text
    assert why in (await site.visitor().get(at.replace("projects", "board"))).text
    own = await site.as_a("secretary", place.village)
    assert "与提交时的记录不符，没有开启" in (await own.get(f"/bids/{bid.pk}")).text


async def test_graphql_names_it_to_who_may_open_and_says_no_in_the_same_words(site: Site) -> None:
    place = await a_town()
    project, _ = await exchanged(place)
    desk, other = [await a_program(site, role, place.township) for role in ("coordinator", "supervisor")]
    number = global_id("Project", int(project.rpartition("/")[2]))
    assert (await desk.ask(ASK, id=number))["project"]["bidsNotAsSealed"] == ["梅渚村"]
    assert (await other.ask(ASK, id=number))["project"]["bidsNotAsSealed"] == []
    assert "梅渚村的竞榜书" in (await desk.ask(OPEN, id=number))["openBids"]["refusals"][0]["message"]
