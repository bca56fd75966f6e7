"""Looking as somebody at the browser: asked why, shown what they see, and nothing can be sent."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from jinja2 import meta

from models import tasks
from models.base.clock import clock_at, now
from models.base.events import Event
from models.people import A_LOOK, Post
from models.tasks import Assignment
from tests.builders import Town, a_list, a_task, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.sources import ROOT
from tests.views.conftest import Site
from tests.views.intake.test_amendment import key_of
from views.application import ROUTES
from views.base import paging
from views.base.links import leads_to, within_a_look
from views.base.pages import templates

pytestmark = pytest.mark.anyio
TEMPLATES = ROOT / "templates"
WHY = "村书记来电说找不到任务"


async def a_place() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place


def words_of(page: str) -> str:
    """What a person reads in the page's main part, without the notice that one is looking."""
    main = page.split('<main id="main"')[1].split("</main>")[0]
    main = re.sub(r'<div class="note warn" role="status" data-own>.*?</div>', "", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


async def test_one_is_asked_why_and_then_shown_what_they_see(site: Site) -> None:
    place = await a_place()
    task = await a_task(place)
    row = await Assignment.get(task=task, unit=place.village)
    secretary = await a_viewer("secretary", place.village, name="吕金木")
    village = await site.signed_in(await Post.get(pk=secretary.post_id))
    desk = await site.as_a("coordinator", place.township)
    at = f"/as/{secretary.post_id}"
    assert f'href="{at}"' in (await desk.get(f"/units/{place.village.pk}")).text
    asked = (await desk.get(at)).text
    assert "吕金木" in asked and "为什么要看" in asked and "秸秆禁烧巡查" not in asked
    assert (await desk.get(f"{at}/assignments/{row.pk}")).headers["location"] == at
    short = await desk.post(at, data={"key": key_of(asked, at), "reason": "看"})
    assert short.status_code == 422 and "请写明为什么要看" in short.text
    answer = await desk.post(at, data={"key": key_of(short.text, at), "reason": WHY})
    assert (answer.status_code, answer.headers["location"]) == (303, at)
    for theirs, shown in (
        ("/", at),
        ("/tasks", f"{at}/tasks"),
        (f"/assignments/{row.pk}", f"{at}/assignments/{row.pk}"),
    ):
        page = await desk.get(shown)
        assert page.status_code == 200 and page.headers["cache-control"] == "private, no-store"
        assert "只能看，不能办理" in page.text and WHY in page.text and "吕金木" in page.text
        assert words_of(page.text) == words_of((await village.get(theirs)).text), theirs
        assert 'method="post"' not in page.text and "hx-post" not in page.text
        assert f'href="{at}/assignments/{row.pk}"' in page.text or shown.endswith(str(row.pk))
    assert "签收" in page.text and "<fieldset" in page.text, "the village's buttons are shown, and dead"
    for browser, post in (
        (village, secretary.post_id),
        (desk, (await Event.get(command="people.look_as")).actor_post_id),
    ):
        told = (await browser.get(f"/trail/Post/{post}")).text
        assert "查看对方看到的页面" in told and WHY in told
    with clock_at(now() + A_LOOK):
        assert "为什么要看" in (await desk.get(at)).text


async def test_what_the_village_does_not_see_is_not_there_though_the_desk_sees_it(site: Site) -> None:
    place = await a_place()
    task = await a_task(place)
    draft = await a_task(place, "submitted", title="还没到村的任务")
    other = await Assignment.get(task=task, unit=place.second_village)
    desk, at = await _looking(site, place)
    assert (await desk.get(f"/assignments/{other.pk}")).status_code == 200
    assert (await desk.get(f"{at}/assignments/{other.pk}")).status_code == 404
    assert "还没到村的任务" not in (await desk.get(at)).text + (await desk.get(f"{at}/tasks")).text
    assert draft.title in (await desk.get("/tasks")).text
    assert (await desk.get("/tasks")).text.count("只能看") == 0, "beside the look one is oneself"


async def _looking(site: Site, place: Town) -> tuple[object, str]:
    secretary = await a_viewer("secretary", place.village)
    desk = await site.as_a("coordinator", place.township)
    at = f"/as/{secretary.post_id}"
    await desk.post(at, data={"key": key_of((await desk.get(at)).text, at), "reason": WHY})
    return desk, at


async def test_a_list_seen_in_a_look_is_paged_within_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.paged, "__kwdefaults__", {**paging.paged.__kwdefaults__, "size": 1})
    place = await a_place()
    titles = ["秸秆禁烧巡查", "第二件任务"]
    for title in titles:
        await a_task(place, title=title)
    desk, at = await _looking(site, place)
    first = (await desk.get(f"{at}/tasks")).text
    [further] = re.findall(r'<a rel="next" href="([^"]*)">', first)
    second = (await desk.get(unescape(further))).text
    assert further.startswith(f"{at}/tasks?") and f'<a href="{at}/tasks">回到第一页</a>' in second
    assert [[one in shown for one in titles] for shown in (first, second)] in (
        [[True, False], [False, True]],
        [[False, True], [True, False]],
    )


