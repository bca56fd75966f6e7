"""People at browsers in a town in the middle of its work, where what is sent at random meets rows of every kind."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from models.base.viewer import ANONYMOUS, Viewer
from models.people import Post
from tests.builders import Town, a_viewer
from tests.leaks.rest import a_whole_world
from tests.views.conftest import HERE, Site

FULL = a_whole_world
"""The town in which everything lies about, as the tests of who may know what have it."""


class Caller(NamedTuple):
    """Somebody with a browser."""

    browser: httpx.AsyncClient
    viewer: Viewer


async def callers(site: Site, place: Town) -> list[httpx.AsyncClient]:
    return [one.browser for one in await people_there(site, place)]


async def people_there(site: Site, place: Town) -> list[Caller]:
    """People who may do much, and a stranger."""
    posts = (
        *(("coordinator", place.township), ("secretary", place.village), ("city_admin", place.city)),
        *(("leader", place.township), ("list_keeper", place.city), ("department_officer", place.department)),
    )
    viewers = [await a_viewer(role, unit) for role, unit in posts]
    held = [await Post.get(pk=one.post_id) for one in viewers]
    browsers = [await site.signed_in(post, origin=HERE) for post in held]
    return [*map(Caller, browsers, viewers), Caller(site.visitor(origin=HERE), ANONYMOUS)]
