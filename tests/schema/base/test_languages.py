"""What went wrong is said in Chinese, or in English to who asks for it; nothing of one language reaches the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.base.error_codes import IN_ENGLISH, ErrorCode
from models.base.viewer import Viewer
from schema import door
from schema.base.languages import CHINESE, ENGLISH, listen
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio


def test_every_code_is_said_in_english() -> None:
    assert set(IN_ENGLISH) == {one.value for one in ErrorCode}
    assert all(words.isascii() for words in IN_ENGLISH.values())


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", CHINESE),
        ("en", ENGLISH),
        ("en-GB,en;q=0.9", ENGLISH),
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("en;q=0.3, zh;q=0.7", CHINESE),
        ("en;q=0", CHINESE),
        ("fr, de;q=0.5", CHINESE),
        ("en;q=nonsense", CHINESE),
    ],
)
def test_the_language_is_the_one_wanted_most(accepted: str, language: str) -> None:
    assert listen(accepted) == language
    listen("")


async def _asked(
    viewer: Viewer, body: dict[str, Any], language: str
) -> tuple[dict[bytes, bytes], dict[str, Any]]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode()}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"accept-language", language.encode())]
    await door(
        {"method": "POST", "headers": headers, "query_string": b"", "state": {"viewer": viewer}},
        receive,
        send,
    )
    return dict(sent[0]["headers"]), json.loads(sent[1]["body"])


async def test_errors_and_refusals_are_told_in_the_language_of_each_request(town: str) -> None:
    made = await a_town()
    viewer = await a_viewer("observer", made.county)
    wrong = {"query": "{ tasks(first: 0) { nodes { id } } }"}
    refused = {
        "query": """mutation($id: ID!) { renameUnit(input: {idempotencyKey: "k", unit: {id: $id}, name: "新名",
          seenVersion: "none"}) { refusals { code message } } }""",
        "variables": {"id": "VW5pdDoxMDAwMDAwMDAw"},
    }
    for language, is_english in (("en", True), ("zh-CN", False), ("en-US", True), ("", False)):
        headers, answer = await _asked(viewer, wrong, language)
        assert answer["errors"][0]["message"].isascii() == is_english
        assert b"accept-language" in headers[b"vary"]
        _, unread = await _asked(viewer, {"query": "{"}, language)
        assert unread["errors"][0]["message"].isascii() == is_english
        _, payload = await _asked(viewer, refused, language)
        assert payload["data"]["renameUnit"]["refusals"][0]["message"].isascii() == is_english
