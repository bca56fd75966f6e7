"""Rankings through GraphQL: villages of one group at a time, counted and paged as they are listed."""

from __future__ import annotations

from typing import Any

import pytest

from models.base.clock import today
from models.base.viewer import Viewer
from schema import door
from tests.builders import Town, a_viewer
from tests.models.rankings.scenes import FIRST, SECOND, a_city_of_two_groups, names_of
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
QUERY = """query($filter: RankingFilter!, $after: String) { rankings(first: 3, after: $after, filter: $filter) {
  totalCount { count } pageInfo { hasNextPage endCursor } edges { node { rank peerGroup { name } unit { name } } } } }"""


async def read(viewer: Viewer, place: Town, **wanted: Any) -> tuple[list[str], set[str]]:
    """The villages page by page, as many as are counted, and their groups."""
    names, groups, after = [], set(), None
    asked = {"area": {"code": place.county.code}, "period": f"{today():%Y-%m}"} | wanted
    while True:
        answer: Any = await ask(door, viewer, QUERY, filter=asked, after=after)
        told = answer["data"]["rankings"]
        names += [edge["node"]["unit"]["name"] for edge in told["edges"]]
        groups |= {edge["node"]["peerGroup"]["name"] for edge in told["edges"]}
        after = told["pageInfo"]["endCursor"]
        if not told["pageInfo"]["hasNextPage"]:
            assert told["totalCount"]["count"] == len(names)
            return sorted(names), groups


async def test_without_a_group_the_first_there_is_answers_and_never_two_in_one_order(town: str) -> None:
    place = await a_city_of_two_groups()
    observer = await a_viewer("observer", place.county)
    assert await read(observer, place) == (sorted(await names_of(place, FIRST)), {FIRST})
    for group in (FIRST, SECOND):
        assert await read(observer, place, peerGroup=group) == (sorted(await names_of(place, group)), {group})
    refused = await ask(door, observer, QUERY, filter={"peerGroup": "没有这一组"}, after=None)
    assert refused["errors"][0]["extensions"] == {
        "code": "NOT_FOUND",
        "field": "peerGroup",
        "path": ("filter", "peerGroup"),
    }


async def test_where_only_one_group_stands_that_one_answers(town: str) -> None:
    place = await a_city_of_two_groups()
    observer = await a_viewer("observer", place.county)
    found, groups = await read(observer, place, area={"code": place.other_township.code})
    assert groups == {SECOND} and found


BOARD = """query($id: ID, $area: UnitRef, $period: PeriodKey) { board(id: $id, area: $area, period: $period) {
  id area { code } period { key } audience places(first: 100) { nodes { rank previousRank peerGroup { id } unit { code } } } } }"""


async def test_a_board_is_found_by_its_area_and_period_and_its_places_stand_best_first(town: str) -> None:
    place = await a_city_of_two_groups()
    keeper = await a_viewer("list_keeper", place.city)
    named = {"area": {"code": place.county.code}, "period": f"{today():%Y-%m}"}
    told = (await ask(door, keeper, BOARD, **named))["data"]["board"]
    assert told["area"]["code"] == place.county.code and told["period"]["key"] == named["period"]
    assert (
        told["audience"] == "VILLAGES"
        and told == (await ask(door, keeper, BOARD, id=told["id"]))["data"]["board"]
    )
    ranks = [one["rank"] for one in told["places"]["nodes"]]
    assert ranks == sorted(ranks) and len({one["peerGroup"]["id"] for one in told["places"]["nodes"]}) == 2
    assert (await ask(door, keeper, BOARD, area=named["area"], period="1999"))["data"] == {"board": None}
    for wrong in ({}, {"area": named["area"]}, {"id": told["id"], **named}):
        refused = await ask(door, keeper, BOARD, **wrong)
        assert refused["errors"][0]["extensions"]["code"] == "BAD_INPUT"
