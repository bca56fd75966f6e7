"""What every answer carries, whoever asks: headers, origin check, compression, 304, limits."""

import gzip
import re

import brotli
import pytest
from starlette.routing import Route

from tests.builders import a_town
from views.base import transport
from views.base.wire import LARGEST_BODY

pytestmark = pytest.mark.anyio


async def test_every_answer_carries_a_strict_policy(site):
    for path in ("/login", "/", "/nowhere", "/healthz", "/static/page.css"):
        headers = (await site.visitor().get(path)).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


async def test_pages_hold_nothing_the_policy_would_block(site):
    page = (await site.visitor().get("/login")).text
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://town.test.evil.test"},
    ],
)
async def test_a_form_from_another_site_is_turned_away(site, headers):
    answer = await site.visitor().post("/look", data={"look": "1"}, headers=headers)
    assert answer.status_code == 403
    assert "不是从本站页面发出" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "http://town.test"}],
)
async def test_our_own_forms_and_programs_pass(site, headers):
    answer = await site.visitor().post("/look", data={"look": "1"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("offered", ["br, gzip", "gzip, deflate", "identity"])
async def test_pages_are_compressed_as_the_browser_likes(site, offered):
    browser = site.visitor()
    async with browser.stream("GET", "/login", headers={"accept-encoding": offered}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
        answer.headers.get("content-encoding", ""), bytes
    )
    assert "登录" in unpack(raw).decode()
    assert answer.headers["content-length"] == str(len(raw))
    assert answer.headers.get("content-encoding", "identity") == offered.partition(",")[0]
    assert "Accept-Encoding" in answer.headers["vary"]


async def test_an_unchanged_page_is_not_sent_again(site):
    browser = site.visitor()
    first = await browser.get("/login")
    again = await browser.get("/login", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


async def test_what_is_somebodys_own_stays_on_no_shared_computer(site):
    town = await a_town()
    browser = await site.as_a("secretary", town.village)
    for address in ("/account", "/", "/tasks", "/login", "/nowhere"):
        answer = await browser.get(address)
        assert answer.headers["cache-control"] == "no-store" and "etag" not in answer.headers, address
    assert (await browser.post("/graphql", json={"query": "{"})).headers["cache-control"] == "no-store"


async def test_static_files_are_fingerprinted_and_immutable(site):
    browser = site.visitor()
    page = (await browser.get("/login")).text
    address = re.search(r"/static/page\.[0-9a-f]{12}\.css", page).group()
    answer = await browser.get(address, headers={"accept-encoding": "br"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    again = await browser.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    plain = await browser.get("/static/page.css")
    assert plain.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/..%2fpyproject.toml", "/static/a/..%2f..%2fREADME.md"]
)
async def test_nothing_else_is_served_from_disk(site, path):
    assert (await site.visitor().get(path)).status_code == 404


async def test_a_body_that_is_too_large_is_refused_in_plain_words(site):
    browser = site.visitor()
    announced = await browser.post("/login", content=b"x" * (LARGEST_BODY + 1))

    async def unannounced():
        for _ in range(LARGEST_BODY // 1000 + 2):
            yield b"x" * 1000

    form = {"content-type": "application/x-www-form-urlencoded"}
    streamed = await browser.post("/login", content=unannounced(), headers=form)
    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert "太大" in announced.text and "太大" in streamed.text


async def test_a_bug_shows_a_number_that_is_in_the_log(site, caplog):
    async def broken(_):
        raise RuntimeError("private words")

    site.app.router.routes.insert(0, Route("/look/broken", broken))
    try:
        answer = await site.visitor().get("/look/broken")
    finally:
        site.app.router.routes.pop(0)
    number = re.search(r"<strong>([0-9A-F]{8})</strong>", answer.text).group(1)
    assert answer.status_code == 500
    assert "private words" not in answer.text
    assert any(number in record.getMessage() and record.exc_info for record in caplog.records)


async def test_unknown_addresses_and_methods_get_plain_pages(site):
    town = await a_town()
    browser = await site.as_a("secretary", town.village)
    missing, wrong = await browser.get("/nowhere"), await browser.post("/account")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert "没有找到这个页面" in missing.text and "今日待办" in missing.text


async def test_strangers_are_sent_to_sign_in_and_back(site):
    browser = site.visitor()
    answer = await browser.get("/account?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/account%3Fa%3D1")
    form = await browser.post("/account/tokens", headers={"hx-request": "true"})
    assert (form.status_code, form.headers["hx-retarget"]) == (401, "#refusal")
    plain = await browser.post("/account/tokens")
    assert plain.status_code == 401 and 'href="/login" target="_blank"' in plain.text


async def test_the_site_says_whether_it_can_serve(site):
    answer = await site.visitor().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_search_engines_are_told_plainly(site):
    answer = await site.visitor().get("/robots.txt")
    assert answer.text == "User-agent: *\nAllow: /\n"


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
async def test_a_forwarded_address_is_believed_from_our_proxies_only(town, peer, told, address):
    headers = [(b"x-forwarded-for", told.encode()), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": headers}
    assert transport.address(scope) == address
    assert transport.is_secure(scope) == (peer == "127.0.0.1")


async def test_the_request_log_names_nobody(site, caplog):
    caplog.set_level("INFO", "xingcun.requests")
    await site.visitor().get("/login?next=/secret-query", headers={"x-forwarded-for": "203.0.113.9"})
    lines = [record.getMessage() for record in caplog.records if record.name == "xingcun.requests"]
    assert len(lines) == 1
    assert lines[0].startswith("GET /login 200")
    assert "secret-query" not in lines[0] and "203.0.113.9" not in lines[0]
