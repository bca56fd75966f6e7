"""Whom one works with: said of one post as it is asked of the table, and nobody by watching."""

from __future__ import annotations

import pytest

from models.base.viewer import TOWN_CLOCK, Viewer
from models.people import Post, meets, named
from models.people.contacts import met_posts
from tests.builders import Town, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def _people(place: Town) -> dict[str, Viewer]:
    return {
        "grid": await a_viewer("grid_worker", place.grid),
        "village": await a_viewer("secretary", place.village),
        "neighbour": await a_viewer("secretary", place.second_village),
        "desk": await a_viewer("coordinator", place.township),
        "other desk": await a_viewer("coordinator", place.other_township),
        "observer": await a_viewer("observer", place.county),
    }


MET = {
    "grid": {"grid", "village", "desk"},
    "village": {"grid", "village", "desk"},
    "neighbour": {"neighbour", "desk"},
    "desk": {"grid", "village", "neighbour", "desk"},
    "other desk": {"other desk"},
    "observer": {"observer"},
}


async def test_one_meets_ones_village_and_its_desk_and_watching_meets_nobody(town: str) -> None:
    people = await _people(await a_town())
    posts = {post.pk: post for post in await Post.all().select_related("unit", "person")}
    mine = {name: posts[viewer.post_id or 0] for name, viewer in people.items()}
    for name, viewer in people.items():
        assert {other for other, post in mine.items() if meets(viewer, post)} == MET[name], name
        asked = {int(str(pk)) for pk in await Post.filter(met_posts(viewer)).values_list("id", flat=True)}
        assert asked == {mine[other].pk for other in MET[name]}, f"{name}: the table says the same"
    assert all(meets(TOWN_CLOCK, post) for post in posts.values())
    assert named(people["grid"], mine["desk"]) == mine["desk"].person.name
    assert named(people["observer"], mine["desk"]) == mine["desk"].role_label, "by the post alone"
