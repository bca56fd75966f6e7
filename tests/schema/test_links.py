"""From each record to what belongs to it: whoever asked reaches the answer, in one question and nothing beside it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType

from models.tasks import Assignment, Report
from schema import schema
from schema.base.build import core
from schema.base.nodes import global_id
from tests.counting import counted
from tests.leaks.rest import a_whole_world
from tests.leaks.rights import may_know
from tests.leaks.walking import DOOR
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]
CORE = core(schema)
LINKS = {
    "WorkRequest": {"tasks", "answers", "attachments"},
    "Assignment": {"objections", "extensions", "messages"},
    "Task": {"discussions"},
    "Report": {"attachments"},
    "Board": {"places"},
    "Period": {"boards"},
    "PointEntry": {"event"},
    "VillageIndex": {"entries", "placings"},
    "Commendation": {"resultId"},
    "Unit": {"children", "tasks", "assignments", "indices", "placings"},
}
"""From where one had to look through whole lists."""


def test_what_belongs_to_a_record_is_reached_from_it() -> None:
    for name, links in LINKS.items():
        type_ = CORE.type_map[name]
        assert isinstance(type_, GraphQLObjectType) and links <= set(type_.fields), name


ANSWERS = """query($id: ID!) { workRequest(id: $id) {
  tasks(first: 10) { nodes { code state } }
  attachments(first: 10) { nodes { name url } }
  answers(first: 100) { totalCount { count } nodes { id state unit { code }
    reports(last: 1) { nodes { words attachments(first: 10) { nodes { name mediaType bytes sha256 url } } } } } } } }"""


async def test_whoever_asked_reads_what_was_answered_and_fetches_what_came_with_it(town: str) -> None:
    world = await a_whole_world()
    report = next(world.of_kind("Report")).record
    assert isinstance(report, Report)
    copy = await Assignment.get(pk=report.assignment_id)
    asked = [row.record for row in world.of_kind("TaskSource") if row.record.task_id == copy.task_id]  # type: ignore[attr-defined]
    request = global_id("WorkRequest", asked[0].request_id)  # type: ignore[attr-defined]
    with counted() as statements:
        told: Any = await ask(DOOR, world.viewers["asking department"], ANSWERS, id=request)
    answer = told["data"]["workRequest"]
    assert len(statements) == 7, statements
    assert [one["state"] for one in answer["tasks"]["nodes"]] == ["DISPATCHED"]
    (mine,) = [one for one in answer["answers"]["nodes"] if one["id"] == global_id("Assignment", copy.pk)]
    (said,) = mine["reports"]["nodes"]
    assert said["words"] == report.words
    (file,) = said["attachments"]["nodes"]
    assert "词元佐证" in file["name"] and file["url"].startswith("/files/")


async def test_nobody_reaches_by_a_link_what_they_would_not_find_in_the_list(town: str) -> None:
    world = await a_whole_world()
    requests = list(world.of_kind("WorkRequest"))
    copies = {row.record.pk: row for row in world.of_kind("Assignment")}
    met = 0
    for name, viewer in world.viewers.items():
        for row in requests:
            told = await ask(DOOR, viewer, ANSWERS, id=global_id("WorkRequest", row.record.pk))
            answer = told["data"]["workRequest"]
            assert (answer is not None) == may_know(viewer, row), name
            ids = {one["id"] for one in answer["answers"]["nodes"]} if answer else set()
            allowed = {global_id("Assignment", pk) for pk, one in copies.items() if may_know(viewer, one)}
            assert ids <= allowed, name
            assert not answer or answer["answers"]["totalCount"]["count"] == len(ids)
            met += len(ids)
    assert met > 3


ENTRIES = """{ villageIndices(first: 100) { nodes { id unit { code } period { since until }
  entries(first: 100) { totalCount { count } nodes { id unit { code } countsOn event { id } } } } } }"""
ALL = "{ pointEntries(first: 100) { nodes { id unit { code } countsOn } } }"


async def test_the_entries_below_an_index_are_those_of_its_village_and_its_period(town: str) -> None:
    world = await a_whole_world()
    met = 0
    for name in ("own secretary", "list keeper", "coordinator"):
        told = await ask(DOOR, world.viewers[name], ENTRIES)
        assert "errors" not in told, told
        every = (await ask(DOOR, world.viewers[name], ALL))["data"]["pointEntries"]["nodes"]
        for index in told["data"]["villageIndices"]["nodes"]:
            begin, end = index["period"]["since"], index["period"]["until"]
            wanted = {
                one["id"] for one in every if one["unit"] == index["unit"] and begin <= one["countsOn"] <= end
            }
            assert {one["id"] for one in index["entries"]["nodes"]} == wanted
            assert index["entries"]["totalCount"]["count"] == len(wanted)
            met += len(wanted)
    assert met > 3
