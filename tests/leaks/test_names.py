"""Names and telephones: every way to a person in the schema and on pages, and who reads what is at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from models import complaints, people, tasks
from models.base.viewer import Viewer
from models.people import Person, Post
from models.people.contacts import meets, met_posts, named
from models.people.roles import LEVELS_OF, ROLES
from models.tasks import Assignment, Task
from schema import door, schema
from schema.base.build import core
from schema.base.nodes import RECORDS, global_id
from tests.builders import Town, a_list, a_task, a_town, a_viewer, an_assignment
from tests.furnished import furnished
from tests.schema.toys import ask
from tests.views.conftest import Site, site  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio
TYPES = core(schema).type_map
TEMPLATES = Path(__file__).parents[2] / "templates"
PLACES = ("city", "county", "township", "other_township", "village", "second_village", "grid")
OFFICES = ("department", "office")


def ways_to(target: str) -> Iterator[tuple[str, str]]:
    """Every field of a type of records that shows one of the target."""
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLObjectType) and name in RECORDS:
            for field, of in kind.fields.items():
                if get_named_type(of.type).name == target:
                    yield name, field


def test_every_way_to_a_person_goes_through_the_one_rule(figure: Callable[[str], None]) -> None:
    """A joined row is shown to whoever sees the row it hangs on; a person is nowhere joined."""
    own_name = {
        (name, field): of.extensions["strawberry-definition"].python_name
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType) and name in RECORDS
        for field, of in kind.fields.items()
        if "strawberry-definition" in of.extensions
    }
    ways = list(ways_to("Person"))
    assert ("Post", "person") in ways and len(ways) >= 4
    for way in ways:
        assert own_name[way] not in RECORDS[way[0]].opens, f"{way} is open to whoever sees the {way[0]}"
    posts = list(ways_to("Post"))
    assert len(posts) > 20
    figure(f"{len(ways)} ways to a person and {len(posts)} to a post in the schema")


def _at_the_village(viewer: Viewer, post: Post) -> bool:
    own = {"梅渚村": "梅渚村", "棠村": "棠村", "梅渚村第一网格": "梅渚村"}[post_unit(viewer)]
    desk = post.unit.name == "澄潭街道" and post.role in {"coordinator", "leader", "head"}
    return desk or post.unit.name.startswith(own)


def post_unit(viewer: Viewer) -> str:
    return viewer.hats[0].unit_name


DOERS = {"secretary", "cadre", "grid_worker", "liaison", "first_secretary"}


def may_meet(viewer: Viewer, post: Post) -> bool:
    """The rule said again by names of places."""
    hat = viewer.hats[0]
    if viewer.person_id == post.person_id:
        return True
    if hat.role == "city_admin":
        return post.unit.path.startswith(hat.unit_path)
    if hat.role in {"coordinator", "leader", "head"}:
        return post.unit.path.startswith(hat.unit_path)
    if hat.role == "office":
        home = "/330624005/" in hat.unit_path and "/330624005/" in post.unit.path
        return home and post.role in {"coordinator", "leader", "head", *DOERS}
    if hat.role in DOERS:
        return _at_the_village(viewer, post)
    return False


@furnished
async def a_peopled_town() -> Town:
    place = await a_town()
    for where in (*PLACES, *OFFICES):
        unit = getattr(place, where)
        for role in ROLES:
            if unit.level in LEVELS_OF[role]:
                await a_viewer(role, unit)
    await a_list(place.city)
    await _each_a_telephone()
    return place


async def _each_a_telephone() -> None:
    for person in await Person.all():
        person.phone = f"139{person.pk:08}"
        await person.save(update_fields=["phone"])


async def everybody() -> list[tuple[Viewer, Post]]:
    posts = await Post.all().prefetch_related("unit", "person").order_by("id")
    return [(Viewer(post.person_id, None, post.person.name, (post.hat(),)), post) for post in posts]


@pytest.mark.furnished(by=a_peopled_town)
async def test_whoever_meets_whom_is_one_rule_for_pages_and_statements(
    town: str, figure: Callable[[str], None]
) -> None:
    await a_peopled_town()
    people = await everybody()
    asked = 0
    for viewer, _ in people:
        met = {post.pk for _, post in people if meets(viewer, post)}
        assert met == set(await Post.filter(met_posts(viewer)).values_list("id", flat=True)), viewer
        assert met == {post.pk for _, post in people if may_meet(viewer, post)}, viewer
        asked += len(people)
    figure(f"{asked} pairs of people by role and place")


TALK = """{ messages(first: 9) { edges { node { words createdBy { roleLabel person { name phone } } } } }
 discussions(first: 9) { edges { node { participants(first: 9) { edges { node {
 post { roleLabel person { name phone } } } } } } } } }"""


def _people_in(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        if "phone" in answer:
            yield answer
        for one in answer.values():
            yield from _people_in(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from _people_in(one)


async def a_talked_over_assignment(place: Town) -> Assignment:
    assignment = await an_assignment(place)
    desk, secretary = (
        await a_viewer("coordinator", place.township),
        await a_viewer("secretary", place.village),
    )
    await _each_a_telephone()
    assignment = await Assignment.get(pk=assignment.pk).prefetch_related(*Assignment.judged_with)
    await tasks.say(secretary, assignment, words="要不要拍照？")
    await tasks.say(desk, assignment, words="不用。")
    made = await tasks.Discussion.create(
        task=assignment.task,
        held_on=assignment.task.made_at.date(),
        agreed=True,
        outcome="同意",
        minutes_number="1",
        recorded_by_id=desk.post_id,
        recorded_at=assignment.task.made_at,
    )
    await tasks.Participant.create(discussion=made, post_id=desk.post_id)
    return assignment


@pytest.mark.furnished(by=a_peopled_town)
async def test_through_the_api_only_whoever_works_on_it_reads_who_talked_and_their_telephones(
    town: str,
) -> None:
    place = await a_peopled_town()
    await a_talked_over_assignment(place)
    posts = {post.person.phone: post for _, post in await everybody()}
    seen: dict[str, int] = {}
    for viewer, _ in await everybody():
        answer = await ask(door, viewer, TALK)
        assert "errors" not in answer, answer
        for person in _people_in(answer["data"]):
            assert may_meet(viewer, posts[person["phone"]]), (viewer, person)
            seen[viewer.hats[0].role] = seen.get(viewer.hats[0].role, 0) + 1
    assert {"coordinator", "secretary", "cadre", "office"} <= set(seen)
    assert not {"observer", "supervisor", "list_keeper"} & set(seen)


@pytest.mark.furnished(by=a_peopled_town)
async def test_on_pages_only_whoever_works_on_it_reads_who_talked_and_their_telephones(
    town: str,
    site: Site,  # noqa: F811
) -> None:
    place = await a_peopled_town()
    assignment = await a_talked_over_assignment(place)
    people = await everybody()
    asked = {
        "observer",
        "supervisor",
        "list_keeper",
        "city_admin",
        "secretary",
        "cadre",
        "coordinator",
        "office",
    }
    once = {(post.role, post.unit.level): (viewer, post) for viewer, post in reversed(people)}
    for viewer, post in [one for one in once.values() if one[1].role in asked]:
        browser = await site.signed_in(post)
        for address in (f"/assignments/{assignment.pk}", f"/tasks/{assignment.task_id}"):
            shown = (await browser.get(address)).text
            for other in {one.pk: one for _, one in people}.values():
                if other.person.phone and other.person.phone in shown:
                    assert may_meet(viewer, other), (viewer, address, other.person.phone)
        words = (await browser.get(f"/assignments/{assignment.pk}")).text
        talkers = [one for _, one in people if f"<strong>{one.person.name}</strong>" in words]
        assert all(may_meet(viewer, one) for one in talkers), (viewer, talkers)


@pytest.mark.furnished(by=a_peopled_town)
async def test_the_story_of_a_record_names_nobody_to_whoever_does_not_work_with_them(
    town: str,
    site: Site,  # noqa: F811
) -> None:
    """Who did it, and who was enrolled: on the pages of the trail as through the API."""
    place = await a_peopled_town()
    desk = next(one for one, post in await everybody() if post.role == "coordinator")
    task = await a_task(place, "draft")
    await tasks.submit_for_approval(desk, task)
    await people.enrol(desk, place.village, name="盛新来", phone="13911112222", role="cadre")
    named_to: dict[str, set[str]] = {}
    once = {(post.role, post.unit.level): (viewer, post) for viewer, post in reversed(await everybody())}
    coordinator = await Post.get(pk=desk.post_id).prefetch_related("unit", "person")
    for viewer, post in once.values():
        browser = await site.signed_in(post)
        for address in (f"/trail/Task/{task.pk}", f"/trail/Unit/{place.village.pk}"):
            shown = (await browser.get(address)).text
            shown = shown.partition("<main")[2]
            assert coordinator.person.phone not in shown and "13911112222" not in shown
            for name, known in (
                (coordinator.person.name, meets(viewer, coordinator)),
                ("盛新来", meets(viewer, Post(unit=place.village, role="cadre"))),
            ):
                if name in shown:
                    assert known, (viewer, address, name)
                    named_to.setdefault(address.split("/")[2], set()).add(viewer.hats[0].role)
    assert {"coordinator", "leader", "head"} <= named_to["Task"] & named_to["Unit"]


GUARDED = {
    "reminders/show.html": "the township's own list of whom its reminders reach",
    "tasks/_answers.html": "whom the desk calls, looked for at the desk alone",
    "units/show.html": "posts listed to the viewer by Post.visible_to",
    "complaints/show.html": "whoever may answer",
    "people/show.html": "whoever manages the person",
}
"""Pages that show a telephone by a rule of their own."""


def test_every_page_with_a_telephone_asks_the_rule() -> None:
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        for line in path.read_text("utf-8").splitlines():
            if re.search(r"\.phone\b", line):
                found.setdefault(str(path.relative_to(TEMPLATES)), []).append(line)
    for path, lines in found.items():
        if path not in GUARDED:
            assert all("meets(" in line or "at_desk" in line for line in lines), path
    assert set(GUARDED) <= set(found)


async def test_who_signed_a_complaint_is_the_same_on_the_page_and_through_the_api(
    town: str,
    site: Site,  # noqa: F811
) -> None:
    place = await a_town()
    await a_list(place.city)
    maker = await a_viewer("secretary", place.village, name="何小妹")
    keeper = await a_viewer("list_keeper", place.county)
    made = await complaints.complain(
        maker, place.village, kind="complaint", topic="other", words="同一张表要填三次。"
    )
    query = '{ node(id: "%s") { ... on Complaint { createdBy { person { name phone } } } } }'
    for viewer, knows in ((keeper, True), (maker, True)):
        answer = await ask(door, viewer, query % global_id("Complaint", made.pk))
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        page = (await browser.get(f"/complaints/{made.pk}")).text
        assert (
            ("何小妹" in page)
            == knows
            == ((answer["data"]["node"]["createdBy"] or {}).get("person") is not None)
        )


async def test_a_post_whose_holder_one_does_not_work_with_is_named_by_the_post(town: str) -> None:
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    post = await Post.get(pk=desk.post_id).prefetch_related("unit", "person")
    assert named(await a_viewer("observer", place.county), post) == "镇街统筹员"
    assert named(await a_viewer("grid_worker", place.grid), post) == post.person.name
    assert await Task.all().count() == 0
