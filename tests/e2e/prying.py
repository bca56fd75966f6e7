"""Somebody who wants to know of a request that is not theirs to know of, and looks everywhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.programs import Program
from tests.e2e.served import NO_TLS, PASSWORD, PATIENCE, Served
from tests.e2e.trails import sealed_events

LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
MOST_PAGES = 900
MOST_OF_A_PAGE = 12
"""A calendar and a ledger lead on and on, year by year; a dozen of each tells what they show."""
COUNTS = """
query Counts($words: String!) {
  workRequests(first: 5) { totalCount { count } }
  found: workRequests(first: 5, filter: {text: $words}) { totalCount { count } }
  rejected: workRequests(first: 5, filter: {states: [REJECTED]}) { totalCount { count } }
  screenings(first: 5) { totalCount { count } }
  tasks(first: 5) { totalCount { count } }
  events(first: 5) { totalCount { count } }
}
"""
FEED = """
{ workRequests(first: 50) { edges { node { title body officeAnswer } } }
  screenings(first: 50) { edges { node { sentence clause route inputs } } }
  events(first: 100) { edges { node { command subjectType resultId details changes unitPath } } } }
"""
NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
BY_ID = {
    "WorkRequest": "query ById($id: ID!) { workRequest(id: $id) { title } }",
    "Screening": "query ById($id: ID!) { screening(id: $id) { sentence } }",
    "Event": "query ById($id: ID!) { event(id: $id) { details } }",
}
KNOWN = """
{ workRequests(first: 5) { edges { node { id } } } screenings(first: 5) { edges { node { id } } } }
"""


@dataclass(frozen=True)
class Secret:
    """What must stay unknown: words that give it away, a part to search by, and where it lies."""

    words: tuple[str, ...]
    part: str
    number: int
    file: str
    ids: dict[str, list[str]]

    def shows_in(self, text: str) -> list[str]:
        return [word for word in self.words if word in text]


async def ids_of(served: Served, owner: str) -> dict[str, list[str]]:
    """The API's ids of every request, verdict and event, as those who may know them find them."""
    async with Program(served, owner) as program:
        known = await program.ask(KNOWN)
    found = {
        "WorkRequest": [edge["node"]["id"] for edge in known["workRequests"]["edges"]],
        "Screening": [edge["node"]["id"] for edge in known["screenings"]["edges"]],
        "Event": [str(event["id"]) for event in await sealed_events(served)],
    }
    assert all(found.values())
    return found


async def counted(served: Served, username: str, part: str) -> dict[str, int]:
    """How many of each kind this person is told there are."""
    async with Program(served, username) as program:
        answer = await program.ask(COUNTS, words=part)
    return {name: one["totalCount"]["count"] for name, one in answer.items()}


async def found_by_program(served: Served, username: str, secret: Secret) -> list[str]:
    """Every id that answers, and every word that shows in lists and in the feed."""
    found = []
    async with Program(served, username) as program:
        for kind, ids in secret.ids.items():
            for one in ids:
                answers = {**await program.ask(NODE, id=one), **await program.ask(BY_ID[kind], id=one)}
                found += [f"{way} {kind}" for way, answer in answers.items() if answer is not None]
        feed: dict[str, Any] = await program.ask(FEED)
    return found + secret.shows_in(str(feed))


async def found_on_pages(served: Served, username: str, secret: Secret) -> list[str]:
    """Follow every link from 今日待办, try every address a person could make up, tell what gave it away."""
    found: list[str] = []
    async with httpx.AsyncClient(
        base_url=served.url, trust_env=False, follow_redirects=True, timeout=PATIENCE, verify=NO_TLS
    ) as browser:
        await browser.post("/login", data={"username": username, "password": PASSWORD, "next": "/"})
        to_visit, known = ["/", *_made_up(served, secret)], set()
        asked: Counter[str] = Counter()
        while to_visit:
            address = to_visit.pop()
            path = address.partition("?")[0]
            if address in known or asked[path] >= MOST_OF_A_PAGE or address.startswith("/static/"):
                continue
            known.add(address)
            asked[path] += 1
            assert len(known) < MOST_PAGES, f"more than {MOST_PAGES} pages: {sorted(known)}"
            answer = await browser.get(address)
            assert "/login" not in str(answer.url), f"{address} sends {username} to sign in"
            found += _given_away(address, answer, secret)
            to_visit += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
    return found


def _given_away(address: str, answer: httpx.Response, secret: Secret) -> list[str]:
    """Words that show, and an address of the request itself that is anything but not found."""
    there = address in own_addresses(secret) and answer.status_code != 404
    return [
        *(f"{address} shows {word}" for word in secret.shows_in(answer.text)),
        *([f"{address} answers {answer.status_code}"] if there else []),
    ]


def own_addresses(secret: Secret) -> list[str]:
    """Where the request itself lies."""
    number = secret.number
    return [f"/requests/{number}", f"/screening/{number}", f"/trail/WorkRequest/{number}", secret.file]


def _made_up(served: Served, secret: Secret) -> list[str]:
    """Addresses of the request, lists and searches, and the stories of every place."""
    lists = ("/requests", "/screening", "/tasks", "/matters", "/units", "/people")
    searches = [f"{place}?q={secret.part}" for place in lists]
    states = [f"{place}?state=rejected" for place in ("/requests", "/screening", "/tasks")]
    places = [unit.pk for unit in vars(served.town).values()]
    stories = [f"/trail/Unit/{number}" for number in places]
    forms = [f"/tasks/new?requests={secret.number}", f"/requests/new?find={secret.part}"]
    return [*own_addresses(secret), *lists, *searches, *states, *stories, *forms]
