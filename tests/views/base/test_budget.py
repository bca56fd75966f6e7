"""Who asks faster than anybody works waits, and nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from models import accounts
from models.base.settings import settings
from models.base.viewer import ANONYMOUS
from models.people import Post
from tests.builders import a_signer, a_town
from tests.views.conftest import HERE, Site
from views.base import budget
from views.base.budget import MOST, REQUEST, STRANGERS, Budget, Purse
from views.base.middleware import Recognised
from views.base.transport import place_of

pytestmark = pytest.mark.anyio
FEW = 10_000
ASK = {"query": "{ units(first: 100) { edges { node { id } } } }"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that budgets count by, in the hands of the test."""
    at = [1000.0]
    monkeypatch.setattr(budget.time, "monotonic", lambda: at[0])
    return at


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, town: str) -> None:
    monkeypatch.setenv("XINGCUN_BUDGET", str(FEW))
    monkeypatch.setenv("XINGCUN_ADDRESS_BUDGET", str(3 * FEW))
    settings.cache_clear()


async def _until_refused(browser: httpx.AsyncClient, address: str, most: int = 1_000) -> httpx.Response:
    for _ in range(most):
        answer = await browser.get(address)
        if answer.status_code == 429:
            return answer
    raise AssertionError("never refused")


async def test_a_session_that_asks_too_often_waits_alone(
    limited: None, site: Site, clock: list[float]
) -> None:
    place = await a_town()
    hasty, calm = await site.as_a("coordinator", place.township), await site.as_a("secretary", place.village)
    refused = await _until_refused(hasty, "/units")
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 60 and f"请 {wait} 秒后再试" in refused.text and "<h1>" in refused.text
    piece = await hasty.get("/units", headers={"hx-request": "true"})
    assert piece.status_code == 429 and "<html" not in piece.text
    assert (await calm.get("/units")).status_code == 200
    assert (await hasty.get("/static/page.css")).status_code == 200
    clock[0] += wait
    assert (await hasty.get("/units")).status_code == 200


async def test_a_document_costs_what_it_is_measured_to(limited: None, site: Site, clock: list[float]) -> None:
    place = await a_town()
    dear = await site.as_a("coordinator", place.township, origin=HERE)
    answers = [await dear.post("/graphql", json=ASK) for _ in range(90)]
    served = [one for one in answers if one.status_code == 200]
    cost = served[0].json()["extensions"]["cost"]["cost"]
    assert len(served) == (FEW - len(ASK["query"])) // (cost + REQUEST), (
        "and once a point a sign to examine it"
    )
    error = answers[-1].json()["errors"][0]
    assert error["extensions"]["code"] == "RATE_LIMITED" and "秒后再试" in error["message"]
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1


