"""Who loses a right reads nothing more of what it gave, at no door: no page, table, file, list of the API, nor what was kept."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpx
import openpyxl
import pytest
from graphql import GraphQLNonNull, get_named_type, is_leaf_type

from models import intake, people, screening, tasks
from models.base.clock import today
from models.base.viewer import Viewer
from models.people import Person, Post
from models.requests import WorkRequest
from models.tasks import Assignment, Task
from tests.builders import DAY, Town, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.leaks.pages import BY_NUMBER, OF_OTHERS, PLAIN
from tests.leaks.walking import ROOTS, connections, node_type
from tests.views.conftest import Site, site  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio
WORD, TITLE = "词元反馈", "词元任务"


class Scene(NamedTuple):
    """A task of two requests at two villages, one of which has reported."""

    town: Town
    asker: Viewer
    other: Viewer
    first: WorkRequest
    second: WorkRequest
    task: Task
    copy: Assignment
    secretary: Viewer
    coordinator: Viewer
    grid: Viewer


class Loss(NamedTuple):
    """Whose right ends, the word it gave to read, and what ends it."""

    reader: Callable[[Scene], Viewer]
    word: str
    act: Callable[[Scene], Awaitable[Any]]
    state: str = "dispatched"
    begun: Callable[[Scene], Awaitable[Any]] | None = None
    """What gave the right, where the scene does not yet."""


async def a_scene(state: str) -> Scene:
    town = await a_town()
    await a_list(town.county)
    asker = await a_viewer("department_officer", town.department)
    other = await a_viewer("department_officer", town.other_department)
    first = await an_admitted_request(town, units=[town.village])
    details = {"title": "秸秆禁烧抽查", "body": "请抽查。", "matter_code": "XZ-NY-01", "demands": ["patrol"]}
    asked = {**details, "deadline": today() + 20 * DAY, "units": [town.village]}
    second, *_ = await intake.submit(other, town.other_department, **asked)
    await screening.admit(await a_viewer("coordinator", town.township), second, note="村社说可以。")
    task = await a_task(town, state, requests=[first, second], title=TITLE, units=[town.village])
    secretary, coordinator = (
        await a_viewer("secretary", town.village),
        await a_viewer("coordinator", town.township),
    )
    copy = await Assignment.get_or_none(task=task).prefetch_related(*Assignment.judged_with)
    grid = await a_viewer("grid_worker", town.grid)
    if copy is not None:
        await tasks.report(secretary, copy, words=WORD)
        copy = await Assignment.get(pk=copy.pk).prefetch_related(*Assignment.judged_with)
    return Scene(town, asker, other, first, second, task, copy, secretary, coordinator, grid)


async def the_asker_withdraws(scene: Scene) -> None:
    await tasks.withdraw_request(scene.asker, scene.first, reason="不办了")


async def the_village_takes_it_back(scene: Scene) -> None:
    await tasks.take_back_report(scene.secretary, scene.copy)


async def the_post_ends(scene: Scene) -> None:
    post = await Post.get(pk=scene.secretary.post_id).prefetch_related(*Post.judged_with)
    await people.end_post(scene.coordinator, post, until_on=today() - DAY, reason="调任")


async def the_post_is_handed_over(scene: Scene) -> None:
    post = await Post.get(pk=scene.secretary.post_id).prefetch_related(*Post.judged_with)
    successor = await Person.get(pk=(await a_viewer("cadre", scene.town.village)).person_id)
    await people.hand_over(scene.coordinator, post, successor=successor, on=today())


async def it_is_given_to_the_grid(scene: Scene) -> None:
    await tasks.take_back_report(scene.secretary, scene.copy)
    await tasks.hand_to(
        scene.secretary, scene.copy, post=await Post.get(pk=scene.grid.post_id).select_related("unit")
    )


async def it_is_given_to_somebody_else(scene: Scene) -> None:
    post = await Post.get(pk=(await a_viewer("cadre", scene.town.village)).post_id).select_related("unit")
    await tasks.hand_to(scene.secretary, scene.copy, post=post)


async def the_request_is_taken_out(scene: Scene) -> None:
    await tasks.unmerge(scene.coordinator, scene.task, request=scene.first)


LOSSES = {
    "a request withdrawn": Loss(lambda scene: scene.asker, WORD, the_asker_withdraws),
    "a report taken back": Loss(lambda scene: scene.asker, WORD, the_village_takes_it_back),
    "a post ended": Loss(lambda scene: scene.secretary, WORD, the_post_ends),
    "a post handed over": Loss(lambda scene: scene.secretary, WORD, the_post_is_handed_over),
    "work given to somebody else": Loss(
        lambda scene: scene.grid, TITLE, it_is_given_to_somebody_else, begun=it_is_given_to_the_grid
    ),
    "a request taken out of a draft": Loss(
        lambda scene: scene.asker, TITLE, the_request_is_taken_out, "draft"
    ),
}


def asked_of_the_api() -> list[str]:
    """A document for every list there is, of all that stands in its rows without arguments."""
    told = []
    for root in connections():
        fields = node_type(ROOTS[root]).fields.items()
        plain = [
            name
            for name, field in fields
            if is_leaf_type(get_named_type(field.type))
            and not any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
            and not name.startswith("may")
        ]
        told.append(f"{{ {root}(first: 20) {{ nodes {{ {' '.join(plain)} }} }} }}")
    return told


async def addresses() -> list[str]:
    """Every list, and every page, table and file of every row that a page of one row is for."""
    numbers = {
        r: await r.all().limit(3).values_list("id", flat=True)
        for r in {*BY_NUMBER.values(), *OF_OTHERS.values()}
    }
    paths = {**BY_NUMBER, **OF_OTHERS}.items()
    return [
        *[re.sub(r"\{\w+:int\}", str(pk), path) for path, record in paths for pk in numbers[record]],
        *sorted(PLAIN),
    ]


def words_in(answer: httpx.Response) -> str:
    if "spreadsheet" not in answer.headers.get("content-type", ""):
        return answer.text
    return str(
        list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    )


@pytest.mark.parametrize("lost", sorted(LOSSES))
async def test_no_door_answers_on_when_a_right_has_ended(site: Site, lost: str) -> None:  # noqa: F811
    loss = LOSSES[lost]
    scene = await a_scene(loss.state)
    if loss.begun is not None:
        await loss.begun(scene)
    browser = await site.signed_in(await Post.get(pk=loss.reader(scene).post_id))
    told = {at: answer for at in await addresses() if loss.word in words_in(answer := await browser.get(at))}
    documents = [
        one
        for one in asked_of_the_api()
        if loss.word in (await browser.post("/graphql", json={"query": one})).text
    ]
    assert any(at.startswith(("/requests/", "/assignments/", "/tasks/")) for at in told), sorted(told)
    assert documents
    await loss.act(scene)
    found = []
    for at, before in told.items():
        for headers in ({}, {"if-none-match": before.headers.get("etag", "")}):
            after = await browser.get(at, headers=headers)
            if after.status_code == 304 or loss.word in words_in(after):
                found.append(f"{at} answers on ({after.status_code}) {headers}")
    for one in documents:
        if loss.word in (await browser.post("/graphql", json={"query": one})).text:
            found.append(one)
    assert not found, "\n".join(found)
