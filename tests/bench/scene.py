"""One town with something on every desk, and who asks for what of it."""

from __future__ import annotations

from datetime import timedelta

from models import accounts
from models.base.clock import now, today
from models.base.followers import follow, listeners
from models.base.viewer import TOWN_CLOCK, Viewer
from models.people import Post
from models.policies import set_policy
from models.tasks import Task
from models.units import Unit
from tests.bench import graphql, pages, rankings
from tests.bench.pages import Reader
from tests.bench.pairs import Pair
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_unit, a_viewer, an_admitted_request
from tests.views.bidding.test_board import many_projects
from tests.views.conftest import Site

WIDE, TASKS, REQUESTS, PROJECTS = 32, 20, 20, 200


async def lay() -> list[Pair]:
    town = await a_town()
    await a_list(town.county)
    await _room_for_all(town)
    villages = [
        await a_unit("village", town.township, f"第{n}村", f"330624005{900 + n}") for n in range(WIDE)
    ]
    wide = await _work(town, villages)
    await many_projects(town, villages[:10], PROJECTS)
    observer = await a_viewer("observer", town.county)
    token = await _token(observer)
    boards = await rankings.pairs(town, token)
    site = Site()
    readers = {
        role: Reader(viewer, await site.signed_in(await Post.get(pk=viewer.post_id)))
        for role, viewer in {
            "secretary": await a_viewer("secretary", town.village),
            "coordinator": await a_viewer("coordinator", town.township),
            "leader": await a_viewer("leader", town.township),
        }.items()
    }
    await follow()
    for job in listeners:
        await job()
    found = [*graphql.pairs(town.county.path, token), *boards, *await pages.pairs(town, readers, wide)]
    for reader in readers.values():
        await reader.browser.aclose()
    return found


async def _room_for_all(town: Town) -> None:
    keeper = await a_viewer("list_keeper", town.county)
    for name, most in (("open_tasks", 200), ("collisions", 50)):
        await set_policy(keeper, town.county, name=name, value=most, reason="测速", from_on=today())


async def _work(town: Town, villages: list[Unit]) -> Task:
    """Twenty tasks at ten villages, after many drafts, twenty requests to read, and a task that waits to be approved for many villages."""
    asked = await an_admitted_request(town, units=villages)
    wide = await a_task(town, state="submitted", requests=[asked], units=villages)
    await graphql.drafts(town)
    places = [town.village, *villages[:9]]
    for number in range(TASKS):
        asked = await an_admitted_request(town, units=places, title=f"第{number}项巡查")
        told = {"title": f"第{number}项巡查", "due_on": today() + (number + 1) * DAY}
        await a_task(town, requests=[asked], units=places, **told)
    for number in range(REQUESTS):
        await a_request(town, title=f"第 {number} 项巡查", deadline=today() + timedelta(20 + number))
    return wide


async def _token(viewer: Viewer) -> dict[str, str]:
    post = await Post.get(pk=viewer.post_id).prefetch_related(*Post.judged_with)
    await accounts.Account.create(
        person_id=post.person_id, username=f"api{post.pk}", password_hash="!", must_change=False
    )
    made = await accounts.issue_token(TOWN_CLOCK, post, label="测速", days=30)
    assert made.expires_at > now()
    return {"authorization": f"Bearer {made.secret}"}
