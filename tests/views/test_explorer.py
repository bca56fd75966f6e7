"""The explorer page: for signed-in people alone, made of our own files alone, and keeping nothing."""

from __future__ import annotations

import re

import pytest

from models.base.settings import settings
from tests.builders import a_list, a_town
from views.base.middleware import CSP
from views.base.static import files
from views.explorer import EXAMPLES

pytestmark = pytest.mark.anyio


@pytest.fixture
def without_explorer(town, monkeypatch):
    monkeypatch.setenv("XINGCUN_EXPLORER", "0")
    settings.cache_clear()
    yield
    settings.cache_clear()


async def a_browser(site, role="coordinator"):
    town = await a_town()
    return await site.as_a(role, town.department if role == "department_officer" else town.township)


async def test_strangers_are_sent_to_sign_in_and_come_back(site):
    answer = await site.visitor().get("/explorer")
    assert answer.status_code == 303 and answer.headers["location"] == "/login?next=/explorer"


async def test_a_signed_in_person_finds_an_editor_that_works_without_scripts(site):
    page = await (await a_browser(site)).get("/explorer")
    assert page.status_code == 200
    assert re.search(r'<form id="ask" method="get" action="/explorer"', page.text)
    assert 'name="query"' in page.text and 'name="variables"' in page.text


async def test_without_scripts_the_answer_is_shown_as_it_comes(site):
    browser = await a_browser(site)
    sent = {"query": "{ viewer { name } }", "variables": ""}
    answer = await browser.get("/explorer", params=sent, follow_redirects=True)
    assert answer.url.path == "/graphql" and answer.json()["data"]["viewer"]["name"]
    assert (await browser.get("/explorer", params={"query": " "})).status_code == 200


async def test_everything_comes_from_this_site_and_nothing_is_inline(site):
    page = await (await a_browser(site)).get("/explorer")
    assert page.headers["content-security-policy"] == CSP
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page.text)
    assert all(one.startswith(("/", "#", "data:,")) and not one.startswith("//") for one in addresses)
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)
    script = files()["explorer.js"].bodies[""].decode()
    assert len(script.encode()) < 8192
    assert "http" not in script and not re.search(
        r"(local|session)Storage|indexedDB|\beval\b|innerHTML", script
    )


@pytest.mark.parametrize("example", EXAMPLES)
async def test_each_example_answers_without_errors(site, example):
    town = await a_town()
    await a_list(town.city)
    browser = await site.as_a("coordinator", town.township)
    page = await browser.get("/explorer", params={"example": example})
    label, query, variables = EXAMPLES[example]
    assert re.search(rf'aria-current="true">{label}<', page.text)
    answer = await browser.get("/graphql", params={"query": query, "variables": variables})
    assert answer.status_code == 200 and "errors" not in answer.json(), answer.text


async def test_an_unknown_example_shows_the_first(site):
    page = await (await a_browser(site)).get("/explorer?example=%3Cscript%3E")
    assert 'aria-current="true">我是谁<' in page.text and "<script>" not in page.text


@pytest.mark.parametrize("kind", ["list", "Task", "SubmitRequestInput", "TaskFilter", "Node"])
async def test_the_introspection_the_script_sends_is_within_the_limits(site, kind):
    script = files()["explorer.js"].bodies[""].decode()
    pieces = {
        name: re.search(rf"{name} = [`\"](.+?)[`\"];", script, re.S).group(1)
        for name in ("REF", "ARGS", "TYPE", "LIST")
    }
    pieces["ARGS"] = pieces["ARGS"].replace("${REF}", pieces["REF"])
    whole = pieces["TYPE"].replace("${ARGS}", pieces["ARGS"]).replace("${REF}", pieces["REF"])
    asked = {"query": pieces["LIST"]} if kind == "list" else {"query": whole, "variables": {"name": kind}}
    answer = (await (await a_browser(site)).post("/graphql", json=asked)).json()
    assert "errors" not in answer, answer
    known = answer["data"]["__schema"]["types"] if kind == "list" else [answer["data"]["__type"]]
    assert {"Query", "Mutation", "Task"} <= {one["name"] for one in known} or known[0]["name"] == kind


async def test_office_roles_find_it_in_the_bar_and_villages_do_not(site):
    town = await a_town()
    for role, unit, shown in (
        ("coordinator", town.township, True),
        ("department_officer", town.department, True),
        ("list_keeper", town.city, True),
        ("secretary", town.village, False),
        ("supervisor", town.village, False),
    ):
        page = await (await site.as_a(role, unit)).get("/")
        assert ('href="/explorer"' in page.text) is shown, role


async def test_switched_off_it_is_neither_there_nor_linked(site, without_explorer):
    browser = await a_browser(site)
    assert (await browser.get("/explorer")).status_code == 404
    assert (await site.visitor().get("/explorer")).status_code == 404
    assert "/explorer" not in (await browser.get("/")).text


async def test_switched_off_strangers_cannot_read_the_description_either(site, without_explorer):
    asked = {"query": "{__schema{queryType{name}}}"}
    assert (await site.visitor().post("/graphql", json=asked)).status_code == 403
    assert (await (await a_browser(site)).post("/graphql", json=asked)).json()["data"]
