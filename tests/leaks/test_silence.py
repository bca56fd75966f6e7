"""Nothing can be done to what is hidden, and nothing that happens there shows anywhere else."""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

from models import complaints, concerns, intake, people, screening, tasks
from models.accounts import ApiToken, Session
from models.base.clock import today
from models.base.records import Record
from models.bidding import Bid, Project, Scorer
from models.complaints import Complaint
from models.concerns import Concern
from models.evaluation import Appeal
from models.matters import MatterList
from models.people import Post
from models.points import PointEntry
from models.registry import DataValue, ReportSchedule
from models.requests import WorkRequest
from models.surveys import Survey, SurveyVillage
from models.tasks import Assignment, Extension, Objection, Task
from tests.builders import DAY
from tests.leaks.browsers import KEY, WALKERS, shown, signed_in, walking
from tests.leaks.complaints import FROM_THE_TOWNSHIP, KEEPER
from tests.leaks.pages import PLAIN
from tests.leaks.rest import a_whole_world
from tests.leaks.rights import may_know
from tests.leaks.world import World
from tests.views.conftest import Site, site  # noqa: F401 - the fixture
from views.application import ROUTES

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]
CHANGED: dict[str, type[Record]] = {
    "requests": WorkRequest,
    "screening": WorkRequest,
    "tasks": Task,
    "assignments": Assignment,
    "concerns": Concern,
    "complaints": Complaint,
    "surveys": Survey,
    "surveys/villages": SurveyVillage,
    "objections": Objection,
    "extensions": Extension,
    "lists": MatterList,
    "people": Post,
    "as": Post,
    "projects": Project,
    "bids": Bid,
    "scoring": Scorer,
    "points": PointEntry,
    "appeals": Appeal,
    "account/sessions": Session,
    "account/tokens": ApiToken,
    "reports/schedules": ReportSchedule,
    "values": DataValue,
}
"""What the forms below an address change."""
OPEN_TO_ALL = {"emergency", "awards", "schemes", "units", "reports/at"}
"""Forms about what everybody signed in may know of: there is nothing to keep silent about."""


def forms() -> list[tuple[str, type[Record]]]:
    """The addresses of all forms about one row, with the record of the row."""
    found = []
    for route in ROUTES:
        path = getattr(route, "path", "")
        if "{id:int}" in path and "POST" in (getattr(route, "methods", None) or ()):
            below = path.split("/{id:int}")[0].strip("/")
            if below not in OPEN_TO_ALL:
                found.append((path, CHANGED[below]))
    return found


@WALKERS
async def test_a_form_about_a_hidden_row_answers_like_one_about_a_missing_row(
    site: Site,  # noqa: F811
    walkers: str,
) -> None:
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    tried: set[str] = set()
    for name, browser in walking(browsers, walkers):
        for path, record in forms():
            rows = [row for row in world.rows if type(row.record) is record]
            hidden = [row for row in rows if not may_know(world.viewers[name], row)]
            if hidden:
                tried.add(path)
                at = {hidden[-1].record.pk, 987654321}
                answers = {await _told(browser, path, number) for number in at}
                assert len(answers) == 1, f"{name}: {path} tells {at} apart"
    assert tried == {path for path, _ in forms()}


async def _told(browser: httpx.AsyncClient, path: str, number: int) -> tuple[int, str]:
    """The answer to a form sent with nothing in it, without the number in the names and ways back that it holds."""
    address = re.sub(r"\{\w+:int\}", "987654321", path.replace("{id:int}", str(number)))
    status, text = shown(await browser.post(address, data={"key": "k"}))
    row = address[1 : address.index(str(number)) + len(str(number))].replace("/", "[/-]")
    return status, re.sub(rf"{row}\b", "", text)


UNCONCERNED = (
    "secretary of another township",
    "secretary of the second village",
    "coordinator of another township",
    "another department",
    "nobody",
)


