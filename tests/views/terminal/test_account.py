"""Whose account is whose to keep, on pages and on the host."""

from __future__ import annotations

import pytest

from models import accounts
from models.accounts import Account
from models.base.refusals import Invalid, NotFound
from models.people import Person, Post
from tests.builders import a_town, a_viewer
from views.terminal.cli import _arguments

pytestmark = pytest.mark.anyio


async def test_a_coordinators_pages_offer_no_leaders_and_refuse_them(site):
    place = await a_town()
    browser = await site.as_a("coordinator", place.township)
    form = (await browser.get("/people/new")).text
    assert "网格员" in form and "分管领导" not in form and "主要领导" not in form
    given = {"key": "k-1", "unit": place.township.pk, "name": "自己人", "role": "leader"}
    no = await browser.post("/people", data=given)
    assert no.status_code == 403 and "分管领导由上一级的系统管理员登记" in no.text, no.text
    assert not await Person.filter(name="自己人").exists()


async def test_a_leaders_page_says_who_keeps_it_and_gives_no_key(site):
    place = await a_town()
    leader = await a_viewer("leader", place.township)
    await Account.create(person_id=leader.person_id, username="fenguan", password_hash="!")
    browser = await site.as_a("coordinator", place.township)
    shown = (await browser.get(f"/people/{leader.post_id}")).text
    assert (
        "上一级的系统管理员" in shown and "重置密码并打印" not in shown and "结束任职</summary>" not in shown
    )
    for verb in ("reset", "unlock", "end-account", "end", "account"):
        details = {"key": f"k-{verb}", "seen": "none", "reason": "试试", "until_on": "2026-12-01"}
        assert (await browser.post(f"/people/{leader.post_id}/{verb}", data=details)).status_code in {
            403,
            422,
        }
    assert await Account.filter(username="fenguan", password_hash="!", ended_at=None).exists()
    assert leader.name not in (await browser.get("/people/slips")).text


async def on_the_host(*words: str) -> int:
    args = _arguments().parse_args(["account", *words])
    return int(await args.act(args))


async def test_on_the_host_whoever_nobody_stands_above_is_given_an_account(town, capsys):
    place = await a_town()
    keeper = await a_viewer("city_admin", place.city, name="吕金木")
    wide = place.city.code.translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789"})
    await on_the_host("open", "--name", "吕 金木", "--unit", wide)
    name, password = capsys.readouterr().out.split()[0::1][0], ""
    account = await Account.get(person_id=keeper.person_id)
    assert account.must_change and name == f"账号：{account.username}"
    await on_the_host("reset", "--account", f" {account.username.upper()}\u3000")
    password = capsys.readouterr().out.strip().rpartition("：")[2]
    assert (await accounts.sign_in(account.username, password, "10.0.0.1")).account.pk == account.pk
    await on_the_host("unlock", "--account", account.username)
    await on_the_host("end", "--account", account.username, "--reason", "调离")
    assert not (await Account.get(pk=account.pk)).is_open


async def test_on_the_host_a_name_that_is_not_there_or_is_two_peoples_is_a_sentence(town):
    place = await a_town()
    for _ in range(2):
        await a_viewer("list_keeper", place.city, name="王芳")
    with pytest.raises(NotFound, match="没有在任"):
        await on_the_host("open", "--name", "某人", "--unit", place.city.code)
    with pytest.raises(Invalid, match="同名"):
        await on_the_host("open", "--name", "王芳", "--unit", place.city.code)
    with pytest.raises(NotFound, match="没有找到账号"):
        await on_the_host("unlock", "--account", "nobody")
    assert await Post.all().count() == 2
