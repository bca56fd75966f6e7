"""How many statements a page costs: fixed, whatever the number of rows."""

from __future__ import annotations

import pytest

from models import screening
from models.base.clock import today
from models.base.viewer import Viewer
from models.intake import WorkRequest
from models.people import Post
from models.tasks import Assignment, Task, TaskSource, TaskUnit
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_viewer
from tests.counting import counted
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
MOST_FOR_TODAY = 8
ROLES = ("secretary", "cadre", "coordinator", "leader", "head", "department_officer", "office")
LISTS = {
    "coordinator": ("/tasks", "/screening", "/requests", "/matters", "/people", "/units", "/reminders"),
    "secretary": ("/tasks", "/matters"),
    "department_officer": ("/requests", "/matters"),
}


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


async def test_every_list_costs_the_same_however_long_it_is(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    hats = {role: await a_viewer(role, _home(place, role)) for role in LISTS}
    spent: dict[tuple[str, str], list[int]] = {}
    for size in (3, 40):
        await _grow(place, size)
        for role, addresses in LISTS.items():
            for address in addresses:
                spent.setdefault((role, address), []).append(await _statements(site, hats[role], address))
    assert {at: counts for at, counts in spent.items() if counts[0] != counts[1]} == {}


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
    return {"department_officer": place.department, "office": place.office}.get(role, place.township)


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
            due_on=today() + DAY,
            drafted_by_id=like.drafted_by_id,  # type: ignore[attr-defined]
            made_at=like.made_at,
        )
        await TaskUnit.create(task=copy, unit=place.village)
        if state == "draft":
            continue
        await _link(copy, await a_request(place))
        await Task.filter(pk=copy.pk).update(state=state)
        if state == "dispatched":
            await Assignment.create(task=copy, unit=place.village, due_on=copy.due_on)
            await Assignment.create(
                task=copy, unit=place.second_village, due_on=copy.due_on, state="reported"
            )


async def _link(task: Task, request: WorkRequest) -> None:
    coordinator = await Post.filter(role="coordinator").first().select_related("unit")
    reader = Viewer(coordinator.person_id, None, "", (coordinator.hat(),))  # type: ignore[union-attr]
    verdict = await screening.admit(reader, request)
    await TaskSource.create(task=task, request=request, screening=verdict)
