"""Looking as somebody at the browser: asked why, shown what they see, and nothing can be sent."""

from __future__ import annotations

import re

import pytest

from models.base.clock import clock_at, now
from models.base.events import Event
from models.people import A_LOOK, Post
from models.tasks import Assignment
from tests.builders import Town, a_list, a_task, a_town, a_unit, a_viewer
from tests.counting import counted
from tests.views.conftest import Site
from tests.views.intake.test_amendment import key_of
from views.application import ROUTES
from views.people.view_as import inert

pytestmark = pytest.mark.anyio
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


def test_links_stay_within_the_look_and_forms_are_dead() -> None:
    text = (
        '<a class="brand" href="/">x</a><a href="/assignments/3">y</a><a href="/tasks?state=a&amp;after=b">z</a>'
        '<a href="/account">me</a><a href="/assignments/3/x">no</a><a data-own href="/units/1">end</a>'
        '<form class="search" method="get" action="/tasks"><input name="q"></form>'
        '<form class="look" method="post" action="/look"><button name="look" value="1">A</button></form>'
        '<form method="post" action="/x"><input type="hidden" name="key" value="1"><button>go</button></form>'
    )
    assert inert(text, "/as/7") == (
        '<a class="brand" href="/as/7">x</a><a href="/as/7/assignments/3">y</a>'
        '<a href="/as/7/tasks?state=a&amp;after=b">z</a><span>me</span>'
        '<span>no</span><a data-own href="/units/1">end</a>'
        '<form class="search" method="get" action="/as/7/tasks"><input name="q"></form>'
        '<fieldset class="field" disabled><span class="button quiet">go</span></fieldset>'
    )
