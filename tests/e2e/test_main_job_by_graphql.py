"""The main job played by programs with a token, over real HTTP: it ends in the trail that pages end in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.clock import today
from tests.e2e.programs import Program, nodes
from tests.e2e.served import Served
from tests.e2e.trails import MAIN_JOB, is_whole, trail_of

pytestmark = pytest.mark.anyio
ASKED, WORDS = "开展秋季秸秆禁烧巡查", "巡查两次，劝阻一起，没有发现焚烧。"

SUBMIT = """
mutation Ask($key: String!, $department: ID!, $township: ID!, $code: String!, $title: String!, $due: Date!) {
  submitRequest(input: {idempotencyKey: $key, department: {id: $department}, title: $title, body: "请各村组织巡查。",
    matterCode: $code, demands: ["patrol"], dueOn: $due, units: [], townships: [{id: $township}]}) {
    batch { requests(first: 5) { edges { node { id state } } } } refusals { code message path } } }
"""
WAITING = """
{ workRequests(first: 10, filter: {states: [PENDING_REVIEW]}) { edges { node { id title mayAdmit version } } } }
"""
ADMIT = """
mutation Admit($key: String!, $id: ID!, $seen: String!) {
  admitRequest(input: {idempotencyKey: $key, request: $id, seenVersion: $seen}) {
  screening { verdict code } refusals { message } } }
"""
DRAFT = """
mutation Draft($key: String!, $township: ID!, $request: ID!, $title: String!, $due: Date!, $village: ID!) {
  draftTask(input: {idempotencyKey: $key, township: {id: $township}, requests: [$request], title: $title,
    body: "每村巡查两次。", dueOn: $due, units: [{id: $village}]}) { task { id state } refusals { message } } }
"""
SUBMIT_TASK = """
mutation Submit($key: String!, $id: ID!) {
  submitTaskForApproval(input: {idempotencyKey: $key, task: $id}) { task { state } refusals { message } } }
"""
READ = "query Read($id: ID!) { task(id: $id) { title body version } }"
APPROVE = """
mutation Approve($key: String!, $id: ID!, $seen: String!) {
  approveTask(input: {idempotencyKey: $key, task: $id, seenVersion: $seen, note: "同意，注意安全。"}) {
  task { state } refusals { message } } }
"""
DISPATCH = """
mutation Dispatch($key: String!, $id: ID!) { dispatchTask(input: {idempotencyKey: $key, task: $id}) {
  task { state } refusals { message } } }
"""
TO_DO = """
{ assignments(first: 10) { totalCount { count } edges { node { id state mayReceive mayReport task { title body } } } } }
"""
RECEIVE = """
mutation Receive($key: String!, $id: ID!) {
  receiveAssignment(input: {idempotencyKey: $key, assignment: $id}) {
  assignment { state mayReceive mayReport } refusals { message } } }
"""
REPORT = """
mutation Tell($key: String!, $id: ID!, $words: String!) {
  reportAssignment(input: {idempotencyKey: $key, assignment: $id, words: $words}) {
  report { round words assignment { state } } refusals { message } } }
"""
REPORTED = """
query Reported($id: ID!) { assignment(id: $id) { version reports(last: 1) { edges { node { words } } } } }
"""
ACCEPT = """
mutation Accept($key: String!, $id: ID!, $seen: String!) {
  acceptAssignment(input: {idempotencyKey: $key, assignment: $id, seenVersion: $seen}) {
  assignment { state task { state } } refusals { message } } }
"""
ANSWERS = """
{ assignments(first: 10) { edges { node { state unit { name } reports(last: 1) { edges { node { words } } }
  task { sources(first: 5) { edges { node { request { id state } } } } } } } } }
"""


async def test_programs_play_the_main_job_to_the_same_trail(served: Served) -> None:
    asked = await the_department_asks(served)
    task = await the_coordinator_admits_and_drafts(served, asked)
    async with Program(served, "fenguan") as leader:
        read = (await leader.ask(READ, id=task))["task"]
        assert (await leader.act(APPROVE, id=task, seen=read["version"]))["state"] == "APPROVED"
    async with Program(served, "tongchou") as coordinator:
        assert (await coordinator.act(DISPATCH, id=task))["state"] == "DISPATCHED"
    assignment = await the_secretary_receives_and_reports(served)
    async with Program(served, "tongchou") as coordinator:
        read = (await coordinator.ask(REPORTED, id=assignment))["assignment"]
        accepted = await coordinator.act(ACCEPT, id=assignment, seen=read["version"])
    assert (accepted["state"], accepted["task"]["state"]) == ("ACCEPTED", "CLOSED")
    assert await the_answer(served, asked) == {"梅渚村": ("ACCEPTED", WORDS)}
    assert await trail_of(served) == MAIN_JOB
    assert await is_whole()


def _due() -> str:
    return str(today() + timedelta(days=14))


async def the_department_asks(served: Served) -> str:
    async with Program(served, "nongye") as officer:
        department, township = await officer.named("新昌县农业农村局"), await officer.named("澄潭街道")
        details = {"department": department, "township": township, "title": ASKED, "due": _due()}
        made = await officer.act(SUBMIT, code="XZ-NY-01", **details)
    (asked,) = nodes(made["requests"])
    assert asked["state"] == "PENDING_REVIEW"
    return str(asked["id"])


async def the_coordinator_admits_and_drafts(served: Served, asked: str) -> str:
    async with Program(served, "tongchou") as coordinator:
        (waiting,) = nodes((await coordinator.ask(WAITING))["workRequests"])
        seen = waiting.pop("version")
        assert waiting == {"id": asked, "title": ASKED, "mayAdmit": True}
        admitted = await coordinator.act(ADMIT, id=asked, seen=seen)
        assert admitted["code"].startswith("330624005-XZ-NY-01-")
        township, village = await coordinator.named("澄潭街道"), await coordinator.named("梅渚村")
        details = {"township": township, "village": village, "request": asked, "title": ASKED, "due": _due()}
        task = await coordinator.act(DRAFT, **details)
        assert (await coordinator.act(SUBMIT_TASK, id=task["id"]))["state"] == "SUBMITTED"
    return str(task["id"])


async def the_secretary_receives_and_reports(served: Served) -> str:
    async with Program(served, "meizhu") as secretary:
        (mine,) = nodes((await secretary.ask(TO_DO))["assignments"])
        assert (mine["state"], mine["mayReceive"], mine["task"]["title"]) == ("DISPATCHED", True, ASKED)
        received = await secretary.act(RECEIVE, id=mine["id"])
        assert (received["state"], received["mayReceive"], received["mayReport"]) == ("RECEIVED", False, True)
        told = await secretary.act(REPORT, id=mine["id"], words=WORDS)
        assert (told["round"], told["assignment"]["state"]) == (1, "REPORTED")
    return str(mine["id"])


async def the_answer(served: Served, asked: str) -> dict[str, tuple[str, str]]:
    """Each village's state and last words, as the department reads them for its own request."""
    async with Program(served, "nongye") as officer:
        found = nodes((await officer.ask(ANSWERS))["assignments"])
    for one in found:
        (source,) = nodes(one["task"]["sources"])
        assert source["request"] == {"id": asked, "state": "ADMITTED"}
    return {one["unit"]["name"]: (one["state"], nodes(one["reports"])[-1]["words"]) for one in found}
