"""The documents of programs that are written against the schema: they are valid, and tell what they are written for.

`make clients` has a generator write a client of them, and types checked; it brings a library of its own, older than ours.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from schema import door
from schema.base.nodes import global_id
from tests.builders import a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.clients.__main__ import must_know_every_type, operations
from tests.clients.asking import document
from tests.schema.toys import ask

SCHEMA, DOCUMENTS = Path("schema/schema.graphql"), Path("tests/clients/documents.graphql").read_text("utf-8")


def test_the_documents_of_clients_are_valid() -> None:
    assert validate(build_schema(SCHEMA.read_text("utf-8")), parse(DOCUMENTS)) == []


@pytest.mark.anyio
async def test_a_department_reads_what_became_of_its_own_request(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await an_admitted_request(place)
    await a_task(place, requests=[request])
    told = {}
    for name, home in (("department_officer", place.department), ("secretary", place.other_village)):
        viewer = await a_viewer(name, home)
        found = await ask(door, viewer, document("AnswersOf"), id=global_id("WorkRequest", request.pk))
        told[name] = found["data"]["workRequest"]
    answers = told["department_officer"]["answers"]
    assert [one["unit"]["name"] for one in answers["nodes"]] == ["梅渚村", "棠村"]
    assert answers["totalCount"] == {"count": 2} and told["department_officer"]["tasks"]["nodes"][0]["code"]
    # Whether a village has read its copy is its township's to see: to whoever asked for the work it is under way.
    assert {one["state"] for one in answers["nodes"]} == {"RECEIVED"} and told["secretary"] is None


def test_a_client_that_does_not_know_what_it_is_told_is_no_client(tmp_path: Path) -> None:
    told, vague = tmp_path / "told.ts", tmp_path / "vague.ts"
    told.write_text('/* any of these */\nexport type Yuan = number; // any\nexport const words = "any";\n')
    vague.write_text("export type Scalars = { Yuan: any };\n")
    must_know_every_type([told])
    with pytest.raises(SystemExit, match="Yuan: any"):
        must_know_every_type([told, vague])


def test_every_document_is_a_module_of_relay_named_after_its_kind() -> None:
    modules = dict(operations())
    assert len(modules) == len(parse(DOCUMENTS).definitions)
    assert "mutation SubmitMutation(" in modules["Submit"] and "query WallQuery(" in modules["Wall"]
