"""What is on file is shown before anybody approves, on pages and through GraphQL, to those who may read it."""

from __future__ import annotations

import re

import pytest

from models import screening
from models.people import Post
from models.registry import Element
from models.tasks import Assignment
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_request, a_task, a_unit, a_viewer
from tests.counting import counted
from tests.models.test_fields import ASKED, a_place, on_file
from tests.schema.toys import ask
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
QUERY = """query($request: ID!) { fieldOverlap(request: $request) { sentence wanted struck villages fields(first: 100) { nodes {
  code name isRegistered isKeptBack villages held isStruck alsoAskedCount alsoAsked { title department { name } state }
  holders(first: 1) { edges { cursor node { unit { name } asOf ageDays isFromTask } } totalCount { count }
    pageInfo { hasNextPage endCursor } }
} } } }"""


def words_of(page: str) -> str:
    main = page.split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


async def test_the_reader_and_the_leader_are_told_before_they_decide(site: Site) -> None:
    place = await a_place()
    await on_file("e01", place.village, place.second_village, days_ago=9)
    request = await a_request(place, **ASKED, elements=["e01", "e02"])
    await a_request(place, **ASKED, elements=["e02"], title="也要这个数")
    coordinator = await a_viewer("coordinator", place.township)
    desk = await site.signed_in(await Post.get(pk=coordinator.post_id))
    told = "2 个数据项里 1 个各村都已有且未过期"
    assert told in (await desk.get(f"/screening/{request.pk}")).text
    page = words_of((await desk.get(f"/requests/{request.pk}/fields")).text)
    assert told in page and "2/2 个村社" in page and "最旧 9 天前" in page and "直接登记 2 个" in page
    assert "也要这个数" in page and "不用再填" in page and "要填" in page
    await screening.admit(coordinator, request)
    task = await a_task(place, "submitted", requests=[request])
    leader = await site.as_a("leader", place.township)
    shown = await leader.get(f"/tasks/{task.pk}")
    assert told in shown.text and f'action="/tasks/{task.pk}/approve"' in shown.text
    assert told in (await leader.get(f"/tasks/{task.pk}/fields")).text


async def test_one_field_is_told_village_by_village(site: Site) -> None:
    place = await a_place()
    await on_file("e01", place.village, days_ago=4)
    await Element.filter(code="e01").update(code="a/b c")
    request = await a_request(place, **ASKED, elements=["a/b c"])
    desk = await site.as_a("coordinator", place.township)
    report = (await desk.get(f"/requests/{request.pk}/fields")).text
    link = re.search(rf'href="(/requests/{request.pk}/fields/[^"]+)"', report)
    assert link
    page = words_of((await desk.get(link.group(1))).text)
    assert "梅渚村 31" in page and "4 天前" in page and "棠村 没有，要填" in page
    assert (await desk.get(f"/requests/{request.pk}/fields/none")).status_code == 404


async def test_nobody_reads_values_by_guessing_an_address(site: Site) -> None:
    place = await a_place()
    await on_file("e01", place.village, place.second_village)
    request = await a_request(place, **ASKED, elements=["e01"])
    coordinator = await a_viewer("coordinator", place.township)
    await screening.admit(coordinator, request)
    task = await a_task(place, requests=[request])
    for role, unit in (
        ("department_officer", place.department),
        ("secretary", place.village),
        ("coordinator", place.other_township),
        ("office", place.office),
    ):
        known = {("department_officer", "requests"), ("department_officer", "tasks")}
        known |= {("secretary", "tasks"), ("office", "tasks")}
        viewer = await a_viewer(role, unit)
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        for address in (f"/requests/{request.pk}/fields", f"/tasks/{task.pk}/fields"):
            for at in (address, f"{address}/e01"):
                status = 403 if (role, at.split("/")[1]) in known else 404
                assert (await browser.get(at)).status_code == status, (role, at)
        answer = await ask(door, viewer, QUERY, request=global_id("WorkRequest", request.pk))
        assert answer["data"] == {"fieldOverlap": None} and "errors" not in answer, role
    officer = await site.as_a("department_officer", place.department)
    assert "/fields" not in (await officer.get(f"/requests/{request.pk}")).text


