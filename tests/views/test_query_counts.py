"""How many statements a page costs: fixed, whatever the number of rows."""

from __future__ import annotations

import pytest

from models import concerns, screening
from models.base.clock import end_of, today
from models.base.viewer import Viewer
from models.people import Post
from models.requests import WorkRequest
from models.tasks import Assignment, Task, TaskUnit
from models.tasks.merging import link
from models.tasks.versions import put_before_villages
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_viewer
from tests.counting import counted
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
MOST_FOR_TODAY = 8
MOST_FOR_A_CONCERN = 13
ROLES = ("secretary", "cadre", "coordinator", "leader", "head", "department_officer", "office", "list_keeper")


async def test_the_morning_page_costs_at_most_eight_statements_however_much_waits(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.county)
    hats = {role: await a_viewer(role, _home(place, role)) for role in ROLES}
    spent = {}
    for size in (3, 60):
        await _grow(place, size)
        for role, viewer in hats.items():
            spent[size, role] = await _statements(site, viewer, "/")
    for role in ROLES:
        assert spent[3, role] == spent[60, role] <= MOST_FOR_TODAY, (role, spent)


async def test_a_concern_costs_the_same_however_much_happened_to_it(town: str, site: Site) -> None:
    place = await a_town()
    hats = {
        "secretary": await a_viewer("secretary", place.village),
        "coordinator": await a_viewer("coordinator", place.township),
        "department_officer": await a_viewer("department_officer", place.department),
    }
    said = {"title": "路灯不亮", "body": "三盏路灯坏了两周。"}
    made = await concerns.raise_concern(hats["secretary"], place.village, **said)
    spent: dict[str, list[int]] = {role: [] for role in hats}
    for _ in range(2):
        await concerns.pass_on(hats["coordinator"], made, to=place.department)
        for role, viewer in hats.items():
            spent[role].append(await _statements(site, viewer, f"/concerns/{made.pk}"))
        await concerns.send_back(hats["department_officer"], made, reason="归住建局。")
        await concerns.handle(hats["coordinator"], made)
        other = await a_viewer("department_officer", place.other_department)
        await concerns.pass_on(hats["coordinator"], made, to=place.other_department)
        await concerns.send_back(other, made, reason="也不是我们。")
    assert {role: counts for role, counts in spent.items() if counts[0] != counts[1]} == {}
    assert max(most for counts in spent.values() for most in counts) <= MOST_FOR_A_CONCERN, spent


async def _statements(site: Site, viewer: Viewer, address: str) -> int:
    browser = await site.signed_in(await Post.get(pk=viewer.post_id))
    await browser.get(address)
    with counted() as told:
        answer = await browser.get(address)
    assert answer.status_code == 200, address
    assert told, "nothing was counted: the database client has stopped saying what it runs"
    return len(told)


def _home(place: Town, role: str) -> Unit:
    village = {"secretary", "cadre"}
    if role in village:
        return place.village
    elsewhere = {
        "department_officer": place.department,
        "office": place.office,
        "list_keeper": place.county,
    }
    return elsewhere.get(role, place.township)


async def _grow(place: Town, size: int) -> None:
    """Bring the town to this many tasks at every stage, straight into the tables."""
    like = await Task.filter(state="dispatched").first() or await a_task(place)
    for number in range(await Task.all().count(), size):
        state = ("dispatched", "submitted", "approved", "draft")[number % 4]
        copy = await Task.create(
            township_id=like.township_id,  # type: ignore[attr-defined]
            matter_id=like.matter_id,  # type: ignore[attr-defined]
            code=f"C{number}",
            title=f"任务{number}",
            body="巡查",
            due_at=end_of(today() + DAY),
            drafted_by_id=like.drafted_by_id,  # type: ignore[attr-defined]
            made_at=like.made_at,
        )
        await TaskUnit.create(task=copy, unit=place.village)
        await copy.fetch_related("matter", "township")
        if state == "draft":
            continue
        await _link(copy, await a_request(place))
        await put_before_villages(copy, None)
        await Task.filter(pk=copy.pk).update(state=state)
        if state == "dispatched":
            await Assignment.create(task=copy, unit=place.village, due_at=copy.due_at)
            other = await Assignment.create(task=copy, unit=place.second_village, due_at=copy.due_at)
            await Assignment.filter(pk=other.pk).update(state="reported")


async def _link(task: Task, request: WorkRequest) -> None:
    coordinator = await Post.filter(role="coordinator").first().select_related("unit")
    reader = Viewer(coordinator.person_id, None, "", (coordinator.hat(),))  # type: ignore[union-attr]
    verdict = await screening.admit(reader, request, note="村社说可以。")
    await link(task, {request.pk: verdict})
