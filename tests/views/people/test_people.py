"""People and their accounts: one slip, and slips in batch."""

from __future__ import annotations

import re

import pytest

from models import accounts
from models.accounts import Account
from models.accounts.passwords import first_password
from models.base.events import Event, EventPersonal
from models.base.idempotency import Receipt
from models.base.viewer import TOWN_CLOCK
from models.people import Post
from tests.builders import a_town, a_viewer
from views.people import people as pages

pytestmark = pytest.mark.anyio
PASSWORD = re.compile(r"密码</dt><dd><code>([^<]+)<")


async def a_post(unit, name, role="cadre"):
    viewer = await a_viewer(role, unit, name=name)
    return await Post.get(pk=viewer.post_id).prefetch_related("unit", "person")


async def a_desk(site):
    """The coordinator's browser, and two people of 梅渚村 and 棠村 without accounts."""
    town = await a_town()
    first, second = (
        await a_post(town.village, "何小妹"),
        await a_post(town.second_village, "石德法", "secretary"),
    )
    return town, await site.as_a("coordinator", town.township), first, second


def key_on(page):
    return re.search(
        r'action="/people/slips"[^>]*>\s*<input type="hidden" name="key"[^>]*value="([^"]+)"', page
    ).group(1)


async def print_for(browser, *posts, key=""):
    key = key or key_on((await browser.get("/people/slips")).text)
    return await browser.post("/people/slips", data={"key": key, "posts": [post.pk for post in posts]})


async def test_the_chosen_get_accounts_and_one_slip_each(site):
    _, browser, first, second = await a_desk(site)
    page = await print_for(browser, first, second)
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert page.text.count("<li><p><strong>") == 2 and "http://town.test" in page.text
    for post in (first, second):
        account = await Account.get(person_id=post.person_id)
        assert account.must_change
        assert post.person.name in page.text and f"<code>{account.username}</code>" in page.text


async def test_the_printed_password_signs_the_person_in_to_choose_their_own(site):
    _, browser, first, _ = await a_desk(site)
    (password,) = PASSWORD.findall((await print_for(browser, first)).text)
    username = (await Account.get(person_id=first.person_id)).username
    answer = await site.visitor().post("/login", data={"username": username, "password": password})
    assert answer.headers["location"] == "/account/password"


async def test_the_passwords_are_kept_nowhere_in_clear(site):
    _, browser, first, second = await a_desk(site)
    passwords = PASSWORD.findall((await print_for(browser, first, second)).text)
    assert len(set(passwords)) == 2
    kept = [
        str(row) for record in (Account, Event, EventPersonal, Receipt) for row in await record.all().values()
    ]
    assert kept and not any(password in row for password in passwords for row in kept)
    for address in ("/people/slips", f"/people/{first.pk}"):
        shown = (await browser.get(address)).text
        assert not any(password in shown for password in passwords)


async def test_the_same_form_sent_twice_changes_no_password_and_shows_none(site):
    _, browser, first, _ = await a_desk(site)
    key = key_on((await browser.get("/people/slips")).text)
    await print_for(browser, first, key=key)
    before = (await Account.get(person_id=first.person_id)).password_hash
    again = await print_for(browser, first, key=key)
    assert again.status_code == 422 and "刚才已经办过" in again.text and not PASSWORD.findall(again.text)
    assert (await Account.get(person_id=first.person_id)).password_hash == before


async def test_a_lost_slip_is_made_again_and_the_old_one_is_void(site):
    _, browser, first, _ = await a_desk(site)
    (old,) = PASSWORD.findall((await print_for(browser, first)).text)
    listed = (await browser.get("/people/slips")).text
    assert "旧登录条作废" in listed
    (new,) = PASSWORD.findall((await print_for(browser, first)).text)
    username = (await Account.get(person_id=first.person_id)).username
    assert new != old
    assert (
        await site.visitor().post("/login", data={"username": username, "password": old})
    ).status_code == 422
    assert (
        await site.visitor().post("/login", data={"username": username, "password": new})
    ).status_code == 303


