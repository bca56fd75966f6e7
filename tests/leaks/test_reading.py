"""Whether and when a village has looked is told to the desk that sent the task and to the village; to nobody else, by anything."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import openpyxl
import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from starlette.routing import Route

from models import burden, points, tasks, today
from models.base.events import Event
from models.base.sealer import seal_all
from models.base.traces import TRACED, Extent
from models.base.versions import Changed, version_of
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import RECEIPT_READERS, ROLES
from models.tasks import Assignment, AssignmentFilter, Extension, Report
from models.tasks.receipts import RECEIPT
from models.trail import story
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, Town, a_list, a_town, a_viewer, an_assignment
from tests.leaks.browsers import WALKERS, shown, walking
from tests.leaks.pages import BY_NUMBER, OF_OTHERS, PLAIN
from tests.leaks.walking import CORE, DOOR, ROOTS, connections, node_type, selections
from tests.schema.toys import ask
from tests.sources import ROOT, WRITTEN
from tests.views.conftest import site  # noqa: F401 - the fixture
from views.application import ROUTES

T = TypeVar("T")
pytestmark = pytest.mark.anyio
OTHERS = {
    "department_officer": "department",
    "office": "office",
    "observer": "county",
    "supervisor": "township",
    "list_keeper": "city",
}
"""Who may know of the task by their post, and where they hold it; a village's own supervisor is asked by hand."""
OWN = {"coordinator": "township", "leader": "township", "secretary": "village", "liaison": "village"}


async def an_unread_task() -> tuple[Town, Assignment]:
    town = await a_town()
    await a_list(town.city)
    return town, await an_assignment(town)


async def somebody(town: Town, role: str, place: str) -> Viewer:
    return await a_viewer(role, getattr(town, place))


def some_of(people: dict[str, T], walkers: str) -> dict[str, T]:
    """By day one on either database, since what hides the traces asks for a duty and for no role."""
    return dict(walking(people, walkers)[: None if walkers == "all" else 1])


async def everything_told(viewer: Viewer, walkers: str) -> dict[str, str]:
    """What the API tells, through every root and two steps on; by day through those roots that lead to what has traces."""
    told = {}
    for root in [one for one in connections() if walkers == "all" or _leads_to_traces(one)]:
        for number, wanted in enumerate(selections(node_type(ROOTS[root]))):
            query = f"{{ {root}(first: 100) {{ totalCount {{ count }} edges {{ node {{ {wanted} }} }} }} }}"
            told[f"{root} {number}"] = json.dumps(await ask(DOOR, viewer, query), ensure_ascii=False)
    assert len(told) > 10
    return told


def _leads_to_traces(root: str) -> bool:
    found = {node_type(ROOTS[root])}
    found |= {_shown_by(field) for type_ in found for field in type_.fields.values()} - {None}
    return not found.isdisjoint(CORE.type_map[name] for name in ("Assignment", "Event"))


def _shown_by(field: GraphQLField) -> GraphQLObjectType | None:
    named = get_named_type(field.type)
    if not isinstance(named, GraphQLObjectType):
        return None
    return node_type(field) if named.name.endswith("Connection") else named


async def every_page(browser: httpx.AsyncClient, walkers: str) -> dict[str, str]:
    """What the site shows to somebody who opens every list and every page of one row there is; by day those of tasks."""
    numbers = {record: await record.all().values_list("id", flat=True) for record in _records()}
    to_visit = [
        re.sub(r"\{\w+:int\}", str(pk), path)
        for path, record in {**BY_NUMBER, **OF_OTHERS}.items()
        for pk in numbers[record][: None if walkers == "all" else ROWS_BY_DAY]
        if walkers == "all" or path in OF_TASKS
    ]
    to_visit += sorted(path for path in PLAIN if walkers == "all" or path in OF_TASKS)
    to_visit += [f"/tasks?state={state}" for state in tasks.ASSIGNMENT_STATES]
    told = {}
    for address in to_visit:
        answer = await browser.get(address)
        told[address] = _told(answer) if answer.status_code == 200 else str(answer.status_code)
    assert sum(len(page) > 3 for page in told.values()) > 10
    return told