async def test_nothing_can_be_sent_from_within_a_look(site: Site) -> None:
    place = await a_place()
    row = await Assignment.get(task=await a_task(place), unit=place.village)
    desk, at = await _looking(site, place)
    before = await Event.all().count()
    posted = 0
    for route in ROUTES:
        path = getattr(route, "path", "")
        if "POST" in (getattr(route, "methods", None) or ()) and not path.startswith("/as/"):
            address = re.sub(r"\{[^}]+\}", str(row.pk), path)
            answer = await desk.post(f"{at}{address}", data={"key": "k", "words": "办好了", "reason": WHY})
            assert answer.status_code in {404, 405}, address
            posted += 1
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await desk.request(method, f"{at}/assignments/{row.pk}")).status_code == 405
    assert posted > 50
    assert await Event.all().count() == before
    assert (await Assignment.get(pk=row.pk)).state == "dispatched"


async def test_nobody_looks_by_guessing_an_address(site: Site) -> None:
    place = await a_place()
    row = await Assignment.get(task=await a_task(place), unit=place.village)
    _, at = await _looking(site, place)
    for role, unit, status in (
        ("head", place.township, {200}),
        ("coordinator", place.other_township, {404}),
        ("secretary", place.village, {403}),
        ("department_officer", place.department, {404}),
        ("city_admin", place.city, {403}),
    ):
        browser = await site.as_a(role, unit)
        for address in (at, f"{at}/tasks", f"{at}/assignments/{row.pk}"):
            answer = await browser.get(address, follow_redirects=True)
            assert answer.status_code in status, (role, address)
            assert "秸秆禁烧巡查" not in answer.text, "another's look is not one's own"
        assert (await browser.post(at, data={"key": "k", "reason": ""})).status_code in {403, 404, 422}


async def test_a_look_costs_the_same_however_much_there_is_to_do(site: Site) -> None:
    place = await a_place()
    task = await a_task(place)
    desk, at = await _looking(site, place)
    spent: dict[str, list[int]] = {}
    row = await Assignment.get(task=task, unit=place.village)
    for _ in range(2):
        for address in (at, f"{at}/tasks", f"{at}/assignments/{row.pk}"):
            with counted() as told:
                assert (await desk.get(address)).status_code == 200
            spent.setdefault(address, []).append(len(told))
        for number in range(12):
            grid = await a_unit("grid", place.village, f"第{number}网格")
            await Assignment.create(task=task, unit=grid, due_at=task.due_at)
    assert all(before == after for before, after in spent.values()), spent
    assert spent[at][0] <= 9, spent