PUBLISHED_TOTALS = {"/burden", "/askers"}
"""Pages whose numbers, and nothing else, are for everybody of the county: that they move is their purpose."""
ASKED = re.compile(r"提出 \d+ 件，驳回 \d+ 件。")
"""What stands beside the boards of each department, for everybody of the county too."""


@WALKERS
async def test_work_between_a_department_a_township_and_a_village_changes_no_page_of_anybody_else(
    site: Site,  # noqa: F811
    walkers: str,
) -> None:
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    unconcerned = [name for name, _ in walking(dict.fromkeys(UNCONCERNED), walkers)]
    before = {name: await _pages(browsers[name]) for name in (*unconcerned, "coordinator", "own secretary")}
    await _work(world)
    for name in unconcerned:
        after = await _pages(browsers[name])
        assert [page for page in after if after[page] != before[name][page]] == [], name
    for name in ("coordinator", "own secretary"):
        assert await _pages(browsers[name]) != before[name], f"{name} should have seen something"


async def _pages(browser: httpx.AsyncClient) -> dict[str, str]:
    """Every page without numbers of its own, but for the keys that keep forms from counting twice."""
    answers = {page: await browser.get(page) for page in sorted(PLAIN - PUBLISHED_TOTALS)}
    return {page: ASKED.sub("", KEY.sub("", answer.text)) for page, answer in answers.items()}


async def _work(world: World) -> None:
    """Two requests, one refused and one down to 梅渚村; what the village raises; somebody new."""
    town, desk = world.town, world.viewers["coordinator"]
    refused, asked = [await _asked(world, title) for title in ("再报一次", "再巡一次")]
    await screening.reject(desk, refused, reason="已经报过")
    await screening.admit(desk, asked, note="村社说可以。")
    plan = {"title": "再巡一次", "body": "再巡一次", "due_on": _soon(), "units": [town.village]}
    task = await tasks.draft(desk, town.township, requests=[asked], **plan)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(world.viewers["leader"], task)
    await tasks.dispatch(desk, task)
    said = {"title": "路灯坏了", "body": "路灯坏了"}
    made = await concerns.raise_concern(world.viewers["own secretary"], town.village, **said)
    await concerns.answer(desk, made, answer="已换新灯。")
    await people.enrol(desk, town.village, name="新来的", role="cadre")


async def _asked(world: World, title: str) -> WorkRequest:
    made: list[WorkRequest] = await intake.submit(
        world.viewers["asking department"],
        world.town.department,
        title=title,
        body="请组织巡查。",
        matter_code="XZ-NY-01",
        demands=["patrol"],
        deadline=_soon(),
        units=[world.town.village],
    )
    return made[0]


def _soon() -> date:
    return today() + 9 * DAY


THE_TOWNSHIP = ("coordinator", "leader", "office", "asking department", "observer", FROM_THE_TOWNSHIP)
"""Over whose heads a village complains, and who is not asked to answer, whatever post they hold by now."""


@WALKERS
async def test_a_complaint_changes_no_page_of_the_township_it_is_about(
    site: Site,  # noqa: F811
    walkers: str,
) -> None:
    world = await a_whole_world()
    browsers = await signed_in(site, world)
    told_of = [name for name, _ in walking(dict.fromkeys(THE_TOWNSHIP), walkers)]
    before = {name: await _pages(browsers[name]) for name in (*told_of, KEEPER)}
    secretary, village = world.viewers["own secretary"], world.town.village
    said = {"kind": "complaint", "topic": "short", "words": "期限太短。"}
    task = await Task.filter(planned_units__unit_id=village.pk).first()
    await complaints.complain(secretary, village, task=task, page="/tasks", **said)
    await complaints.tell_unnamed(secretary, village, "又一次", task=task, page="/tasks", **said)
    for name in told_of:
        after = await _pages(browsers[name])
        assert [page for page in after if after[page] != before[name][page]] == [], name
    assert await _pages(browsers[KEEPER]) != before[KEEPER], "the county should have seen something"