def _speaks_of_tasks(view: Any) -> bool:
    """Whether the file a page is made in has anything to do with tasks, or with what happened."""
    held = vars(sys.modules[getattr(view, "__module__", __name__)])
    return any(held.get(name) in (Assignment, tasks, story, today, burden) for name in TOLD_BY)


ROWS_BY_DAY = 2
TOLD_BY = ("Assignment", "tasks", "story", "today", "burden")
OF_TASKS = {route.path for route in ROUTES if isinstance(route, Route) and _speaks_of_tasks(route.endpoint)}


def _records() -> set[Any]:
    return {*BY_NUMBER.values(), *OF_OTHERS.values()}


def _told(answer: httpx.Response) -> str:
    if "spreadsheet" in answer.headers["content-type"]:
        return str(_cells(answer))
    return "" if "zip" in answer.headers["content-type"] else shown(answer)[1]


def _cells(answer: httpx.Response) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    assert before.keys() == after.keys()
    return [where for where in before if before[where] != after[where]]


@WALKERS
async def test_what_the_api_tells_is_the_same_before_and_after_a_look_but_for_whose_it_is(
    town, walkers: str
) -> None:
    town, copy = await an_unread_task()
    others = {role: await somebody(town, role, place) for role, place in OTHERS.items()}
    others["supervisor of the village"] = await a_viewer("supervisor", town.village)
    others = some_of(others, walkers)
    own = some_of({role: await somebody(town, role, place) for role, place in OWN.items()}, walkers)
    before = {name: await everything_told(viewer, walkers) for name, viewer in {**others, **own}.items()}
    await tasks.receive(await somebody(town, "secretary", "village"), copy)
    for name, viewer in others.items():
        told = await everything_told(viewer, walkers)
        assert any("秸秆禁烧巡查" in one for one in told.values()), f"{name} knows nothing of the task"
        assert not differing(before[name], told), name
    for name, viewer in own.items():
        assert differing(before[name], await everything_told(viewer, walkers)), name


@WALKERS
async def test_every_page_and_table_is_the_same_before_and_after_a_look_but_for_whose_it_is(
    site,  # noqa: F811
    walkers: str,
) -> None:
    town, copy = await an_unread_task()
    secretary = await somebody(town, "secretary", "village")
    others = {role: await site.as_a(role, getattr(town, place)) for role, place in OTHERS.items()}
    others["supervisor of the village"] = await site.as_a("supervisor", town.village)
    others = some_of(others, walkers)
    own = {"coordinator": await site.as_a("coordinator", town.township)}
    own["secretary"] = await site.signed_in(await Post.get(pk=secretary.post_id))
    own = some_of(own, walkers)
    before = {name: await every_page(browser, walkers) for name, browser in {**others, **own}.items()}
    await tasks.receive(secretary, copy)
    for name, browser in others.items():
        assert not differing(before[name], await every_page(browser, walkers)), name
    told = {
        name: differing(before[name], await every_page(browser, walkers)) for name, browser in own.items()
    }
    theirs = {f"/tasks/{copy.task_id}/summary.xlsx": "coordinator", f"/assignments/{copy.pk}": "secretary"}
    assert told
    for address, name in theirs.items():
        assert name not in told or address in told[name]


async def test_a_search_by_state_finds_what_is_shown_and_never_what_is_not(town) -> None:
    town, copy = await an_unread_task()
    officer = await somebody(town, "department_officer", "department")
    coordinator = await somebody(town, "coordinator", "township")
    asked = "{{ assignments(first: 9, filter: {{states: [{}]}}) {{ nodes {{ id state stateLabel receivedAt }} }} }}"

    async def found(viewer: Viewer, states: str) -> list[dict[str, Any]]:
        answer = await ask(door, viewer, asked.format(states))
        return [
            one
            for one in answer["data"]["assignments"]["nodes"]
            if one["id"] == global_id("Assignment", copy.pk)
        ]

    assert await found(officer, "DISPATCHED") == []
    assert [(one["state"], one["stateLabel"]) for one in await found(officer, "RECEIVED, DISPATCHED")] == [
        ("RECEIVED", "办理中")
    ]
    assert [one["state"] for one in await found(coordinator, "DISPATCHED")] == ["DISPATCHED"]
    assert await found(coordinator, "RECEIVED") == []
    await tasks.receive(await somebody(town, "secretary", "village"), copy)
    assert [one["receivedAt"] for one in await found(officer, "RECEIVED")] == [None]
    assert [one["receivedAt"] is None for one in await found(coordinator, "RECEIVED")] == [False]


