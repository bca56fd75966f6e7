"""Pages show everybody exactly what is theirs to know, and nothing by search, number or count."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.burden import COLUMNS, ROWS
from models.requests import WorkRequest
from tests.leaks.browsers import KEY, WALKERS, shown, signed_in, walking, wrong_words
from tests.leaks.pages import (
    ABOUT,
    BY_NUMBER,
    ELSEWHERE,
    LINK,
    MOST_PAGES,
    OF_OTHERS,
    OWN_ONLY,
    PLAIN,
    SEARCHED,
)
from tests.leaks.rest import a_whole_world
from tests.leaks.rights import may_know
from tests.leaks.world import Row, World
from tests.views.conftest import Site, site  # noqa: F401 - the fixture
from views.application import ROUTES

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]


def test_every_page_stands_in_one_of_the_walks() -> None:
    read = {r.path for r in ROUTES if "GET" in (getattr(r, "methods", None) or ["GET"])}
    assert (
        read
        == set(BY_NUMBER) - {p for p in BY_NUMBER if "trail" in p}
        | {p for p in OF_OTHERS if "trail" not in p}
        | set(OWN_ONLY)
        | {p for p in PLAIN if "?" not in p}
        | ELSEWHERE
    )


@WALKERS
async def test_the_page_of_a_hidden_row_is_the_page_of_a_missing_one(site, walkers: str) -> None:  # noqa: F811
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    rows = list({(type(row.record), row.record.pk): row for row in world.rows}.values())
    rows = _of_each_right(rows) if walkers == "half" else rows
    found = []
    for name, browser in walking(browsers, walkers):
        for path, record in BY_NUMBER.items():
            missing = await browser.get(path.replace("{id:int}", "987654321"))
            for row in (one for one in rows if type(one.record) is record):
                pk = row.record.pk
                answer = await browser.get(path.replace("{id:int}", str(pk)))
                found += [
                    f"{name}: {path} {pk} tells {w}"
                    for w in wrong_words(world, world.viewers[name], answer.text)
                ]
                if may_know(world.viewers[name], row):
                    # A stranger signs in first, even for what everybody may read.
                    if answer.status_code not in {200, 403, 409} | ({303} if name == "nobody" else set()):
                        found.append(f"{name}: {path} {pk} answers {answer.status_code}")
                elif shown(answer) != shown(missing):
                    found.append(f"{name}: {path} {pk} is not like a missing one")
    assert not found, "\n".join(found[:40])


def _of_each_right(rows: list[Row]) -> list[Row]:
    """One row of each kind for everything that decides who may know of it: rows that are alike in this answer alike."""
    alike = {(type(row.record), *(getattr(row, one.name) for one in fields(Row)[1:])): row for row in rows}
    return list(alike.values())


async def test_what_is_somebodys_own_page_is_missing_for_everybody_else(site) -> None:  # noqa: F811
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    found, met = [], set()
    for name, browser in browsers.items():
        for path, record in OWN_ONLY.items():
            missing = await browser.get(path.replace("{id:int}", "987654321"))
            for row in (row for row in world.rows if type(row.record) is record):
                answer = await browser.get(path.replace("{id:int}", str(row.record.pk)))
                own = may_know(world.viewers[name], replace(row, of="own bid"))
                if own and answer.status_code == 200:
                    met.add((path, name))
                elif not own and shown(answer) != shown(missing):
                    found.append(f"{name}: {path} {row.record.pk} is not like a missing one")
    assert not found, "\n".join(found[:40])
    assert {path for path, _ in met} == set(OWN_ONLY)
    assert {name for path, name in met if path == "/bids/{id:int}"} == {
        "own secretary",
        "secretary of the second village",
    }


@WALKERS
async def test_no_list_search_or_other_page_tells_a_hidden_word(site, walkers: str) -> None:  # noqa: F811
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    numbers = {record: await record.all().values_list("id", flat=True) for record in set(OF_OTHERS.values())}
    found = []
    for name, browser in walking(browsers, walkers):
        to_visit = [
            re.sub(r"\{\w+:int\}", str(pk), path)
            for path, record in OF_OTHERS.items()
            for pk in numbers[record]
        ]
        to_visit += [f"/tasks/new?requests={row.record.pk}" for row in world.of_kind("WorkRequest")]
        to_visit += [f"{ABOUT}/tasks/{row.record.pk}" for row in world.of_kind("Task")]
        to_visit += [f"{ABOUT}/assignments/{row.record.pk}" for row in world.of_kind("Assignment")]
        to_visit += [*sorted(PLAIN), *_searches(world), *_figures(world)]
        known = set(to_visit)
        while to_visit:
            address = to_visit.pop()
            answer = await browser.get(address)
            text = _without_what_was_typed(answer.text)
            found += [
                f"{name}: {address} tells {word}" for word in wrong_words(world, world.viewers[name], text)
            ]
            if answer.status_code >= 500:
                found.append(f"{name}: {address} answers {answer.status_code}")
            led_to = set(_links(answer.text)) - known
            known |= led_to
            to_visit += sorted(led_to)
        assert len(known) < MOST_PAGES, f"{name} is led round without end: {sorted(known)[-40:]}"
    assert not found, "\n".join(found[:40])


def _links(text: str) -> list[str]:
    """Where a page leads, but for files of the site, lists searched already, and other days, places, years and cases."""
    led_to = [link.replace("&amp;", "&") for link in LINK.findall(text)]
    return [
        one
        for one in led_to
        if "q=" not in one
        and "since=" not in one
        and "board=" not in one
        and "golden?" not in one
        and "year=" not in one
        and not one.startswith(("/static/", "/login", ABOUT))
    ]


def _figures(world: World) -> list[str]:
    """What stands behind each figure of the dashboard, and of each asker."""
    askers = (world.town.department, world.town.other_department, world.town.office, world.town.township)
    behind = [f"/askers/{unit.pk}/{figure}" for unit in askers for figure in COLUMNS]
    return [f"/burden/rows/{figure}" for figure in ROWS] + behind


def _searches(world: World) -> list[str]:
    """Everything hidden begins with the same two signs, so that one search per page would find all of it."""
    whole = [f"{path}?state=&q=词元" for path in ("/requests", "/screening", "/tasks", "/concerns")]
    return [f"{path}?{'find' if path.endswith('/new') else 'q'}=词元" for path in sorted(SEARCHED)] + whole


def _without_what_was_typed(text: str) -> str:
    """The search box shows what was searched for, whatever was found; so do links to further pages."""
    return re.sub(r'value="[^"]*"|href="[^"]*"', "", text)


@WALKERS
async def test_a_search_for_a_hidden_word_answers_like_one_for_nothing(site, walkers: str) -> None:  # noqa: F811
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    for name, browser in walking(browsers, walkers):
        for path in ("/requests", "/screening", "/tasks", "/concerns"):
            nothing = (await browser.get(f"{path}?state=&q=词元没有这个")).text.replace("词元没有这个", "")
            for word, rows in _one_word_of_each_kind(world):
                if not any(may_know(world.viewers[name], row) for row in rows):
                    answer = (await browser.get(f"{path}?state=&q={word}")).text.replace(word, "")
                    assert _alike(answer) == _alike(nothing), f"{name}: {path} knows of {word}"


def _one_word_of_each_kind(world: World) -> list[tuple[str, list[Row]]]:
    return list(
        {(row.kind, row.of): (word, rows) for word, rows in world.words.items() for row in rows}.values()
    )


def _alike(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", "", KEY.sub("", text))


async def test_a_planted_leak_shows_on_pages(site, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    request = next(row for row in world.of_kind("WorkRequest") if row.office)

    def everything(cls: type[WorkRequest], viewer: Viewer) -> QuerySet[WorkRequest]:
        return cls.all()

    secretary, before = browsers["own secretary"], f"/requests/{request.record.pk}"
    assert (await secretary.get(before)).status_code == 404
    monkeypatch.setattr(WorkRequest, "visible_to", classmethod(everything))
    told = (await secretary.get(before)).text
    assert "词元正文驳回" in wrong_words(world, world.viewers["own secretary"], told)
