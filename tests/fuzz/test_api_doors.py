"""What is no question at all, or far too much of one: each has its status, and its sentence in JSON."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from models.accounts import Account
from tests.fuzz.judging import Judge
from tests.leaks.walking import connections
from tests.schema.scenes import a_listed_town
from tests.views.conftest import HERE, Site

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
KIND = {"content-type": "application/json"}
IDS = "{ edges { node { id } } }"
LARGE = "9" * 20
TOO_MUCH = {
    "a page of twenty digits": f"{{ units(first: {LARGE}) {IDS} }}",
    "a page of five thousand digits": f"{{ units(first: {'9' * 5_000}) {IDS} }}",
    "less than none": f"{{ units(first: -{LARGE}) {IDS} }}",
    "many of many": "{ tasks(first: 9999999999) { edges { node { assignments(first: 9999999999) { edges { node { id } } } } } } }",
    "many of many of many": "{"
    + " tasks(first: 9999999999) { edges { node { assignments(first: 9999999999) { edges { node { task {" * 5
    + " id "
    + "} } } } } } }" * 5
    + "}",
    "a default of twenty digits": f"query A($n: Int = {LARGE}) {{ units(first: $n) {IDS} }}",
    "a number where a text belongs": f"{{ unit(id: {'9' * 5_000}) {{ id }} }}",
    "a number with a fraction of thousands of digits": f"{{ units(first: 1.{'0' * 5_000}) {IDS} }}",
    "depth": "{ unit(id: 1) " + "{ parent " * 200 + "{ id }" + " }" * 200 + "}",
    "aliases": "{" + " ".join(f"a{n}: unit(id: 1) {{ id }}" for n in range(100)) + "}",
    "directives": "{ unit(id: 1) { id " + "@include(if: true) " * 100 + "} }",
    "fragments that spread each other": "{ ...A } "
    + " ".join(
        f"fragment {a} on Query {{ ...{b} ...{b} }}" for a, b in zip("ABCDEFGHIJ", "BCDEFGHIJA", strict=True)
    ),
    "lists in lists": f"{{ unit(id: {'[' * 500}{']' * 500}) {{ id }} }}",
    "brackets": "{" * 900,
    "tokens": "{ " + "id " * 5_000 + "}",
    "a text of a hundred thousand signs": "{ unit(id: " + json.dumps("村" * 30_000) + ") { id } }",
    "half of a pair": '{ unit(id: "\\ud800") { id } }',
    "an escape beyond the last sign": '{ unit(id: "\\u{110000}") { id } }',
    "nothing": "",
    "blanks": " \n\t\ufeff",
    "no operation": "fragment A on Unit { id }",
    "two operations of one name": "query A { __typename } query A { __typename }",
    "two without a name": "{ __typename } { __typename }",
    "a subscription": "subscription { units }",
    "a type": "type A { id: ID }",
    "an unknown field": "{ nowhere }",
}


async def test_documents_that_ask_for_too_much_are_refused_in_json(site: Site) -> None:
    judge = Judge()
    async with _caller(site) as browser:
        for what, query in TOO_MUCH.items():
            for sent in (
                {"query": query},
                {"query": query, "operationName": "B", "variables": {"n": 10**18}},
            ):
                answer = await browser.post("/graphql", content=orjson.dumps(sent), headers=KIND)
                judge.hear(answer, what, of_api=True)
                assert answer.json()["errors"], what
            answer = await browser.get("/graphql", params={"query": query[:6_000]})
            judge.hear(answer, what, of_api=True)
            assert answer.json()["errors"], what
    assert not judge.wrong, judge.wrong


BODIES: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"query", 400),
    "an empty body": (b"", 400),
    "half a body": (b'{"query": "{', 400),
    "bytes that are no UTF-8": (b'{"query": "\xff\xfe"}', 400),
    "half of a pair in JSON": (b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', 400),
    "a batch": (b'[{"query": "{ __typename }"}]', 400),
    "a text": (b'"{ __typename }"', 400),
    "nothing": (b"null", 400),
    "a number of thousands of digits": (
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
        400,
    ),
    "a number beyond all": (
        b'{"query": "query A($n: Int) { units(first: $n) { __typename } }", "variables": {"n": 1e400}}',
        400,
    ),
    "not a number": (b'{"query": "{ __typename }", "variables": {"n": NaN}}', 400),
    "deep JSON": (
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
        400,
    ),
    "too much": (b'{"query": "' + b"x" * 200_000 + b'"}', 413),
    "far too much": (b'{"query": "' + b"x" * 400_000 + b'"}', 413),
    "no query": (b'{"variables": {}}', 400),
    "a query that is a number": (b'{"query": 7}', 400),
    "variables that are a list": (b'{"query": "{ __typename }", "variables": [1]}', 400),
    "variables that are a text": (b'{"query": "{ __typename }", "variables": "{}"}', 400),
    "a name that is an object": (b'{"query": "{ __typename }", "operationName": {}}', 400),
    "extensions that are a list": (b'{"query": "{ __typename }", "extensions": []}', 400),
    "variables nobody declared": (
        b'{"query": "{ __typename }", "variables": {"a": {"b": [null, 1e9, "\\u0000"]}}}',
        200,
    ),
    "the same key twice": (b'{"query": "{", "query": "{ __typename }"}', 200),
}


async def test_bodies_that_are_no_question_are_refused_in_json(site: Site) -> None:
    judge, said = Judge(), {}
    async with _caller(site) as browser:
        for what, (body, _) in BODIES.items():
            answer = await browser.post("/graphql", content=body, headers=KIND)
            judge.hear(answer, what, of_api=True)
            said[what] = answer.status_code
    assert not judge.wrong, judge.wrong
    assert said == {what: status for what, (_, status) in BODIES.items()}


WAYS: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("POST", "/graphql", {"content-type": "text/plain"}, b"{}", 415),
    ("POST", "/graphql", {"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
    ("POST", "/graphql", {"content-type": "application/x-www-form-urlencoded"}, b"query=1", 415),
    ("POST", "/graphql", {"content-type": "application/json; charset=utf-16"}, b"{}", 415),
    ("POST", "/graphql", {"content-type": ""}, b"{}", 415),
    ("POST", "/graphql", {**KIND, "accept": "text/html"}, b"{}", 406),
    (
        "POST",
        "/graphql",
        {**KIND, "accept": "application/json;q=nan, */*;q=1e999"},
        b'{"query":"{__typename}"}',
        200,
    ),
    ("POST", "/graphql", {**KIND, "accept": ";;;,,,"}, b"{}", 406),
    ("POST", "/graphql", {**KIND, "origin": "https://evil.example"}, b"{}", 403),
    ("POST", "/graphql", {**KIND, "sec-fetch-site": "cross-site"}, b"{}", 403),
    ("POST", "/graphql", {**KIND, "content-length": "-5"}, b'{"query":"{__typename}"}', 200),
    ("POST", "/graphql", {**KIND, "content-length": "9" * 30}, b'{"query":"{__typename}"}', 200),
    ("POST", "/graphql", {**KIND, "content-length": "999999999"}, b"{}", 413),
    ("POST", "/graphql", {**KIND, "authorization": "Bearer "}, b'{"query":"{__typename}"}', 401),
    ("POST", "/graphql", {**KIND, "authorization": "Bearer " + "x" * 500}, b'{"query":"{__typename}"}', 401),
    (
        "POST",
        "/graphql",
        {**KIND, "cookie": "session=%00; session=\\x; a=" + "y" * 500},
        b'{"query":"{__typename}"}',
        200,
    ),
    *(
        (way, "/graphql", {}, b"", 405)
        for way in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY")
    ),
    ("GET", "/graphql", {}, b"", 400),
    ("GET", "/graphql?query=%ff", {}, b"", 400),
    ("GET", "/graphql?query=%7B__typename%7D&variables=%7B", {}, b"", 400),
    ("GET", "/graphql?query=%7B__typename%7D&variables=[]", {}, b"", 400),
    ("GET", "/graphql?" + "&".join(f"a{n}=1" for n in range(50)), {}, b"", 400),
    ("GET", "/graphql?query=mutation%7B__typename%7D", {}, b"", 405),
    ("HEAD", "/graphql?query=%7B__typename%7D", {}, b"", 200),
    ("HEAD", "/graphql?query=mutation%7B__typename%7D", {}, b"", 405),
    ("GET", "/graphql/nowhere", {}, b"", 404),
    ("POST", "/graphql/%00/%0d%0a", {}, b"", 404),
    ("PUT", "/files", {}, b"", 405),
    ("GET", "/files", {}, b"", 405),
]


async def test_odd_ways_of_asking_are_answered_in_json(site: Site) -> None:
    judge, said = Judge(), []
    async with _caller(site) as browser:
        for way, address, headers, body, _ in WAYS:
            answer = await browser.request(way, address, headers=headers, content=body)
            judge.hear(answer, (way, address), of_api=True)
            assert answer.headers["cache-control"] == "no-store", (way, address)
            said.append((way, address[:60], headers, answer.status_code))
    assert not judge.wrong, judge.wrong
    assert said == [(way, address[:60], headers, status) for way, address, headers, _, status in WAYS]


VARIABLES: list[Any] = [
    *(
        None,
        True,
        "",
        "x",
        "\x00",
        "²",
        "٣",
        "-1",
        "9" * 30,
        -1,
        0,
        10**18,
        2**63,
        1.5,
        1e300,
        [],
        [[]],
        {},
        {"a": 1},
        [None],
        ["x"],
    ),
    *(
        urlsafe_b64encode(f"Unit:{n}".encode()).decode()
        for n in ("²", "-1", "0", "9" * 18, "9" * 19, "9" * 40, " 1", "1\n", "")
    ),
]
ASKED = (
    "query A($v: ID!) { unit(id: $v) { id } }",
    "query A($v: Int) { units(first: $v) { edges { node { id } } } }",
    "query A($v: String) { units(first: 5, after: $v) { edges { node { id } } } }",
    "query A($v: UnitFilter) { units(first: 5, filter: $v) { edges { node { id } } } }",
    "query A($v: String!) { units(first: 5, filter: {text: $v, level: $v, within: $v}) { edges { node { id } } totalCount { count } } }",
    "query A($v: Boolean!) { units(first: 5) { edges { node { id @include(if: $v) } } } }",
    "query A($v: Date!) { burden(since: $v, until: $v) { __typename } }",
    "query A { units(first: 5) { edges { node { id } } } }",
    'mutation A($v: String!) { renameUnit(key: $v, unit: "x", name: $v) { __typename } }',
)


async def test_variables_of_every_kind_are_answered_in_json(site: Site) -> None:
    judge = Judge()
    async with _caller(site) as browser:
        for query in ASKED:
            for value in VARIABLES:
                sent = json.dumps({"query": query, "variables": {"v": value, "w": value}})
                answer = await browser.post("/graphql", content=sent, headers=KIND)
                judge.hear(answer, sent, of_api=True)
    assert not judge.wrong, judge.wrong[:5]


async def test_whoever_must_choose_a_password_first_reads_so_in_json(site: Site) -> None:
    browser = await site.as_a("coordinator", (await a_listed_town()).township, origin=HERE)
    await Account.all().update(must_change=True)
    answer = await browser.post("/graphql", json={"query": "{ __typename }"})
    assert answer.status_code == 403 and answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await browser.get("/tasks")).status_code == 303


def _caller(site: Site) -> httpx.AsyncClient:
    return site.visitor(origin=HERE)


def _marks() -> Iterator[str]:
    """Marks of the right length whose values no column holds."""
    odd = (
        "\x00",
        "²",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999-14:00",
        "9999-12-31",
        2**63 - 1,
        -1,
        None,
        1.5,
    )
    for length in (1, 2):
        for value in odd:
            told = json.dumps([value] * (length - 1) + [1] if length > 1 else [value])
            yield urlsafe_b64encode(told.encode()).decode()


async def test_no_mark_of_a_page_breaks_any_connection(site: Site) -> None:
    """Of everything that has pages, a mark for one page after the other is told from nonsense."""
    judge, codes = Judge(), Counter[str]()
    async with _caller(site) as browser:
        for root in connections():
            query = f"query A($after: String) {{ {root}(first: 2, after: $after) {{ edges {{ cursor }} }} }}"
            for mark in _marks():
                sent = orjson.dumps({"query": query, "variables": {"after": mark}})
                answer = await browser.post("/graphql", content=sent, headers=KIND)
                judge.hear(answer, (root, mark), of_api=True)
                codes.update(error["extensions"]["code"] for error in answer.json().get("errors", ()))
    assert not judge.wrong, judge.wrong[:5]
    assert codes.keys() == {"BAD_INPUT"} and codes.total() > 300, codes