async def test_whoever_holds_posts_on_both_sides_reads_what_is_their_own_alone(town) -> None:
    town, copy = await an_unread_task()
    both = await somebody(town, "observer", "county")
    both = replace(both, hats=(*both.hats, *(await somebody(town, "cadre", "village")).hats))
    assert RECEIPT.extent(both) is Extent.SOME
    told = {row.unit_id: row.state for row in await Assignment.visible_to(both).filter(task=copy.task_id)}
    assert told == {town.village.pk: "dispatched", town.second_village.pk: "received"}
    for state, there in (("dispatched", [town.village.pk]), ("received", [town.second_village.pk])):
        rows = AssignmentFilter(state=state).among(Assignment.visible_to(both))
        assert [row.unit_id for row in await rows] == there
    answer = await ask(door, both, "{ assignments(first: 9) { nodes { unit { id } state } } }")
    assert {(one["unit"]["id"], one["state"]) for one in answer["data"]["assignments"]["nodes"]} == {
        (global_id("Unit", town.village.pk), "DISPATCHED"),
        (global_id("Unit", town.second_village.pk), "RECEIVED"),
    }
    for secretary, place in (("secretary", "village"), ("secretary", "second_village")):
        one = await Assignment.get(task=copy.task_id, unit=getattr(town, place))
        await tasks.receive(await somebody(town, secretary, place), one)
    seen = (
        await Event.visible_to(both).filter(command__in=RECEIPT.commands).values_list("subject_id", flat=True)
    )
    assert list(seen) == [copy.pk]


async def test_whoever_looks_at_anothers_pages_reads_no_more_there_than_on_their_own(town) -> None:
    town, copy = await an_unread_task()
    secretary = await somebody(town, "secretary", "village")
    looked_at = replace(secretary, watched_by=await somebody(town, "observer", "county"))
    assert [row.state for row in await Assignment.visible_to(looked_at).filter(pk=copy.pk)] == ["received"]
    looked_at = replace(secretary, watched_by=await somebody(town, "coordinator", "township"))
    assert [row.state for row in await Assignment.visible_to(looked_at).filter(pk=copy.pk)] == ["dispatched"]


async def test_a_row_met_by_way_of_another_tells_no_more_than_when_read_itself(town) -> None:
    town, copy = await an_unread_task()
    secretary = await somebody(town, "secretary", "village")
    await tasks.ask_for_time(secretary, copy, until=copy.due_on + DAY, reason="下雨")
    for role, place, state in (("observer", "county", "received"), ("coordinator", "township", "dispatched")):
        viewer = await somebody(town, role, place)
        joined = await Extension.visible_to(viewer).select_related("assignment")
        fetched = await Extension.visible_to(viewer).prefetch_related("assignment__task")
        assert [row.assignment.state for row in [*joined, *fetched]] == [state, state]
        asked = "{ extensions(first: 9) { nodes { assignment { state } } } }"
        answer = await ask(door, viewer, asked)
        assert [one["assignment"]["state"] for one in answer["data"]["extensions"]["nodes"]] == [
            state.upper()
        ]


async def test_what_an_event_says_of_a_report_does_not_tell_whether_it_had_been_received(town) -> None:
    town, copy = await an_unread_task()
    secretary = await somebody(town, "secretary", "village")
    await tasks.report(secretary, copy, words="巡查了两次。")
    event = await Event.get(command="tasks.report")
    assert event.moved["state"] == ("received", "reported")
    assert "received_at" not in event.moved


