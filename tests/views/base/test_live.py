"""Streams end with the session they were opened in, and nobody opens them without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from starlette.requests import Request

from models import accounts
from models.accounts import Account, SignedIn
from models.base.clock import today
from models.base.viewer import ANONYMOUS, TOWN_CLOCK, Viewer
from models.people import Post
from tests.builders import a_signer, a_town
from tests.views.conftest import Site
from views.base import live

pytestmark = pytest.mark.anyio
PASSWORD, BETTER = "青山 tea 42 bridge", "梅渚 stone 77 river"
SOON = 120
"""Seconds within which what takes parts of one is given up."""


@pytest.fixture(autouse=True)
async def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Looked at and asked again at once; whatever a test leaves open ends with it."""
    monkeypatch.setattr(live, "ASKED_AGAIN", 0.0)
    for watch in live.WATCHES:
        monkeypatch.setattr(watch, "every", 0.02)
    yield
    for watch in live.WATCHES:
        watch.listeners.clear()
        if watch.task is not None:
            watch.task.cancel()


def a_request(viewer: Viewer = ANONYMOUS, session: object = None, at: str = "10.0.0.1") -> Request:
    state = {"viewer": viewer, "session": session}
    scope = {"type": "http", "method": "GET", "path": "/board/live", "query_string": b"", "headers": []}
    return Request(scope | {"scheme": "http", "client": (at, 1), "state": state})


async def somebody() -> tuple[Account, SignedIn]:
    signer = await a_signer("secretary", (await a_town()).village, PASSWORD)
    account = await Account.get(pk=signer.account_id).prefetch_related(*Account.judged_with)
    return account, await accounts.sign_in(account.username, PASSWORD, "10.0.0.1")


async def by_another_device(account: Account, signed: SignedIn) -> None:
    await accounts.revoke_session(await accounts.viewer_of_account(account), signed.session)


async def by_a_change_of_password(account: Account, signed: SignedIn) -> None:
    me = await accounts.viewer_of_account(account)
    await accounts.change_password(me, account, current=PASSWORD, new=BETTER)


async def by_a_reset(account: Account, signed: SignedIn) -> None:
    await accounts.reset_password(TOWN_CLOCK, account, password="first-password")


async def by_the_end_of_the_account(account: Account, signed: SignedIn) -> None:
    await accounts.end_account(TOWN_CLOCK, account, reason="调离")


async def by_the_end_of_the_last_post(account: Account, signed: SignedIn) -> None:
    await Post.filter(person_id=account.person_id).update(until_on=today() - timedelta(days=1))


WAYS = (
    by_the_end_of_the_last_post,
    by_another_device,
    by_a_change_of_password,
    by_a_reset,
    by_the_end_of_the_account,
)


@pytest.mark.parametrize("end", WAYS)
async def test_a_stream_ends_with_its_session_however_that_ends(
    town: str, end: Callable[[Account, SignedIn], Awaitable[None]]
) -> None:
    account, signed = await somebody()
    other = await accounts.sign_in(account.username, PASSWORD, "10.0.0.2")
    mine, kept = live.Listener(session=signed.session.pk), live.Listener(session=0)
    stream = live._stream(live.watch, mine)
    live.watch.add(kept)
    assert (await anext(stream)).startswith("retry:")
    await end(account, signed)
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(anext(stream), SOON)
    assert not kept.over and other


async def test_signing_out_ends_the_streams_of_that_session_at_once(town: str, site: Site) -> None:
    account, signed = await somebody()
    mine, others = live.Listener(session=signed.session.pk), live.Listener(session=signed.session.pk + 1)
    live.watch.listeners |= {mine, others}
    browser = site.visitor()
    browser.cookies.set("session", signed.token)
    assert (await browser.post("/logout")).status_code == 303
    assert mine.over and mine.told.is_set() and not others.over and account


async def test_one_person_and_one_address_have_only_so_many_however_many_ask_at_once(town: str) -> None:
    me = Viewer(7, 7, "吕金木")
    told = [live._listening(a_request(me, at=f"10.0.0.{n}"), live.watch) for n in range(live.MOST_OF_ONE)]
    assert {one.status_code for one in told} == {200}
    no = live._listening(a_request(me, at="10.0.0.9"), live.rankings_watch)
    assert no.status_code == 429 and no.headers["retry-after"]
    strangers = [live._listening(a_request(at="10.1.0.1"), live.watch) for _ in range(live.MOST_FROM_ONE)]
    assert {one.status_code for one in strangers} == {200}
    assert live._listening(a_request(at="10.1.0.1"), live.watch).status_code == 429
    assert live._listening(a_request(at="10.1.0.2"), live.watch).status_code == 200


async def test_strangers_leave_room_for_those_at_work_and_a_network_is_one_place(town: str) -> None:
    here = [
        live._listening(a_request(at=f"2001:db8::{n:x}"), live.watch) for n in range(live.MOST_FROM_ONE + 1)
    ]
    assert [one.status_code for one in here[-2:]] == [200, 429]
    live.watch.listeners |= {live.Listener(address=f"{n}") for n in range(live.MOST_STRANGERS)}
    assert live._listening(a_request(at="10.0.0.1"), live.watch).status_code == 503
    assert live._listening(a_request(Viewer(7, 7, "吕金木")), live.watch).status_code == 200


async def test_a_stream_whose_caller_went_away_counts_no_more(town: str) -> None:
    answer = live._listening(a_request(), live.watch)
    assert len(live.watch.listeners) == 1

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def nowhere(message: object) -> None:
        raise OSError

    scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
    with pytest.raises(Exception):  # noqa: B017 - of whatever kind the server says it is
        await answer(scope, gone, nowhere)
    assert not live.watch.listeners
