"""A report field by field through GraphQL: typed values in, a refusal for each field that is wrong, and read as they were said."""

from __future__ import annotations

from typing import Any

import pytest

from schema import door
from schema.base.nodes import global_id
from tests.models.tasks.elements import asked_for
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
REPORT = """mutation($input: ReportAssignmentInput!) { reportAssignment(input: $input) {
  report { values(first: 9) { edges { node { number date choice text how element { code } } } } }
  refusals { code path }
} }"""
FORM = (
    "query($id: ID!) { assignment(id: $id) { form(first: 9) { edges { node { how element { code } } } } } }"
)


async def test_values_are_typed_and_every_wrong_field_is_refused_by_its_place(town: str) -> None:
    _, copy, secretary = await asked_for("dibao", "terrain", "opened", known={"dibao": "12"})
    at = global_id("Assignment", copy.pk)
    form = (await ask(door, secretary, FORM, id=at))["data"]["assignment"]["form"]["edges"]
    assert [(one["node"]["element"]["code"], one["node"]["how"]) for one in form] == [
        ("dibao", "STALE"),
        ("terrain", "MISSING"),
        ("opened", "MISSING"),
    ]

    async def report(key: str, *values: dict[str, Any], **more: Any) -> dict[str, Any]:
        said = {"assignment": at, "idempotencyKey": key, "values": list(values)} | more
        told: dict[str, Any] = (await ask(door, secretary, REPORT, input=said))["data"]["reportAssignment"]
        return told

    wrong = await report("a", {"element": "dibao", "text": "许多"}, {"element": "terrain", "choice": "高原"})
    assert [one["path"][:2] for one in wrong["refusals"]] == [["values", "0"], ["values", "1"], ["values"]]
    given = [
        {"element": "dibao", "number": 13, "reason": "CHANGED"},
        {"element": "terrain", "choice": "丘陵"},
        {"element": "opened", "date": "2025-05-01"},
    ]
    done = await report("b", *given)
    assert done["refusals"] == []
    nodes = [one["node"] for one in done["report"]["values"]["edges"]]
    assert [(one["number"], one["choice"], one["date"], one["how"]) for one in nodes] == [
        (13.0, None, None, "CORRECTED"),
        (None, "丘陵", None, "FILLED"),
        (None, None, "2025-05-01", "FILLED"),
    ]