async def test_the_village_sees_what_it_need_not_fill_in(site: Site) -> None:
    place = await a_place("e02")
    await on_file("e01", place.village)
    request = await a_request(place, **ASKED, elements=["e01"])
    await screening.admit(await a_viewer("coordinator", place.township), request)
    task = await a_task(place, requests=[request])
    row = await Assignment.get(task=task, unit=place.village)
    page = words_of((await (await site.as_a("secretary", place.village)).get(f"/assignments/{row.pk}")).text)
    assert "数据02" in page and "数据01 31" in page
    desk = words_of(
        (await (await site.as_a("coordinator", place.township)).get(f"/assignments/{row.pk}")).text
    )
    assert "数据01 31" in desk
    officer = await site.as_a("department_officer", place.department)
    assert "数据01" not in (await officer.get(f"/assignments/{row.pk}")).text


async def test_graphql_tells_the_same_as_the_page(site: Site) -> None:
    place = await a_place()
    await on_file("e01", place.village, place.second_village, days_ago=2)
    await Element.filter(code="e03").update(sensitivity="sensitive")
    request = await a_request(place, **ASKED, elements=["e01", "e02", "e03"])
    for number in range(5):
        await a_request(place, **ASKED, elements=["e02"], title=f"也要{number}")
    viewer = await a_viewer("head", place.township)
    number = global_id("WorkRequest", request.pk)
    told = (await ask(door, viewer, QUERY, request=number))["data"]["fieldOverlap"]
    browser = await site.signed_in(await Post.get(pk=viewer.post_id))
    assert told["sentence"] in (await browser.get(f"/requests/{request.pk}/fields")).text
    assert (told["wanted"], told["struck"], told["villages"]) == (3, 1, 2)
    first, second, _ = told["fields"]["nodes"]
    assert first["isStruck"] and first["holders"]["totalCount"] == {"count": 2}
    node = first["holders"]["edges"][0]["node"]
    assert (node["unit"]["name"], node["ageDays"], node["isFromTask"]) == ("梅渚村", 2, False)
    assert second["alsoAskedCount"] == 5 and [one["title"] for one in second["alsoAsked"]] == [
        "也要4",
        "也要3",
        "也要2",
    ]
    cursor = first["holders"]["pageInfo"]["endCursor"]
    further = QUERY.replace("first: 1)", f'first: 1, after: "{cursor}")')
    again = (await ask(door, viewer, further, request=number))["data"]["fieldOverlap"]["fields"]["nodes"][0][
        "holders"
    ]
    assert again["edges"][0]["node"]["unit"]["name"] == "棠村" and not again["pageInfo"]["hasNextPage"]
    keeper = await a_viewer("list_keeper", place.city)
    told = (await ask(door, keeper, QUERY, request=number))["data"]["fieldOverlap"]
    assert [field["isKeptBack"] for field in told["fields"]["nodes"]] == [False, False, True]


async def test_the_pages_cost_the_same_however_many_villages_there_are(site: Site) -> None:
    place = await a_place()
    request = await a_request(place, **ASKED, elements=["e01", "e02"], units=[], townships=[place.township])
    await on_file("e01", place.village)
    await a_request(place, **ASKED, elements=["e01"])
    viewer = await a_viewer("coordinator", place.township)
    desk = await site.signed_in(await Post.get(pk=viewer.post_id))
    spent: dict[str, list[int]] = {}
    for _ in range(2):
        for at in (
            f"/screening/{request.pk}",
            f"/requests/{request.pk}/fields",
            f"/requests/{request.pk}/fields/e01",
        ):
            with counted() as told:
                assert (await desk.get(at)).status_code == 200
            spent.setdefault(at, []).append(len(told))
        for number in range(25):
            await on_file("e01", await a_unit("village", place.township, f"第{number}村"))
            await a_request(place, **ASKED, elements=["e02"])
    assert all(before == after for before, after in spent.values()), spent
