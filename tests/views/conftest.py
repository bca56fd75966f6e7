"""The site as browsers meet it, and people signed in to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from models.accounts import Account, Session
from models.accounts.passwords import new_token
from models.accounts.sessions import rests_until
from models.base.clock import now
from models.people import Post
from models.units import Unit
from tests.builders import a_viewer
from views.application import build

HERE = "http://town.test"


class Site:
    """`site.visitor()` is a browser; `await site.as_a("secretary", village)` one that is signed in."""

    def __init__(self) -> None:
        self.app = build()
        self.open: list[httpx.AsyncClient] = []

    def visitor(self, base: str = HERE, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app)
        browser = httpx.AsyncClient(transport=transport, base_url=base, headers=headers)
        self.open.append(browser)
        return browser

    async def as_a(self, role: str, unit: Unit, **headers: str) -> httpx.AsyncClient:
        viewer = await a_viewer(role, unit)
        return await self.signed_in(await Post.get(pk=viewer.post_id), **headers)

    async def signed_in(self, post: Post, **headers: str) -> httpx.AsyncClient:
        """A browser of whoever holds this post, with a real session."""
        account, _ = await Account.get_or_create(
            person_id=post.person_id,
            defaults={"username": f"user{post.person_id}", "password_hash": "!", "must_change": False},
        )
        token, kept = new_token()
        await Session.create(account=account, token_hash=kept, made_at=now(), expires_at=rests_until(now()))
        browser = self.visitor(**headers)
        browser.cookies.set("session", token)
        return browser


@pytest.fixture
async def site(town: str) -> AsyncIterator[Site]:
    made = Site()
    yield made
    for browser in made.open:
        await browser.aclose()


def seen_in(page: str, action: str) -> dict[str, str]:
    """The version that a form of this page says its reader has seen; nothing where it has no such form."""
    _, _, form = page.partition(f'action="{action}"')
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', form.partition("</form>")[0])
    return {"seen": found.group(1)} if found else {}
