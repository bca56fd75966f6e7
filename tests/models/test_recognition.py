"""Who asks: known by a token that is in force, with the posts held today, and remembered nowhere."""

from __future__ import annotations

import pytest

from models import accounts
from models.accounts import recognition
from models.base.clock import clock_at, now, today
from models.people import Post
from tests.builders import DAY, a_town
from tests.models.test_accounts import an_account, own, signed_in

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "é" * 500, "\ud800"])
async def test_what_opens_nothing_is_nobody(town: str, token: str) -> None:
    try:
        token.encode()
    except UnicodeEncodeError:
        token = "half of a pair"
    assert await recognition.viewer_of_session(token) is None
    assert await recognition.viewer_of_token(token) is None


async def test_a_session_opens_no_program_and_a_token_no_page(town: str) -> None:
    account = await an_account("secretary", (await a_town()).village)
    session, me = await signed_in(account), await own(account)
    post = await Post.get(pk=me.post_id).prefetch_related(*Post.judged_with)
    token = (await accounts.issue_token(me, post, label="导出", days=1)).secret
    assert await recognition.viewer_of_token(session.token) is None
    assert await recognition.viewer_of_session(token) is None
    found, known = await recognition.viewer_of_session(session.token) or (None, None)
    assert found is not None and known is not None
    assert (found.via, found.hats, known.id) == ("session", me.hats, session.session.pk)
    assert (await recognition.viewer_of_token(token)).via == "token"


async def test_what_changed_a_moment_ago_holds_at_once(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    token = (await signed_in(account)).token
    held = await Post.create(
        person_id=account.person_id, unit=place.grid, role="grid_worker", from_on=today()
    )
    found = await recognition.viewer_of_session(token)
    assert found is not None and [hat.post_id for hat in found[0].hats][-1] == held.pk
    await Post.filter(pk=held.pk).update(from_on=today() - DAY, until_on=today() - DAY)
    found = await recognition.viewer_of_session(token)
    assert found is not None and len(found[0].hats) == 1
    await accounts.sign_out(token)
    assert await recognition.viewer_of_session(token) is None
    with clock_at(now() - DAY):
        assert await recognition.viewer_of_session(token) is None
