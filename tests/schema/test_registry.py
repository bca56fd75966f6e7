"""Data on file through GraphQL: put down by the village or its township, and read where it was put down."""

from __future__ import annotations

import pytest

from models import registry
from models.base.clock import today
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_town, a_viewer
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
RECORD = """mutation($key: String!, $unit: ID!, $element: ID!, $value: String!, $asOf: Date!) {
  recordData(key: $key, unit: $unit, element: $element, value: $value, asOf: $asOf) {
    __typename ... on Refusal { code reason field } ... on DataValue { value asOf element { code } unit { name } }
  }
}"""
ON_FILE = "{ dataValues(first: 5) { edges { node { value element { code } } } } }"


async def test_what_a_village_puts_on_file_is_read_by_it_and_by_no_other(town: str) -> None:
    place = await a_town()
    await registry.settle_elements()
    element = await registry.Element.get(code="households")
    own, other = [await a_viewer("secretary", one) for one in (place.village, place.other_village)]
    at = {"unit": global_id("Unit", place.village.pk), "element": global_id("Element", element.pk)}
    at["asOf"] = today().isoformat()
    wrong = (await ask(door, own, RECORD, **at, key="1", value="很多"))["data"]["recordData"]
    assert (wrong["__typename"], wrong["field"]) == ("Refusal", "value") and "数" in wrong["reason"]
    said = (await ask(door, own, RECORD, **at, key="2", value="320"))["data"]["recordData"]
    assert said == {
        "__typename": "DataValue",
        "value": "320",
        "asOf": at["asOf"],
        "element": {"code": "households"},
        "unit": {"name": "梅渚村"},
    }
    refused = (await ask(door, other, RECORD, **at, key="3", value="1"))["data"]["recordData"]
    assert refused["__typename"] == "Refusal"
    for viewer, found in ((own, ["320"]), (other, [])):
        rows = (await ask(door, viewer, ON_FILE))["data"]["dataValues"]["edges"]
        assert [one["node"]["value"] for one in rows] == found