class Live(HTMLParser):
    """Whatever on a page of a look could be pressed, and would send something or lead out of the look."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.found, self.dead, self.search = at, [], 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        where = told.get("href") or told.get("action") or ""
        stays = where in {"", self.at} or where.startswith((f"{self.at}/", "#", "tel:")) or "data-own" in told
        if tag == "form":
            self.search = told.get("method") == "get"
        self.dead += tag == "fieldset" and "disabled" in told
        sends = (tag == "form" and not self.search) or (tag == "button" and not self.search)
        hidden = tag == "input" and told.get("type") == "hidden"
        sends_by_script = any(name.startswith("hx-") for name in told)
        if tag != "link" and (sends or hidden or sends_by_script or not stays):
            self.found.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        self.search = self.search and tag != "form"


async def test_no_page_of_a_look_has_anything_that_sends_or_leads_out(site: Site) -> None:
    place = await a_place()
    desk, at = await _looking(site, place)
    row = await Assignment.get(task=await a_task(place), unit=place.village)
    pages = [route.path for route in ROUTES if getattr(route, "path", "").startswith("/as/{post:int}")]
    assert len(pages) == 2, "another page of a look is walked here as well"
    village, dead = await a_viewer("secretary", place.village), 0
    for verb in (None, tasks.receive, tasks.report):
        if verb is not None:
            await verb(village, row, **({"words": "已经看过，没有火点。"} if verb is tasks.report else {}))
        for address in (at, f"{at}/tasks", f"{at}/tasks?state=received", f"{at}/assignments/{row.pk}"):
            answer = await desk.get(address)
            assert answer.status_code == 200, address
            live = Live(at)
            live.feed(answer.text)
            assert live.found == [], address
            dead += live.dead
    assert dead >= 3, "their forms are shown, and dead"


SEEN_IN_A_LOOK = (
    "today/show.html",
    "tasks/list.html",
    "tasks/assignments/list.html",
    "tasks/assignments/show.html",
)


def pieces(name: str, found: set[str]) -> set[str]:
    """A template with all that it extends, imports and includes."""
    if name not in found:
        found.add(name)
        source = (TEMPLATES / name).read_text("utf-8")
        for other in meta.find_referenced_templates(templates.parse(source)):
            pieces(str(other), found)
    return found


def bare(source: str) -> list[str]:
    """Links that are written by hand, and so would lead out of a look; the one that ends it says that it is one's own."""
    return [
        one
        for one in re.findall(r"<a\b[^>]*>", source)
        if re.search(r'href="(?!#|tel:)', one) and "data-own" not in one
    ]


def test_no_template_seen_in_a_look_writes_a_link_by_hand() -> None:
    found: set[str] = set()
    for name in SEEN_IN_A_LOOK:
        pieces(name, found)
    written = {name: bare((TEMPLATES / name).read_text("utf-8")) for name in found}
    assert {name: links for name, links in written.items() if links} == {} and len(found) > 8
    assert (
        bare('<a class="x" href="/tasks">')
        and bare('<a href="{{ at }}">')
        and not bare('<a{{ leads_to("/x") }}>')
    )


def test_links_stay_within_the_look() -> None:
    assert (
        leads_to("/account") == ' href="/account"' and leads_to("/tasks?a=1&b") == ' href="/tasks?a=1&amp;b"'
    )
    with within_a_look("/as/7"):
        assert (
            leads_to("/") == ' href="/as/7"' and leads_to("/assignments/3") == ' href="/as/7/assignments/3"'
        )
        assert (
            leads_to("/tasks?state=a") == ' href="/as/7/tasks?state=a"'
            and leads_to("/tasks", "action") == ' action="/as/7/tasks"'
        )
        assert leads_to("/as/7/tasks?after=W10") == ' href="/as/7/tasks?after=W10"', (
            "the next page of the list"
        )
        assert leads_to("/account") == leads_to("/assignments/3/x") == leads_to("/tasks/3") == ""
        assert leads_to("/as/70/tasks") == leads_to("/as/7/tasks/3") == "", "nor into another's look"
    assert leads_to("/account") == ' href="/account"'