TOLD_OF_RESTS = """{ assignments(first: 9) { nodes { id version state receivedAt } }
  events(first: 90) { nodes { command subjectId changes } } }"""


@pytest.mark.parametrize("end", ["suspended", "resumed", "withdrawn"])
async def test_what_rests_or_ends_unread_tells_nothing_of_it_by_its_version_nor_in_the_trail(
    town, end: str
) -> None:
    """A rest remembers the state it began from; of two copies that went the same way, one had been read."""
    town, unread = await an_unread_task()
    read = await Assignment.get(task=unread.task_id, unit=town.second_village)
    await tasks.receive(await somebody(town, "secretary", "second_village"), read)
    coordinator = await somebody(town, "coordinator", "township")
    await _end(end, coordinator, unread, read)
    others = {role: await somebody(town, role, place) for role, place in OTHERS.items()}
    before = {name: await ask(door, who, TOLD_OF_RESTS) for name, who in others.items()}
    own = await ask(door, coordinator, TOLD_OF_RESTS)
    shown = [sorted(map(str, _moves_of(before["observer"], one))) for one in (unread, read)]
    assert shown[0] == shown[1] and (shown[0] or end == "withdrawn")
    moved = {"received_at": read.received_at}
    moved |= {"suspended_from": "received"} if end == "suspended" else {}
    moved |= {"state": "received"} if end == "resumed" else {}
    await Assignment.filter(pk=unread.pk).update(**moved)
    for name, who in others.items():
        assert "秸秆" in json.dumps(
            await ask(door, who, "{ tasks(first: 9) { nodes { title } } }"), ensure_ascii=False
        )
        assert await ask(door, who, TOLD_OF_RESTS) == before[name], name
    assert await ask(door, coordinator, TOLD_OF_RESTS) != own


async def _end(end: str, desk: Viewer, *copies: Assignment) -> None:
    if end == "withdrawn":
        await tasks.withdraw(desk, await tasks.Task.find(desk, copies[0].task_id), reason="不再需要。")
        return
    for copy in copies:
        await tasks.suspend(desk, await Assignment.find(desk, copy.pk), reason="下雨")
        if end == "resumed":
            await tasks.resume(desk, await Assignment.find(desk, copy.pk))


def _moves_of(told: dict[str, Any], copy: Assignment) -> list[Any]:
    number = global_id("Assignment", copy.pk)
    return [one["changes"] for one in told["data"]["events"]["nodes"] if one["subjectId"] == number]


async def test_an_event_of_before_traces_were_left_out_of_the_trail_tells_none_either(town) -> None:
    """What is sealed stays as it was written, for the chain; what is told of it does not."""
    town, copy = await an_unread_task()
    old = {
        "state": ["dispatched", "reported"],
        "received_at": [None, "2026-11-30T01:00:00Z"],
        "due_at": [1, 2],
    }
    observer = await somebody(town, "observer", "county")
    written = await Event.first()
    assert written is not None
    held = {name: getattr(written, name) for name in ("at", "actor_label", "command", "unit_path", "details")}
    held |= {"seq": None, "subject_type": "Assignment", "subject_id": copy.pk, "unit_path": town.village.path}
    event = await Event.create(**held | {"changes": json.dumps(old), "command": "tasks.report"})
    assert _moves_of(await ask(door, observer, TOLD_OF_RESTS), copy) == [
        {"state": ["received", "reported"], "due_at": [1, 2]}
    ]
    assert event.moved == {"state": ("received", "reported"), "due_at": (1, 2)}
    await seal_all()
    seals = (await ask(door, observer, "{ events(first: 90) { nodes { subjectId hash } } }"))["data"][
        "events"
    ]
    by_copy = {bool(one["hash"]): one["subjectId"] for one in seals["nodes"]}
    assert by_copy[False] == global_id("Assignment", copy.pk) and True in by_copy
    assert json.loads(event.sealed_content(1)["changes"]) == old


