"""Signatures that no longer hold are told on every page of what was signed, to whoever may read them, and through GraphQL."""

from __future__ import annotations

from typing import Any

import pytest

from models import tasks
from models.base.viewer import ANONYMOUS, Viewer
from models.people import Post
from models.screening import Screening
from schema import door
from schema.base.nodes import global_id
from tests.builders import a_list, a_signer, a_task, a_town, a_viewer, an_admitted_request
from tests.models.bidding.scenes import awarded
from tests.models.past_the_triggers import undone_afterwards
from tests.models.tasks.test_gates import HEAVY
from tests.models.tasks.test_signed import PASSWORD, confirmed, discussed
from tests.schema.toys import ask
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def signed_in(site: Site, viewer: Viewer) -> Any:
    return await site.signed_in(await Post.get(pk=viewer.post_id))


async def void(kind: str, pk: int, viewer: Viewer) -> str:
    field = kind[0].lower() + kind[1:]
    told = await ask(door, viewer, f'{{ {field}(id: "{global_id(kind, pk)}") {{ voidSignatures }} }}')
    return "".join(told["data"][field]["voidSignatures"])


async def test_an_overload_and_a_discussion_that_are_void_stand_on_the_pages_of_their_task(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.county, {**HEAVY, "code": "XZ-SL-02", "major": True})
    desk = await a_viewer("coordinator", place.township)
    head = await a_signer("head", place.township, PASSWORD)
    present = [head, *[await a_viewer("leader", place.township) for _ in range(2)]]
    asked = await an_admitted_request(place, matter_code="XZ-SL-02")
    task = await a_task(place, "draft", requests=[asked])
    await tasks.sign_overload(head, task, reason="汛期不能等", password=PASSWORD)
    await confirmed(await discussed(desk, task, present), present)
    await tasks.submit_for_approval(desk, task)
    await tasks.approve(present[1], task)
    await tasks.dispatch(desk, task)
    row = await tasks.Assignment.get(task=task, unit=place.village)
    village = await a_viewer("secretary", place.village)
    keeper = await a_viewer("list_keeper", place.county)

    async def told(viewer: Viewer, at: str) -> str:
        return str((await (await signed_in(site, viewer)).get(at)).text)

    assert "已失效" not in await told(desk, f"/tasks/{task.pk}")
    assert await void("Task", task.pk, desk) == ""

    async def look() -> bool:
        for viewer in (desk, keeper):
            page = await told(viewer, f"/tasks/{task.pk}")
            assert all(f"{word}已失效" in page for word in ("超负荷签署", "集体讨论", "审批"))
        page = await told(village, f"/assignments/{row.pk}")
        assert "已失效" not in page, (
            "what the township's house signs, and a change that waits, is not the village's"
        )
        said = await void("Task", task.pk, keeper)
        assert "超负荷签署已失效" in said and head.name in said and "名称、内容或期限" in said
        return True

    assert await undone_afterwards(f"UPDATE task SET body = '全村都要转移' WHERE id = {task.pk}", look)


async def test_an_exception_upon_a_request_that_changed_is_void_for_all_who_read_it(
    town: str, site: Site
) -> None:
    place = await a_town()
    await a_list(place.county)
    asked = await an_admitted_request(place)
    desk = await a_viewer("coordinator", place.township)
    asker = await Post.get(pk=asked.submitted_by_id)
    verdict = await Screening.filter(request=asked).order_by("-id").first()
    assert verdict is not None

    async def look() -> bool:
        for browser, at in (
            (await signed_in(site, desk), f"/screening/{asked.pk}"),
            (await site.signed_in(asker), f"/requests/{asked.pk}"),
        ):
            assert "过筛结论已失效" in (await browser.get(at)).text, at
        assert "过筛结论已失效" in await void("WorkRequest", asked.pk, desk)
        return True

    assert await undone_afterwards(f"UPDATE work_request SET body = '另一件事' WHERE id = {asked.pk}", look)


async def test_a_comparison_and_an_award_upon_a_bid_that_changed_are_void_in_the_open(
    town: str, site: Site
) -> None:
    place = await a_town()
    award, bid, _ = await awarded(place)
    desk = await signed_in(site, await a_viewer("coordinator", place.township))
    village = await signed_in(site, await a_viewer("secretary", place.village))
    pages = [
        (desk, f"/projects/{award.project_id}"),
        (site.visitor(), f"/board/{award.project_id}"),
        (village, f"/awards/{award.pk}"),
        (village, f"/bids/{bid.pk}"),
    ]
    for browser, at in pages:
        answer = await browser.get(at)
        assert answer.status_code == 200 and "已失效" not in answer.text, at

    async def look() -> bool:
        for browser, at in pages:
            page = (await browser.get(at)).text
            assert "比选已失效" in page and "揭榜决定已失效" in page, at
        said = await void("Project", award.project_id, ANONYMOUS)
        assert "揭榜决定已失效" in said and "签于" not in said
        return True

    assert await undone_afterwards(f"UPDATE bid SET strengths = '换了一份' WHERE id = {bid.pk}", look)
