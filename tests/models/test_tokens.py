"""Tokens of programs: one post's rights for some days, kept as a hash, made and taken back by their owner alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models import accounts
from models.accounts import Account, ApiToken
from models.accounts.passwords import token_hash
from models.base.clock import clock_at, now, today
from models.base.events import Event, EventPersonal
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.people import Post
from tests.builders import DAY, a_town, a_viewer
from tests.models.test_accounts import (
    BETTER,
    PASSWORD,
    an_account,
    loaded,
    own,
)

pytestmark = pytest.mark.anyio


async def a_token(account: Account) -> str:
    post = await Post.filter(person_id=account.person_id).prefetch_related("person", "unit").first()
    assert post is not None
    made = await accounts.issue_token(await own(account), post, label="大屏", days=30)
    assert await accounts.viewer_of_token(made.secret) is not None
    return made.secret


async def test_a_token_has_one_posts_rights_for_its_days_and_is_kept_as_a_hash(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    me = await own(account)
    await Post.create(person_id=me.person_id, unit=place.village, role="cadre", from_on=today() - DAY)
    post = await Post.get(pk=me.post_id).prefetch_related(*Post.judged_with)
    made = await accounts.issue_token(me, post, label=" 报表 ", days=30)
    kept = await ApiToken.get(pk=made.pk)
    assert kept.token_hash == token_hash(made.secret) and (kept.label, kept.secret) == ("报表", "")
    viewer = await accounts.viewer_of_token(made.secret)
    assert viewer is not None and [hat.post_id for hat in viewer.hats] == [post.pk]
    with clock_at(now() + 30 * DAY):
        assert await accounts.viewer_of_token(made.secret) is None
    await Post.filter(pk=post.pk).update(until_on=today() - DAY)
    assert await accounts.viewer_of_token(made.secret) is None
    told = str(await Event.all().values()) + str(await EventPersonal.all().values())
    assert made.secret not in told and kept.token_hash not in told


@pytest.mark.parametrize(
    ("label", "days", "field"), [(" ", 30, "label"), ("a", 0, "days"), ("a", 366, "days")]
)
async def test_a_token_needs_a_purpose_and_at_most_a_year(
    town: str, label: str, days: int, field: str
) -> None:
    place = await a_town()
    me = await own(await an_account("secretary", place.village))
    post = await Post.get(pk=me.post_id).prefetch_related(*Post.judged_with)
    with pytest.raises(Invalid) as no:
        await accounts.issue_token(me, post, label=label, days=days)
    assert no.value.field == field and not await ApiToken.exists()
    assert (await accounts.issue_token(me, post, label="a", days=365)).is_live


async def test_tokens_are_made_and_taken_back_by_their_owner_alone(town: str) -> None:
    place = await a_town()
    me = await own(await an_account("secretary", place.village))
    desk = await a_viewer("coordinator", place.township)
    post = await Post.get(pk=me.post_id).prefetch_related(*Post.judged_with)
    with pytest.raises(NotAllowed, match="自己的任职"):
        await accounts.issue_token(desk, post, label="冒名", days=1)
    made = await accounts.issue_token(me, post, label="报表", days=1)
    with pytest.raises(NotAllowed, match="自己的令牌"):
        await accounts.revoke_token(desk, made)
    with pytest.raises(NotFound):
        await ApiToken.find(desk, made.pk)
    await accounts.revoke_token(me, made)
    assert await accounts.viewer_of_token(made.secret) is None


async def test_a_change_or_reset_of_the_password_ends_every_token(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    token = await a_token(account)
    await accounts.change_password(await own(account), account, current=PASSWORD, new=BETTER)
    assert await accounts.viewer_of_token(token) is None
    token = await a_token(await loaded(account))
    desk = await a_viewer("coordinator", place.township)
    await accounts.reset_password(desk, await loaded(account), password="another-slip-1")
    assert await accounts.viewer_of_token(token) is None


async def test_no_post_has_more_live_tokens_than_it_can_have_an_eye_on_even_when_asked_at_once(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.accounts.management.MOST_TOKENS", 3)
    account = await an_account("secretary", (await a_town()).village)
    me = await own(account)
    post = await Post.get(pk=me.post_id).prefetch_related(*Post.judged_with)
    made = [await accounts.issue_token(me, post, label="a", days=1) for _ in range(2)]
    twice = (accounts.issue_token(me, post, label=label, days=1) for label in "bc")
    said = await asyncio.gather(*twice, return_exceptions=True)
    assert [type(one) for one in said if isinstance(one, Exception)] == [NotNow]
    token = await ApiToken.get(pk=made[0].pk).prefetch_related(*ApiToken.judged_with)
    await accounts.revoke_token(me, token)
    assert (await accounts.issue_token(me, post, label="d", days=1)).is_live
    with clock_at(now() + timedelta(days=2)):
        assert (await accounts.issue_token(me, post, label="e", days=1)).is_live
