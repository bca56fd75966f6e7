"""Data on file through GraphQL: put down by the village or its township, and read where it was put down."""

from __future__ import annotations

from typing import Any

import pytest

from models import registry
from models.base.clock import today
from models.base.viewer import Viewer
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_town, a_viewer
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
RECORD = """mutation($input: RecordDataInput!) { recordData(input: $input) {
  dataValue { value asOf element { code } unit { name } } refusals { code message path }
} }"""
ON_FILE = "{ dataValues(first: 5) { edges { node { value element { code } } } } }"


async def test_what_a_village_puts_on_file_is_read_by_it_and_by_no_other(town: str) -> None:
    place = await a_town()
    await registry.settle_elements()
    element = await registry.Element.get(code="resident_household")
    own, other = [await a_viewer("secretary", one) for one in (place.village, place.other_village)]
    at = {"unit": {"id": global_id("Unit", place.village.pk)}, "element": global_id("Element", element.pk)}

    async def record(viewer: Viewer, value: str) -> dict[str, Any]:
        said = at | {"asOf": today().isoformat(), "idempotencyKey": value, "value": value}
        told: dict[str, Any] = (await ask(door, viewer, RECORD, input=said))["data"]["recordData"]
        return told

    (wrong,) = (await record(own, "很多"))["refusals"]
    assert wrong["path"] == ["value"] and "数" in wrong["message"]
    assert await record(own, "320") == {
        "dataValue": {
            "value": "320",
            "asOf": today().isoformat(),
            "element": {"code": "resident_household"},
            "unit": {"name": "梅渚村"},
        },
        "refusals": [],
    }
    refused = await record(other, "1")
    assert refused["dataValue"] is None and len(refused["refusals"]) == 1
    await registry.Element.filter(pk=element.pk).update(sensitivity="internal")
    for viewer, found in ((own, ["320"]), (other, [])):
        rows = (await ask(door, viewer, ON_FILE))["data"]["dataValues"]["edges"]
        assert [one["node"]["value"] for one in rows] == found
