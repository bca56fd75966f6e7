"""Every page of the site, with rows in its lists: with more of them it costs no statement more."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import httpx
import pytest

from models import people, schemes, screening, tasks
from models.base.clock import now, today
from models.base.settings import settings
from models.bidding import Award, Bid, Entrant, Project, Scorer
from models.complaints import Complaint
from models.concerns import Concern
from models.evaluation import Appeal
from models.matters import MatterList
from models.people import Post
from models.points import PointEntry
from models.registry import DataValue, Element, ReportTemplate
from models.requests import WorkRequest
from models.schemes import Period, Scheme, VillageIndex
from models.surveys import Survey, SurveyVillage
from models.tasks import Assignment, EmergencyResponse, ReportFile, Task
from tests.builders import DAY, a_request
from tests.counting import counted
from tests.crowd import Full, a_full_world, multiply
from tests.heart import Heart, beating
from tests.leaks.browsers import WALKERS, signed_in
from tests.views.conftest import Site
from tests.views.lists_met import NOT_FILLED, lists_met
from views.application import ROUTES

pytestmark = pytest.mark.anyio

WALK = {
    "coordinator": """
        / /account /requests /requests/new /requests/{asked} /requests/{wants} /requests/{wants}/fields
        /requests/{wants}/fields/Eva /requests/{wants}/values /requests/{wants}/values.xlsx /waivers /screening /screening/{wants} /screening/{waiting} /exceptions
        /redlines /tasks /tasks?state= /tasks/new?requests={asked} /tasks/{task} /tasks/{draft}
        /tasks/{needs}/fields /tasks/{needs}/fields/Eva /tasks/{task}/summary.xlsx
        /tasks/{task}/attachments.zip /emergency /ledger /ledger/villages /ledger/table.xlsx
        /ledger/archive.zip /ledger/departments/{department} /burden /burden/rows/assignments
        /burden/rows/tasks /burden/rows/requests /burden/rows/refused /burden/rows/fields /askers
        /askers/table.xlsx /askers/{department}/asked /askers/{department}/refused /assignments/{own}
        /assignments/{second} /concerns /concerns?state= /concerns/{concern} /complaints /complaints/new
        /complaints/published /complaints/statistics /board /board?stage=all /board/{built}
        /board/{built}.json /projects /projects/new /projects/{built} /projects/{judged}
        /projects/{planned}/change /awards/{award} /surveys /rankings /rankings?board=persons
        /rankings?board=praise /rankings/table.xlsx /rankings/method /points /appeals /matters
        /matters?q=巡查 /matters/XZ-NY-01 /lists /lists/{list} /lists/{list}/changes
        /lists/{list}/matters/XZ-NY-01 /lists/{list}/table.csv /units /units/{township} /people
        /people/new /people/slips /people/{post} /as/{post} /as/{post}/tasks
        /as/{post}/assignments/{own} /policies /workdays /compliance /compliance/data.xlsx
        /compliance/functions.xlsx /reminders /messages /messages/outside /messages?show=waiting
        /trail/Task/{task} /trail/WorkRequest/{asked} /heads /units/{village} /reports /reports/{template}
        /reports/{template}/table.xlsx /units/{village}/reveals
    """,
    "leader": """
        / /emergency/{response}/dispatch /tasks/{draft} /projects/{judged} /screening
    """,
    "own secretary": """
        / /tasks /tasks?state= /assignments/{own} /concerns/new /concerns/{concern} /messages
        /complaints/{complaint} /bids/for/{entrant} /bids/{bid} /bids/{won} /bids/{won}/sheet /points?mine=1
        /rankings/index/{index} /rankings/index/{index}/timeliness /appeals/new?index={index}
        /appeals/{appeal} /appeals?show=own /points/{entry} /files/{file} /files/{file}/look /files/{file}/small /concerns
        /account /board/{sealed} /rankings /burden /burden/rows/received /units/{village}/data
        /units/{village}/data/{element} /values/{value}
    """,
    "secretary of the second village": """
        /assignments/{second} /awards/{award} /rankings?board=praise
    """,
    "asking department": """
        / /requests /requests/{asked} /requests/{asked}/amend /requests/{refused} /concerns
        /tasks/{task} /trail/WorkRequest/{refused} /askers
    """,
    "office": """
        / /scoring/{sheet} /screening /requests/{refused} /board/{judged}
    """,
    "observer": """
        / /burden /ledger /tasks /askers
    """,
    "list keeper": """
        / /requests /complaints /complaints/statistics /surveys/new /surveys/{running} /lists
        /surveys/{over} /surveys/{plan}/change /surveys/{plan}/households /surveys/villages/{there}
        /lists/{coming} /lists/{coming}/changes /lists/{list}/golden /lists/{list}/basis /schemes
        /schemes/{scheme} /schemes/{change}/edit /schemes/{change}/simulation?period={month}
        /schemes/{change}/simulation/villages.xlsx?period={month} /rankings /appeals
        /burden?at={township} /explorer /policies /ledger /units/{county} /people /points
        /trail/MatterList/{list}
    """,
    "county keeper": """
        / /complaints /complaints/published
    """,
}
"""Who opens what: each page by whoever sees most of it, and by others who see other parts of it."""
NO_LISTS = {
    "/account/password",
    "/board/live",
    "/board/schema.json",
    "/complaints/follow",
    "/graphql",
    "/healthz",
    "/login",
    "/rankings/live",
    "/robots.txt",
    "/s",
    "/s/thanks",
    "/s/{token}",
    "/static/{path:path}",
}
"""Without a row of anybody, or streams that do not end."""
LEADING_ON = {"/messages/{id:int}", "/files/bids/{id:int}/{seal}"}
"""One row each, looked up on the way to something else."""
STAYING = frozenset(
    {"Board", "Complaint", "Concern", "Criterion", "EmergencyResponse", "MatterList", "Period"}
) | {*("Project", "Scheme", "Survey", "Task")}
"""What has a page of its own that lists what belongs to it."""
WITHIN = (
    STAYING
    | {"Assignment", "Award", "Bid", "Discussion", "Fact", "Milestone", "PointEntry", "Score"}
    | {*("Scorer", "SurveyVillage", "VillageIndex", "WorkRequest")}
)
"""The same one floor below."""


@WALKERS
async def test_no_page_costs_more_with_more_rows_in_any_of_its_lists(
    town: str, site: Site, walkers: str
) -> None:
    full = await a_full_world()
    numbers = await _numbers(full)
    browsers = await signed_in(site, full.world)
    pages = [(who, page.format(**numbers)) for who, all_of_it in WALK.items() for page in all_of_it.split()]
    assert {_route(page) for _, page in pages} == _all_routes()
    walked = pages if walkers == "all" else pages[settings().on_sqlite :: 2]
    with lists_met() as met:
        await _more_rows()
        few = {page: await _statements(browsers[page[0]], page[1]) for page in walked}
        await _more_rows()
        with beating() as heart:
            many = {page: await _statements(browsers[page[0]], page[1], heart) for page in walked}
    dearer = {page: _more(few[page], many[page]) for page in walked if len(few[page]) < len(many[page])}
    assert dearer == {}
    assert not heart.stilled, "\n".join(heart.stilled)
    if walkers == "all":
        assert {one for one, most in met.items() if most < 2} == NOT_FILLED


def test_every_list_that_is_told_not_to_fill_is_one_of_a_template() -> None:
    """So that a page that moves takes its lists along at once, and not when somebody walks by night."""
    with lists_met() as met:
        assert NOT_FILLED - met.keys() == set()


async def _more_rows() -> None:
    """More beside what is there, more within it, and more within what lies in it."""
    await multiply(here=1)
    for kept in (STAYING, WITHIN):
        await multiply(elsewhere=1, staying=kept)


async def _statements(browser: httpx.AsyncClient, address: str, heart: Heart | None = None) -> list[str]:
    if heart is not None:
        heart.doing = address
    with counted() as told:
        answer = await browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return list(told)


def _more(few: list[str], many: list[str]) -> list[tuple[str, int]]:
    """What was asked oftener, without its values."""

    def shapes(told: list[str]) -> Counter[str]:
        return Counter(re.sub(r"\((\?|\$\d+)(,(\?|\$\d+))*\)", "(…)", one)[:300] for one in told)

    return (shapes(many) - shapes(few)).most_common(4)


def _route(address: str) -> str:
    path = address.partition("?")[0]
    return next(r.path for r in ROUTES if r.path_regex.match(path) and r.path not in NO_LISTS)


def _all_routes() -> set[str]:
    read = {r.path for r in ROUTES if "GET" in (getattr(r, "methods", None) or ["GET"])}
    return read - NO_LISTS - LEADING_ON


async def _numbers(full: Full) -> dict[str, Any]:
    """The row whose page each name stands for."""
    town, viewers = full.world.town, full.world.viewers
    keeper = viewers["list keeper"]
    change = await schemes.draft_scheme(keeper, town.city, title="下一版")
    await Scheme.filter(pk=change.pk).update(simulated_at=now())
    post = await Post.get(person_id=viewers["own secretary"].person_id).prefetch_related(*Post.judged_with)
    await people.look_as(viewers["coordinator"], post, reason="电话里问到页面怎么看")
    built, judged, sealed, planned = await Project.all().order_by("id")
    over, running, plan = await Survey.all().order_by("id")
    own, second = await Assignment.filter(task__title="词元任务").order_by("unit__path")
    rows: dict[str, Any] = {
        "asked": await WorkRequest.filter(versions__id__gt=0).first(),
        "wants": full.wants_data,
        "waiting": await WorkRequest.get(body="词元待复核"),
        "refused": await WorkRequest.get(body="词元正文驳回"),
        "task": await Task.get(title="词元任务"),
        "needs": await _needing_data(full),
        "draft": await Task.get(title="词元草稿"),
        "department": town.department,
        "township": town.township,
        "county": town.county,
        "village": town.village,
        "template": await ReportTemplate.filter(region=None).first(),
        "value": (value := await DataValue.filter(unit=town.village).order_by("-id").first()),
        "element": await Element.get(pk=value.element_id if value else 0),
        "own": own,
        "second": second,
        "concern": await Concern.get(title="词元民情待理"),
        "complaint": await Complaint.get(words="词元投诉梅渚"),
        "built": built,
        "judged": judged,
        "sealed": sealed,
        "planned": planned,
        "award": await Award.first(),
        "entrant": await Entrant.get(project=sealed, unit=town.village),
        "won": await Bid.get(project=built, unit=town.village),
        "bid": await Bid.get(project=sealed, unit=town.village),
        "sheet": await Scorer.get(post_id=viewers["office"].post_id),
        "over": over,
        "running": running,
        "plan": plan,
        "there": await SurveyVillage.get(survey=running, unit=town.village),
        "list": await MatterList.get(state="published"),
        "coming": await MatterList.get(state="draft"),
        "scheme": await Scheme.get(number=1),
        "change": change,
        "index": await VillageIndex.get(unit=town.village, period__kind="month"),
        "entry": await PointEntry.get(unit=town.village, person_id=None),
        "appeal": await Appeal.get(score__unit=town.village),
        "file": await _paper(),
        "post": post,
        "response": await EmergencyResponse.first(),
    }
    month = await Period.get(kind="month")
    return {name: row.pk for name, row in rows.items()} | {"month": month.key}


async def _needing_data(full: Full) -> Task:
    """A draft whose form wants data of which some is on file."""
    town, coordinator = full.world.town, full.world.viewers["coordinator"]
    asked = await a_request(town, demands=["data"], elements=["Eva", "Ese"])
    await screening.admit(coordinator, asked)
    plan = {"title": "报数", "body": "报数", "due_on": today() + 9 * DAY, "units": [town.village]}
    made: Task = await tasks.draft(coordinator, town.township, requests=[asked], **plan)
    return made


async def _paper() -> Any:
    return (await ReportFile.all().select_related("file").first()).file  # type: ignore[union-attr]
