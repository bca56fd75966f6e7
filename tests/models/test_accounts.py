"""Accounts: opened and ended by one's own township, guessed at by nobody, and kept as hashes alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from models import accounts
from models.accounts import Account, passwords
from models.accounts.passwords import first_password
from models.accounts.throttling import TRIES_BY_NAME
from models.base.clock import today
from models.base.events import Event, EventPersonal
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.base.viewer import Viewer
from models.people import Post
from models.units import Unit
from tests.builders import DAY, a_signer, a_town, a_viewer

pytestmark = pytest.mark.anyio
PASSWORD, BETTER, WRONG = "青山 tea 42 bridge", "梅渚 stone 77 river", "not the password"
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


async def loaded(account: Account) -> Account:
    return await Account.get(pk=account.pk).prefetch_related(*Account.judged_with)


async def an_account(role: str, unit: Unit) -> Account:
    """Somebody of the place with an account whose password is PASSWORD."""
    signer = await a_signer(role, unit, PASSWORD)
    account = await Account.get(pk=signer.account_id)
    return await loaded(account)


async def own(account: Account) -> Viewer:
    return await accounts.viewer_of_account(account)


async def signed_in(account: Account, device: str = "") -> accounts.SignedIn:
    return await accounts.sign_in(account.username, PASSWORD, HERE, device)


async def test_a_township_opens_an_account_whose_first_password_must_be_changed(town: str) -> None:
    place = await a_town()
    person = await a_viewer("cadre", place.village, name="吕金木")
    post = await Post.get(pk=person.post_id).prefetch_related(*Post.judged_with)
    desk = await a_viewer("coordinator", place.township)
    first = first_password()
    account = await accounts.open_account(desk, post, password=first)
    assert (account.username, account.must_change) == ("lvjinmu", True)
    assert (await accounts.sign_in(" LvJinmu ", first, HERE)).account.pk == account.pk
    assert await Event.filter(command="accounts.open_account", actor_post_id=desk.post_id).count() == 1
    with pytest.raises(Invalid, match="已经有账号"):
        await accounts.open_account(desk, post, username="another")


async def test_namesakes_get_a_number_behind_their_name(town: str) -> None:
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    names = []
    for _ in range(3):
        person = await a_viewer("cadre", place.village, name="王芳")
        post = await Post.get(pk=person.post_id).prefetch_related(*Post.judged_with)
        names.append((await accounts.open_account(desk, post)).username)
    assert names == ["wangfang", "wangfang2", "wangfang3"]


@pytest.mark.parametrize("username", ["ab", "1abc", "有汉字", "a b c", "a" * 41, "taken"])
async def test_a_user_name_that_will_not_do_is_refused_by_its_field(town: str, username: str) -> None:
    place = await a_town()
    await Account.filter(pk=(await an_account("cadre", place.village)).pk).update(username="taken")
    person = await a_viewer("cadre", place.village)
    post = await Post.get(pk=person.post_id).prefetch_related(*Post.judged_with)
    with pytest.raises(Invalid, match="用户名") as no:
        await accounts.open_account(await a_viewer("coordinator", place.township), post, username=username)
    assert no.value.field == "username" and await Account.all().count() == 1


async def test_other_places_and_other_roles_open_reset_unlock_and_end_nothing(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    before = await Account.get(pk=account.pk).values()
    bare = await a_viewer("cadre", place.village)
    post = await Post.get(pk=bare.post_id).prefetch_related(*Post.judged_with)
    for role, unit in (
        ("coordinator", place.other_township),
        ("leader", place.township),
        ("secretary", place.village),
        ("list_keeper", place.city),
        ("supervisor", place.township),
    ):
        stranger = await a_viewer(role, unit)
        with pytest.raises(NotAllowed, match="本镇街"):
            await accounts.open_account(stranger, post)
        with pytest.raises(NotAllowed, match="本镇街"):
            await accounts.reset_password(stranger, account, password="taken-over-now")
        with pytest.raises(NotAllowed, match="本镇街"):
            await accounts.unlock(stranger, account)
        with pytest.raises(NotAllowed, match="本镇街"):
            await accounts.end_account(stranger, account, reason="试试")
    assert await Account.get(pk=account.pk).values() == before and not await Event.exists()


async def test_a_hidden_account_answers_like_one_that_is_not_there(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    stranger = await a_viewer("coordinator", place.other_township)
    said = []
    for number in (account.pk, 10**9):
        with pytest.raises(NotFound) as no:
            await Account.find(stranger, number)
        said.append(no.value.reason)
    assert said[0] == said[1]
    assert await Account.find(await a_viewer("coordinator", place.township), account.pk)


async def test_nobody_resets_somebody_who_also_works_above_them(town: str) -> None:
    place = await a_town()
    account = await an_account("cadre", place.village)
    await Post.create(
        person_id=account.person_id, unit=place.county, role="city_admin", from_on=today() - DAY
    )
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(NotAllowed):
        await accounts.reset_password(desk, account, password="taken-over-now")
    above = await a_viewer("city_admin", place.city)
    assert (await accounts.reset_password(above, account, password=BETTER)).must_change


async def test_a_reset_lets_the_slip_in_and_everybody_else_out(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    old = await signed_in(account)
    for _ in range(TRIES_BY_NAME):
        with pytest.raises(Invalid):
            await accounts.sign_in(account.username, WRONG, ELSEWHERE)
    desk = await a_viewer("coordinator", place.township)
    slip = first_password()
    await accounts.reset_password(desk, account, password=slip)
    assert await accounts.viewer_of_session(old.token) is None
    with pytest.raises(Invalid):
        await accounts.sign_in(account.username, PASSWORD, HERE)
    assert (await accounts.sign_in(account.username, slip, HERE)).account.must_change


async def test_an_ended_account_opens_nothing_and_is_not_reset(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    session, viewer = await signed_in(account), await own(account)
    post = await Post.get(pk=viewer.post_id).prefetch_related(*Post.judged_with)
    token = await accounts.issue_token(viewer, post, label="报表", days=30)
    desk = await a_viewer("coordinator", place.township)
    with pytest.raises(Invalid, match="原因") as no:
        await accounts.end_account(desk, account, reason="  ")
    assert no.value.field == "reason" and await accounts.viewer_of_session(session.token)
    await accounts.end_account(desk, account, reason="调离")
    assert await accounts.viewer_of_session(session.token) is None
    assert await accounts.viewer_of_token(token.secret) is None
    assert (await accounts.ApiToken.get(pk=token.pk)).revoked_at is not None
    with pytest.raises(Invalid):
        await signed_in(account)
    for again in (
        accounts.reset_password(desk, account, password=BETTER),
        accounts.unlock(desk, account),
        accounts.end_account(desk, account, reason="再来一次"),
    ):
        with pytest.raises(NotNow, match="已经停用"):
            await again


async def test_a_changed_password_ends_every_other_session_and_keeps_this_one(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    here, phone = await signed_in(account), await signed_in(account, "手机")
    me = await own(account)
    await accounts.change_password(me, account, current=PASSWORD, new=BETTER, keep=here.session.pk)
    assert await accounts.viewer_of_session(here.token) is not None
    assert await accounts.viewer_of_session(phone.token) is None
    with pytest.raises(Invalid):
        await accounts.sign_in(account.username, PASSWORD, HERE)
    assert await accounts.sign_in(account.username, BETTER, HERE)
    told = str(await Event.all().values()) + str(await EventPersonal.all().values())
    assert "bridge" not in told and "river" not in told and "argon2" not in told


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        (WRONG, BETTER, "current"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "ninechars", "new"),
        (PASSWORD, "x1y2" * 51, "new"),
        (PASSWORD, "1234567890", "new"),
        (PASSWORD, "ababababab", "new"),
        (PASSWORD, "{username}!!", "new"),
    ],
)
async def test_a_password_that_will_not_do_changes_nothing(
    town: str, current: str, new: str, field: str
) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    session = await signed_in(account)
    with pytest.raises(Invalid, match="密码") as no:
        await accounts.change_password(
            await own(account), account, current=current, new=new.format(username=account.username)
        )
    assert no.value.field == field and not await Event.exists()
    assert await accounts.viewer_of_session(session.token) is not None and await signed_in(account)


async def test_ten_characters_are_enough_for_a_password(town: str) -> None:
    place = await a_town()
    account = await an_account("secretary", place.village)
    await accounts.change_password(await own(account), account, current=PASSWORD, new="tea-42-hil")
    assert await accounts.sign_in(account.username, "tea-42-hil", HERE)


async def test_the_same_key_opens_one_account_and_never_two(town: str) -> None:
    place = await a_town()
    person = await a_viewer("cadre", place.village, name="石秀英")
    post = await Post.get(pk=person.post_id).prefetch_related(*Post.judged_with)
    desk = await a_viewer("coordinator", place.township)
    one = await accounts.open_account.once("key-1", desk, post, password="abcd-efgh-jkmn")
    two = await accounts.open_account.once("key-1", desk, post, password="abcd-efgh-jkmn")
    assert one.pk == two.pk and await Account.all().count() == 1
    with pytest.raises(Invalid, match="提交编号"):
        await accounts.open_account.once("key-1", desk, post, password="abcd-efgh-other")


def test_without_an_account_a_password_is_checked_at_the_same_price() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    stand_in = passwords._no_hash(hasher)
    assert not hasher.check_needs_rehash(stand_in) and len(stand_in) == len(hasher.hash("x"))
    with pytest.raises(VerifyMismatchError):
        hasher.verify(stand_in, "x")


def test_the_product_hashes_at_the_price_of_rfc_9106() -> None:
    """In a process of its own: in this one passwords are cheap."""
    asks = "import asyncio; from models.accounts.passwords import hashed; print(asyncio.run(hashed('x')))"
    made = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True).stdout
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
