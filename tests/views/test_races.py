"""A form that arrives many times at once, as phones with bad signal send it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import matters
from models.base.clock import today
from models.base.events import Event
from models.base.versions import version_of
from models.matters import Matter
from models.people import Post
from models.requests import WorkRequest
from schema import door
from schema.base.nodes import global_id
from tests.builders import DAY, a_list, a_town, a_viewer
from tests.schema.toys import ask
from tests.views.conftest import HERE, Site

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("on_threads")]
SUBMIT = """
mutation ($department: ID!, $units: [UnitRef!]!, $deadline: Date!, $title: String!) {
  submitRequest(input: {
    idempotencyKey: "the-same-key", department: {id: $department}, units: $units, dueOn: $deadline, title: $title
    body: "请各村巡查。", matterCode: "XZ-NY-01", demands: ["patrol"]
  }) {
    isReplay
    batch { requests(first: 9) { edges { node { id title } } } }
    refusals { code path }
  }
}
"""


TIMES = pytest.mark.parametrize("times", [50, pytest.param(1_000, marks=pytest.mark.nightly)])


@TIMES
async def test_the_same_form_many_times_at_once_is_one_request_with_one_answer(
    town: str, site: Site, times: int
) -> None:
    place = await a_town()
    await a_list(place.county)
    officer = await a_viewer("department_officer", place.department)
    browser = await site.signed_in(await Post.get(pk=officer.post_id), origin=HERE)
    form: dict[str, Any] = {
        "key": "the-same-key",
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
        "deadline": str(today() + 9 * DAY),
        "places": [str(place.village.pk)],
        "units": [str(place.village.pk)],
        "department": str(place.department.pk),
    }
    answers = await asyncio.gather(*(browser.post("/requests", data=form) for _ in range(times)))
    assert {answer.status_code for answer in answers} == {303}, answers[0].text[:2000]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await WorkRequest.all().count() == 1


@TIMES
async def test_the_same_mutation_many_times_at_once_is_one_request_with_one_answer(
    town: str, times: int
) -> None:
    """As a department's system sends it again and again while the network fails; another content is told so."""
    place = await a_town()
    await a_list(place.county)
    officer = await a_viewer("department_officer", place.department)
    said: dict[str, Any] = {
        "department": global_id("Unit", place.department.pk),
        "units": [{"id": global_id("Unit", place.village.pk)}],
        "deadline": str(today() + 9 * DAY),
        "title": "秸秆禁烧巡查",
    }
    answers = await asyncio.gather(*(ask(door, officer, SUBMIT, **said) for _ in range(times)))
    told = [one["data"]["submitRequest"] for one in answers]
    assert sorted(one.pop("isReplay") for one in told) == [False] + [True] * (times - 1)
    assert all(one == told[0] for one in told), answers[0]
    assert len(told[0]["batch"]["requests"]["edges"]) == 1 == await WorkRequest.all().count()
    other = await ask(door, officer, SUBMIT, **said | {"title": "另一件事"})
    assert other["data"]["submitRequest"]["refusals"] == [{"code": "KEY_REUSED", "path": ["idempotencyKey"]}]
    assert await WorkRequest.all().count() == 1


@TIMES
async def test_the_same_table_many_times_at_once_is_brought_in_once_with_one_answer(
    town: str, site: Site, times: int
) -> None:
    place = await a_town()
    first = await a_list(place.city)
    drafter = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(drafter, place.city, title="第二版", based_on=first)
    keeper = await site.signed_in(await Post.get(pk=drafter.post_id), origin=HERE)
    table = "编码,事项名称,类别,依据\nXZ-NY-01,禁烧巡查,assist,《示范规定》第一条\nXZ-NY-09,新事项,assist,《示范规定》第二条\n"
    form = {"key": "the-same-key", "seen": await version_of(draft)}

    async def send(content: str, **changes: str) -> Any:
        return await keeper.post(
            f"/lists/{draft.pk}/import", data=form | changes, files={"file": ("表.csv", content)}
        )

    answers = await asyncio.gather(*(send(table) for _ in range(times)))
    answers.append(await send(table))
    assert {answer.status_code for answer in answers} == {303}, answers[0].text[:2000]
    assert len({(one.headers["location"], one.headers["set-cookie"]) for one in answers}) == 1
    assert await Event.filter(command="matters.take_matters").count() == 1
    assert await Matter.filter(list=draft, code="XZ-NY-09").count() == 1
    other = await send(table.replace("新事项", "另一事项"))
    assert other.status_code == 422 and "另一份内容" in other.text