async def test_who_has_a_password_of_their_own_is_neither_listed_nor_reset(site):
    _, browser, first, second = await a_desk(site)
    mine = await accounts.open_account(TOWN_CLOCK, first, username="xiaomei", password=first_password())
    await Account.filter(pk=mine.pk).update(must_change=False)
    kept = (await Account.get(pk=mine.pk)).password_hash
    assert "何小妹" not in (await browser.get("/people/slips")).text
    page = await print_for(browser, first, second)
    assert page.text.count("<li><p><strong>") == 1 and "何小妹：已经用自己的密码登录过" in page.text
    assert (await Account.get(pk=mine.pk)).password_hash == kept


async def test_an_ended_account_is_not_listed(site):
    _, browser, first, _ = await a_desk(site)
    mine = await accounts.open_account(TOWN_CLOCK, first, username="xiaomei", password=first_password())
    assert "何小妹" in (await browser.get("/people/slips")).text
    await Account.filter(pk=mine.pk).update(ended_at=first.from_on)
    assert "何小妹" not in (await browser.get("/people/slips")).text


async def test_somebody_with_two_posts_gets_one_slip(site):
    town, browser, first, _ = await a_desk(site)
    also = await Post.create(
        person=first.person, unit=town.second_village, role="cadre", from_on=first.from_on
    )
    assert (await browser.get("/people/slips")).text.count("何小妹") == 1
    page = await print_for(browser, first, also)
    assert page.text.count("<li><p><strong>") == 1


async def test_people_of_another_township_are_neither_listed_nor_opened(site):
    town, browser, first, _ = await a_desk(site)
    foreign = await a_post(town.other_village, "外乡人")
    assert "外乡人" not in (await browser.get("/people/slips")).text
    page = await print_for(browser, first, foreign)
    assert page.status_code == 422 and "不归您管理" in page.text
    assert not await Account.filter(person_id__in=[first.person_id, foreign.person_id]).exists()


async def test_a_secretary_finds_nobody_to_open_accounts_for(site):
    town, _, first, _ = await a_desk(site)
    browser = await site.as_a("secretary", town.village)
    assert "何小妹" not in (await browser.get("/people/slips")).text
    page = await print_for(browser, first, key="any-key")
    assert page.status_code == 422 and not await Account.filter(person_id=first.person_id).exists()


async def test_nobody_chosen_and_too_many_are_refused_with_a_sentence(site):
    _, browser, first, _ = await a_desk(site)
    assert "请先选中" in (await print_for(browser)).text
    many = {"key": "k", "posts": [str(first.pk)] * (pages.MOST_SLIPS + 1)}
    answer = await browser.post("/people/slips", data=many)
    assert answer.status_code == 422 and "请分几次选" in answer.text


async def test_the_whole_page_is_ticked_without_scripts(site):
    _, browser, _, _ = await a_desk(site)
    assert " checked" not in (await browser.get("/people/slips")).text
    assert (await browser.get("/people/slips?all=1")).text.count(" checked") >= 2


async def test_one_account_opened_or_reset_prints_the_same_slip(site):
    _, browser, first, _ = await a_desk(site)
    for verb in ("account", "reset"):
        shown = (await browser.get(f"/people/{first.pk}")).text
        key = re.search(
            rf'action="/people/{first.pk}/{verb}"[^>]*>\s*<input[^>]*value="([^"]+)"', shown
        ).group(1)
        page = await browser.post(f"/people/{first.pk}/{verb}", data={"key": key})
        assert len(PASSWORD.findall(page.text)) == 1 and page.headers["cache-control"] == "no-store", verb


async def test_a_form_that_comes_again_shows_nothing_that_is_no_longer_ones_own_to_see(site):
    town = await a_town()
    own = await a_post(town.township, "俞国华", "coordinator")
    browser = await site.signed_in(own)
    sent = {"key": "k", "unit": town.village.pk, "name": "王芳", "phone": "13800000001", "role": "cadre"}
    first, again = [await browser.post("/people", data=sent) for _ in range(2)]
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    await Post.filter(pk=own.pk).update(role="observer", unit=town.village)
    moved = await browser.post("/people", data=sent, headers={"hx-request": "true"})
    assert moved.status_code == 409, moved.text
    assert "已经办好，不用再提交。办成的内容现在不归您查看。" in moved.text
    assert await Post.filter(person__name="王芳").count() == 1
