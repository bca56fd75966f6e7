"""Signing in, the account page, and how pages look."""

from __future__ import annotations

import re

import pytest

from models import accounts
from models.accounts import Account, ApiToken, Session
from models.base.clock import clock_at, now
from models.base.viewer import TOWN_CLOCK
from models.people import Post
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio
PASSWORD = "three-quiet-rivers"


async def an_account(username="meizhu", must_change=False):
    town = await a_town()
    viewer = await a_viewer("secretary", town.village, name="何小妹")
    post = await Post.get(pk=viewer.post_id).prefetch_related("unit", "person")
    account = await accounts.open_account(TOWN_CLOCK, post, username=username, password=PASSWORD)
    await Account.filter(pk=account.pk).update(must_change=must_change)
    return town


def key_on(page):
    return re.search(r'name="key"[^>]*value="([^"]+)"', page).group(1)


async def sign_in(browser, username="meizhu", password=PASSWORD, **more):
    return await browser.post("/login", data={"username": username, "password": password, **more})


async def test_the_session_cookie_is_out_of_reach_of_scripts(site):
    await an_account()
    cookie = (await sign_in(site.visitor())).headers["set-cookie"].lower()
    assert cookie.startswith("session=")
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie


@pytest.mark.parametrize("how", ["tls", "proxy"])
async def test_over_tls_the_cookie_is_bound_to_this_host(site, how):
    await an_account()
    browser = site.visitor("https://town.test") if how == "tls" else site.visitor(x_forwarded_proto="https")
    browser.headers.update({"x-forwarded-proto": "https"} if how == "proxy" else {})
    answer = await sign_in(browser)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-session=")
    assert "secure" in cookie and "path=/" in cookie and "domain" not in cookie
    assert answer.headers["strict-transport-security"]


async def test_a_session_planted_without_the_prefix_is_ignored_over_tls(site):
    await an_account()
    plain = site.visitor()
    await sign_in(plain)
    secure = site.visitor("https://town.test")
    secure.cookies.set("session", plain.cookies["session"])
    assert (await secure.get("/account")).status_code == 303


async def test_a_wrong_password_and_an_unknown_name_answer_alike(site):
    await an_account()
    wrong = await sign_in(site.visitor(), password="not it at all")
    unknown = await sign_in(site.visitor(), username="nobody", password="not it at all")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("meizhu", "nobody") == unknown.text
    assert "用户名或密码不对" in wrong.text and "not it at all" not in wrong.text


async def test_throttling_answers_alike_whether_the_account_exists(site):
    await an_account()
    answers = []
    with clock_at(now()):
        for name in ("meizhu", "nobody"):
            for _ in range(9):
                answer = await sign_in(site.visitor(), username=name, password="not it at all")
            answers.append(answer)
    known, unknown = answers
    assert known.status_code == unknown.status_code == 429
    assert known.text.replace("meizhu", "nobody") == unknown.text
    assert int(known.headers["retry-after"]) > 0
    assert (await sign_in(site.visitor())).status_code == 429, "the right password does not help either"


async def test_the_name_stays_in_the_form(site):
    answer = await sign_in(site.visitor(), username="mei<zhu", password="")
    assert 'value="mei&lt;zhu"' in answer.text


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/tasks?page=2", "/tasks?page=2"),
        ("https://evil.test/", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
async def test_after_signing_in_one_stays_on_this_site(site, wanted, goes):
    await an_account()
    assert (await sign_in(site.visitor(), next=wanted)).headers["location"] == goes


async def test_a_one_time_password_must_be_changed_first(site):
    await an_account(must_change=True)
    browser = site.visitor()
    assert (await sign_in(browser)).headers["location"] == "/account/password"
    assert (await browser.get("/account")).headers["location"] == "/account/password"
    page = await browser.get("/account/password")
    assert "一次性密码" in page.text
    new = {"current": PASSWORD, "new": "four-loud-mountains", "again": "four-loud-mountains"}
    wrong = await browser.post("/account/password", data=new | {"again": "other", "key": key_on(page.text)})
    assert wrong.status_code == 422 and "不一样" in wrong.text
    changed = await browser.post("/account/password", data=new | {"key": key_on(wrong.text)})
    assert changed.headers["location"] == "/account"
    assert (await browser.get("/account")).status_code == 200
    assert (await sign_in(site.visitor(), password=PASSWORD)).status_code == 422


async def test_signing_out_ends_the_session(site):
    await an_account()
    browser = site.visitor()
    await sign_in(browser)
    token = browser.cookies["session"]
    assert (await browser.post("/logout")).headers["location"] == "/login"
    browser.cookies.set("session", token)
    assert (await browser.get("/account")).status_code == 303


async def test_one_sees_and_ends_ones_other_devices_only(site):
    town = await an_account()
    here, there = site.visitor(), site.visitor(**{"user-agent": "Mozilla/5.0 (Linux; Android 10)"})
    await sign_in(there)
    await sign_in(here)
    page = (await here.get("/account")).text
    assert "安卓手机" in page and "本机" in page
    address = re.search(r"/account/sessions/\d+/revoke", page).group()
    answer = await here.post(address, data={"key": key_on(page.partition(address)[2])})
    assert answer.status_code == 303
    assert (await there.get("/account")).status_code == 303
    stranger = await site.as_a("secretary", town.village)
    mine = await Session.filter(account__username="meizhu").order_by("-id").first()
    assert (await stranger.post(f"/account/sessions/{mine.pk}/revoke", data={"key": "k"})).status_code == 404


async def test_a_token_is_shown_once_and_opens_the_api_until_revoked(site):
    await an_account()
    browser = site.visitor()
    await sign_in(browser)
    page = (await browser.get("/account")).text
    post = re.search(r'name="post" value="(\d+)"|<option value="(\d+)">', page)
    data = {"key": "k1", "post": post.group(1) or post.group(2), "label": "县大屏", "days": "30"}
    made = await browser.post("/account/tokens", data=data)
    token = re.search(r'id="token" readonly value="([^"]+)"', made.text).group(1)
    again = await browser.post("/account/tokens", data=data)
    assert token not in again.text and "刚才已经生成" in again.text
    program = site.visitor(authorization=f"Bearer {token}")
    query = {"query": "{ __typename }"}
    assert (await program.post("/graphql", json=query)).status_code == 200
    assert (await program.get("/account")).status_code == 303, "a token opens the API and nothing else"
    account_page = (await browser.get("/account")).text
    address = re.search(r"/account/tokens/\d+/revoke", account_page).group()
    await browser.post(address, data={"key": "k2"})
    assert (await ApiToken.get()).revoked_at is not None


async def test_a_token_is_for_ones_own_post(site):
    town = await an_account()
    other = await a_viewer("secretary", town.second_village)
    browser = site.visitor()
    await sign_in(browser)
    data = {"key": "k", "post": str(other.post_id), "label": "x", "days": "30"}
    assert (await browser.post("/account/tokens", data=data)).status_code == 422


async def test_the_care_look_is_one_tap_away_and_remembered(site):
    browser = site.visitor()
    assert "关怀版" in (await browser.get("/login")).text
    answer = await browser.post("/look", data={"look": "1", "next": "/login"})
    assert answer.headers["location"] == "/login"
    assert 'class="care care-1"' in (await browser.get("/login")).text
    await browser.post("/look", data={"look": "", "next": "/login"})
    assert 'class="care' not in (await browser.get("/login")).text
