"""Everybody of the world at a browser of their own."""

from __future__ import annotations

import re
from typing import TypeVar
from urllib.parse import quote

import httpx
import pytest

from models.base.settings import settings
from models.base.viewer import Viewer
from models.people import Post
from tests.leaks.rights import may_know
from tests.leaks.world import World
from tests.views.conftest import Site

T = TypeVar("T")
WALKERS = pytest.mark.parametrize("walkers", ["half", pytest.param("all", marks=pytest.mark.nightly)])
"""Long walks: half of the people on either database, and in the nightly run everybody on each.

Who may know what is decided above both databases; each person walks on one of them in every run.
"""


def walking(people: dict[str, T], walkers: str) -> list[tuple[str, T]]:
    ordered = sorted(people.items())
    return ordered if walkers == "all" else ordered[settings().on_sqlite :: 2]


async def signed_in(site: Site, world: World) -> dict[str, httpx.AsyncClient]:
    posts = {post.pk: post for post in await Post.all()}
    browsers = {
        name: await site.signed_in(posts[viewer.post_id])
        for name, viewer in world.viewers.items()
        if viewer.post_id is not None
    }
    return browsers | {"nobody": site.visitor()}


def wrong_words(world: World, viewer: Viewer, text: str) -> list[str]:
    return [
        word
        for word, rows in world.words.items()
        if word in text and not any(may_know(viewer, row) for row in rows)
    ]


KEY = re.compile(r'name="key" id="[^"]*" value="[^"]*"')
"""The keys that keep forms from counting twice, new on every page."""


def shown(answer: httpx.Response) -> tuple[int, str]:
    """An answer without what differs between any two: the reference number, and the address asked for."""
    text = KEY.sub("", re.sub(r"编号：<strong>[^<]*", "", answer.text))
    for address in (answer.url.path, quote(answer.url.path, safe="")):
        text = text.replace(address, "")
    return answer.status_code, text
