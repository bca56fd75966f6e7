"""Signing in: guessing is slow, sessions are hashes that expire, and what is signed is signed in person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.queryset import QuerySet

from models import accounts
from models.accounts import Account, Session, Throttle
from models.accounts.passwords import token_hash
from models.accounts.recognition import STEPS
from models.accounts.sessions import SESSION_LASTS
from models.accounts.throttling import TRIES_BY_ADDRESS, TRIES_BY_NAME, WINDOW, take, tries_of
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid, NotAllowed, NotFound, TooMany
from models.base.settings import settings
from models.base.viewer import Viewer
from models.people import Post
from tests.builders import DAY, Town, a_town, a_viewer
from tests.counting import counted
from tests.models.test_accounts import (
    BETTER,
    ELSEWHERE,
    HERE,
    PASSWORD,
    WRONG,
    an_account,
    own,
    signed_in,
)
from tests.models.test_tokens import a_token

pytestmark = pytest.mark.anyio


async def test_guessing_is_slowed_in_the_same_words_whether_or_not_the_name_exists(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    said: dict[str, list[tuple[str, str | None]]] = {}
    with clock_at(now()):
        for name in (account.username, "nobodyhere"):
            for _ in range(TRIES_BY_NAME):
                with pytest.raises(Invalid) as no:
                    await accounts.sign_in(name, WRONG, ELSEWHERE)
                said.setdefault(name, []).append((no.value.reason, no.value.field))
            with pytest.raises(TooMany) as slow:
                await accounts.sign_in(name, WRONG, ELSEWHERE)
            assert 0 < slow.value.retry_after <= WINDOW.total_seconds() + 1
            said[name].append((slow.value.reason, None))
    assert said[account.username] == said["nobodyhere"]
    with pytest.raises(TooMany):
        await accounts.sign_in(account.username, PASSWORD, ELSEWHERE)
    assert await signed_in(account), "whoever guesses elsewhere locks nobody out here"
    assert account.username not in str(await Throttle.all().values_list("key", flat=True))


async def test_one_try_before_the_limit_a_right_password_still_opens_and_wipes_the_slate(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    for _ in range(2):
        for _ in range(TRIES_BY_NAME - 1):
            with pytest.raises(Invalid):
                await accounts.sign_in(account.username, WRONG, HERE)
        assert await signed_in(account)


async def test_waiting_or_an_unlock_by_the_township_lets_the_person_try_again(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    for _ in range(TRIES_BY_NAME):
        with pytest.raises(Invalid):
            await accounts.sign_in(account.username, WRONG, HERE)
    with pytest.raises(TooMany):
        await signed_in(account)
    with clock_at(now() + WINDOW + timedelta(seconds=1)):
        assert await signed_in(account)
    for _ in range(TRIES_BY_NAME):
        with pytest.raises(Invalid):
            await accounts.sign_in(account.username, WRONG, HERE)
    await accounts.unlock(await a_viewer("coordinator", place.township), account)
    assert await signed_in(account)


async def test_an_address_that_tries_many_names_is_slowed_and_other_addresses_are_not(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    await _failures_from(ELSEWHERE, TRIES_BY_ADDRESS)
    with pytest.raises(TooMany):
        await accounts.sign_in(account.username, PASSWORD, ELSEWHERE)
    assert await signed_in(account)


async def _failures_from(address: str, times: int) -> None:
    for number in range(times):
        await take(*(await tries_of(f"name{number}", address)).usual)


async def test_nobody_changes_another_persons_password_or_ends_another_persons_session(town: str) -> None:
    place = await a_town()
    account, other = await an_account("secretary", place.village), await an_account("head", place.township)
    session = (await signed_in(account)).session
    with pytest.raises(NotAllowed, match="自己的账号"):
        await accounts.change_password(await own(other), account, current=PASSWORD, new=BETTER)
    with pytest.raises(NotAllowed, match="自己的登录"):
        await accounts.revoke_session(await own(other), session)
    for number in (session.pk, 10**9):
        with pytest.raises(NotFound):
            await Session.find(await own(other), number)
    await accounts.revoke_session(await own(account), session)
    assert not await Session.visible_to(await own(account)).exists()


async def test_a_session_is_kept_as_a_hash_and_ends_by_signing_out_or_by_itself(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    one, two = await signed_in(account), await signed_in(account)
    kept = await Session.get(pk=one.session.pk)
    assert kept.token_hash == token_hash(one.token) != one.token
    for _ in range(SESSION_LASTS // DAY):
        with clock_at(kept.expires_at - timedelta(minutes=1)):
            assert await accounts.viewer_of_session(one.token) is not None
        kept = await Session.get(pk=one.session.pk)
    assert kept.expires_at == kept.made_at + SESSION_LASTS, "used every day it still ends"
    with clock_at(now() + SESSION_LASTS):
        assert await accounts.viewer_of_session(one.token) is None
    await accounts.sign_out(one.token)
    assert await accounts.viewer_of_session(one.token) is None
    assert await accounts.viewer_of_session(two.token) is not None


async def test_what_is_signed_is_signed_in_person_with_the_password(town: str) -> None:
    place: Town = await a_town()
    me = await own(await an_account("head", place.township))
    await _sign(me, PASSWORD)
    with pytest.raises(Invalid, match="密码不对") as no:
        await _sign(me, WRONG)
    assert no.value.field == "password"
    with pytest.raises(Invalid, match="本人登录"):
        await _sign(replace(me, via="token"), PASSWORD)
    for _ in range(TRIES_BY_NAME - 1):
        with pytest.raises(Invalid):
            await _sign(me, WRONG)
    with pytest.raises(TooMany):
        await _sign(me, PASSWORD)


async def _sign(me: Viewer, password: str) -> None:
    """As a command does: proved ahead of it, and held against the account inside."""
    await accounts.sign(me, await accounts.proved(me, Account(), {"password": password}))


async def test_a_session_at_rest_ends_and_one_in_use_goes_on_in_few_steps(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    signed = await signed_in(await an_account("secretary", place.village))
    rest, began = timedelta(hours=settings().idle_hours), now()
    with clock_at(began + rest / (2 * STEPS)):
        assert await accounts.viewer_of_session(signed.token)
        assert (await Session.get(pk=signed.session.pk)).expires_at == began + rest, "not every page writes"
    with clock_at(began + rest / 2):
        assert await accounts.viewer_of_session(signed.token)
        assert (await Session.get(pk=signed.session.pk)).expires_at == began + rest / 2 + rest
    with clock_at(began + rest / 2 + rest):
        assert await accounts.viewer_of_session(signed.token) is None


async def test_a_session_from_before_there_was_a_rest_stays_open_and_rests_from_its_next_use(
    town: str,
) -> None:
    place = await a_town()
    signed = await signed_in(await an_account("secretary", place.village))
    await Session.filter(pk=signed.session.pk).update(expires_at=now() + SESSION_LASTS)
    assert await accounts.viewer_of_session(signed.token)
    kept = await Session.get(pk=signed.session.pk)
    assert kept.expires_at == now() + timedelta(hours=settings().idle_hours)


async def test_with_the_last_post_sessions_and_tokens_are_over_and_nobody_signs_in(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    signed, token = await signed_in(account), await a_token(account)
    await Post.filter(person_id=account.person_id).update(until_on=today() - DAY)
    assert await accounts.viewer_of_session(signed.token) is None
    assert await accounts.viewer_of_token(token) is None
    with pytest.raises(Invalid, match="没有任职"):
        await signed_in(account)
    with pytest.raises(Invalid, match="用户名或密码不对"):
        await accounts.sign_in(account.username, WRONG, HERE)


async def test_whoever_asks_is_known_by_one_statement_that_nobody_writes_again(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    session, token = await signed_in(account), await a_token(account)
    post = await Post.get(person_id=account.person_id).prefetch_related(*Post.judged_with)
    held = {"person_id": account.person_id, "unit": place.grid, "role": "grid_worker"}
    second = await Post.create(**held, from_on=today(), duties=["巡查"])
    await Post.create(**held, from_on=today() + DAY)
    await Post.create(**held, from_on=today() - 9 * DAY, until_on=today() - DAY)
    monkeypatch.setattr(QuerySet, "_make_query", None)
    for who, posts in ((accounts.viewer_of_session(session.token), 2), (accounts.viewer_of_token(token), 1)):
        with counted() as told:
            found = await who
        assert len(told) == 1 and found is not None
        viewer = found[0] if isinstance(found, tuple) else found
        assert [hat.post_id for hat in viewer.hats] == [post.pk, second.pk][:posts]
        assert viewer.hats[0] == post.hat() and viewer.hats[-1].duties == frozenset(["巡查"][: posts - 1])
        assert (viewer.account_id, viewer.name) == (account.pk, post.person.name)