async def test_a_document_that_is_refused_costs_what_it_takes_to_examine(
    limited: None, site: Site, clock: list[float]
) -> None:
    place = await a_town()
    asker, asked = (
        await site.as_a("secretary", place.village, origin=HERE),
        "{ " + "viewer { name } " * 200 + "}",
    )
    told = [await asker.post("/graphql", json={"query": f"{asked} # {n}"}) for n in range(4)]
    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert told[0].json()["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    assert "同名字段过多" in told[0].json()["errors"][0]["message"]


async def test_sessions_of_one_address_share_a_larger_purse(
    limited: None, site: Site, clock: list[float]
) -> None:
    """Whoever makes up ever other tokens is stopped before a row is read for them; others go on."""
    await a_town()
    stranger = site.visitor(origin=HERE)
    codes = []
    for number in range(3 * FEW // REQUEST + 5):
        bearer = {"authorization": f"Bearer {number}"}
        codes.append(
            (await stranger.post("/graphql", json={"query": "{__typename}"}, headers=bearer)).status_code
        )
    assert codes[-1] == 429
    elsewhere = site.visitor(**{"x-forwarded-for": "192.0.2.7"})
    assert (await elsewhere.get("/login")).status_code == 200


async def test_a_persons_programs_share_one_purse_however_many_tokens_there_are_and_are_written(
    limited: None, site: Site, clock: list[float]
) -> None:
    place = await a_town()
    signer = await a_signer("secretary", place.village, "青山 tea 42 bridge")
    post = await Post.get(person_id=signer.person_id)
    keys = [(await accounts.issue_token(signer, post, label=f"{n}", days=9)).secret for n in range(2)]
    words = [f"{how} {key}" for key in keys for how in ("Bearer", "bearer", "BEARER ")]
    program, codes = site.visitor(origin=HERE), []
    for number in range(FEW // (REQUEST + 1) + 5):
        told = {"authorization": words[number % len(words)]}
        codes.append(
            (await program.post("/graphql", json={"query": "{__typename}"}, headers=told)).status_code
        )
    assert codes[-1] == 429 and codes[100] == 200


async def test_strangers_of_a_place_share_a_tenth_of_what_a_person_has(
    limited: None, site: Site, clock: list[float]
) -> None:
    place = await a_town()
    known = await site.as_a("secretary", place.village)
    codes = [(await site.visitor().get("/login")).status_code for _ in range(FEW // STRANGERS // REQUEST + 1)]
    assert codes[-2:] == [200, 429]
    assert (await known.get("/units")).status_code == 200


async def test_a_body_costs_what_it_weighs_and_the_longest_where_nobody_says_so(
    limited: None, site: Site, clock: list[float]
) -> None:
    place = await a_town()
    sender = await site.as_a("secretary", place.village, origin=HERE)

    async def unannounced() -> AsyncIterator[bytes]:
        yield b"x"

    form = {"content-type": "multipart/form-data; boundary=edge"}
    told = [await sender.post("/requests", content=b"x" * 4_000_000, headers=form) for _ in range(3)]
    assert [one.status_code == 429 for one in told] == [False, False, True]
    clock[0] += 60
    assert (await sender.post("/requests", content=unannounced(), headers=form)).status_code != 429
    assert (await sender.get("/")).status_code == 429


async def test_what_asks_the_database_costs_its_address(
    limited: None, site: Site, clock: list[float]
) -> None:
    visitor = site.visitor()
    codes = [(await visitor.get("/healthz")).status_code for _ in range(3 * FEW // REQUEST + 1)]
    assert codes[-2:] == [200, 429]
    assert (await visitor.get("/static/page.css")).status_code == 200


async def test_a_socket_over_its_budget_is_closed(limited: None, clock: list[float]) -> None:
    sent: list[dict[str, object]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def nothing(*_: Any) -> None:
        return None

    recognised = Recognised(nothing)
    for _ in range(3 * FEW // REQUEST + 1):
        scope = {"type": "websocket", "path": "/board/live", "headers": [], "client": ("192.0.2.7", 1)}
        await recognised(scope | {"scheme": "ws", "state": {"viewer": ANONYMOUS}}, nothing, send)  # type: ignore[arg-type]
    assert sent[-1]["type"] == "websocket.close"


def test_the_memory_of_callers_is_bounded(clock: list[float]) -> None:
    purse = Purse()
    for number in range(MOST + 500):
        assert purse.spend(b"%d" % number, REQUEST, FEW) == 0
    assert len(purse.empty_until) == MOST


def test_more_than_a_minute_holds_waits_a_minute_at_most(clock: list[float]) -> None:
    purse = Purse()
    assert purse.spend(b"a", 10**9, FEW) == 0
    assert purse.spend(b"a", 1, FEW) == 1 and purse.spend(b"a", 10**9, FEW) == 60
    clock[0] += 60
    assert purse.spend(b"a", 10**9, FEW) == 0


def test_an_office_is_one_address_also_by_its_network() -> None:
    def place(host: str, *forwarded: str) -> str:
        headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
        return place_of({"type": "http", "client": (host, 1), "headers": headers, "scheme": "http"})

    assert place("2001:db8::1") == place("2001:db8::ffff:1") != place("2001:db8:0:1::1")
    assert place("::ffff:192.0.2.7") == place("192.0.2.7") == place("127.0.0.1", "192.0.2.7")
    assert place("192.0.2.7", "198.51.100.1") == "192.0.2.7", "nobody believes a stranger's header"
    assert place("") == "" and Budget().of_address({"type": "http", "client": None, "headers": []}) == 0