RAW = {
    "models/base/events.py": "where it is told, and sealed",
    "models/base/signatures.py": "names of columns alone",
    "models/bidding/integrity.py": "the seal of a bid, which has no traces",
}
"""Who reads what an event holds of changes as it was sealed."""


def test_what_an_event_holds_of_changes_is_read_in_one_place() -> None:
    read = re.compile(r"(?<!\w)(?!tasks\b)\w+\.changes\b(?! import)|values(_list)?\([^)]*\"changes\"")
    assert {str(p.relative_to(ROOT)) for p in WRITTEN if read.search(p.read_text("utf-8"))} == set(RAW)


OF_OTHER_THINGS = {
    *("return_note", "due_at", "granted_until", "suspended_at", "reported_at", "decided_at"),
}
"""Columns of an assignment that look like its traces, and tell of the desk and of answers."""


def test_every_column_that_could_hold_a_trace_is_one_or_is_named_as_none() -> None:
    """Of the kind of one that is: words beside a state, moments beside a moment."""
    for record in (one for one in TRACED if one.traces.commands):
        columns = record._meta.fields_map
        kinds = {_kind(columns[name]) for name in record.traces.columns}
        alike = {name for name, one in columns.items() if _kind(one) in kinds}
        assert alike - set(record.traces.columns) == OF_OTHER_THINGS


def _kind(field: Any) -> type | None:
    return getattr(field, "field_type", None)


async def test_plain_values_of_rows_read_for_somebody_never_hold_a_trace(town) -> None:
    town, _ = await an_unread_task()
    observer = await somebody(town, "observer", "county")
    for rows, column in (
        (Assignment.visible_to(observer), "state"),
        (Report.visible_to(observer), "assignment__state"),
    ):
        with pytest.raises(LookupError, match="tells of reading"):
            rows.values_list(column)
        with pytest.raises(LookupError, match="tells of reading"):
            rows.values(told=column)


def test_traces_are_read_by_the_desk_and_the_village_and_by_no_other_role() -> None:
    assert [one for one in TRACED if one.traces.commands] == [Assignment]
    assert {one.__name__ for one in TRACED} == {"Assignment", "DataValue", "ReportValue"}, (
        "of values what they say is masked"
    )
    assert set(RECEIPT.read_by) == set(RECEIPT_READERS)
    assert set(ROLES) - set(RECEIPT_READERS) == {
        *("city_admin", "list_keeper", "department_officer", "office", "supervisor", "observer")
    }


async def test_whoever_acts_upon_what_they_may_not_know_to_be_read_is_held_to_what_they_were_shown(
    town,
) -> None:
    """A keeper praises a copy: when it was received neither holds them up nor is told in a refusal; all else still is."""
    town, copy = await an_unread_task()
    await tasks.report(await somebody(town, "secretary", "village"), copy, words="巡查了两次。")
    await tasks.accept(await somebody(town, "coordinator", "township"), copy)
    keeper, praised = await somebody(town, "list_keeper", "city"), {"story": "巡查及时，处置得当。"}
    shown = await Assignment.find(keeper, copy.pk)
    seen = await version_of(shown)
    assert shown.received_at is None and seen != await version_of(await Assignment.get(pk=copy.pk))
    await Assignment.filter(pk=copy.pk).update(due_at=copy.due_at + DAY)
    with pytest.raises(Changed) as no:
        await points.praise.once("one", keeper, shown, seen=seen, **praised)
    assert "due_at" in (told := {one.field for one in no.value.differences}) and not told & set(
        RECEIPT.columns
    )
    assert no.value.version == await version_of(await Assignment.find(keeper, copy.pk))
    again = await Assignment.find(keeper, copy.pk)
    await points.praise.once("two", keeper, again, seen=no.value.version, **praised)


def test_no_list_is_ordered_by_a_trace() -> None:
    """Where a row stands would tell what it does not show."""
    ordered = [one for name, one in CORE.type_map.items() if name.endswith("OrderField")]
    values = {value for one in ordered for value in one.values}
    assert not {column.upper() for record in TRACED for column in record.traces.columns} & values
