"""What stands between a draft and the villages: load, discussion, requests that still stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models import policies, tasks
from models.base.clock import today
from models.base.refusals import Invalid, NotNow
from models.matters import Matter
from models.people import Post
from models.tasks import Participant
from tests.builders import Town, a_list, a_request, a_signer, a_task, a_town, a_viewer, an_admitted_request

pytestmark = pytest.mark.anyio
HEAVY = {
    "code": "XZ-SL-01",
    "title": "水库清淤协助",
    "category": "assist",
    "demands": ["patrol"],
    "effort_hours": Decimal(400),
}
MAJOR = {
    "code": "XZ-SL-02",
    "title": "集体搬迁安置协助",
    "category": "assist",
    "demands": ["patrol"],
    "major": True,
}


async def a_submitted_task(place: Town, code: str) -> tasks.Task:
    return await a_task(place, "submitted", requests=[await an_admitted_request(place, matter_code=code)])


async def test_villages_above_the_ceiling_need_the_heads_signed_reason(town: str) -> None:
    place = await a_town()
    await a_list(place.county, HEAVY)
    task = await a_submitted_task(place, "XZ-SL-01")
    leader = await a_viewer("leader", place.township)
    with pytest.raises(NotNow, match="梅渚村、棠村的负担会超过上限"):
        await tasks.approve(leader, task)
    head = await a_signer("head", place.township, "right-password-9")
    with pytest.raises(Invalid, match="密码不对"):
        await tasks.sign_overload(head, task, reason="汛期不能等", password="wrong-password-9")
    await tasks.sign_overload(head, task, reason="汛期不能等", password="right-password-9")
    await tasks.approve(leader, task)
    assert task.overload_reason == "汛期不能等"


async def test_the_county_sets_the_ceiling(town: str) -> None:
    place = await a_town()
    await a_list(place.county, HEAVY)
    task = await a_submitted_task(place, "XZ-SL-01")
    keeper = await a_viewer("list_keeper", place.county)
    await policies.set_policy(
        keeper, place.county, name="hours_a_week", value=400, reason="示范", from_on=today()
    )
    assert (await tasks.approve(await a_viewer("leader", place.township), task)).state == "approved"


async def test_a_major_matter_waits_for_its_discussion_and_each_ones_word(town: str) -> None:
    place = await a_town()
    await a_list(place.county, MAJOR)
    task = await a_submitted_task(place, "XZ-SL-02")
    leader = await a_viewer("leader", place.township)
    with pytest.raises(NotNow, match="须先记录集体讨论"):
        await tasks.approve(leader, task)
    present = [leader, await a_viewer("head", place.township), await a_viewer("leader", place.township)]
    held = await tasks.record_discussion(
        await a_viewer("coordinator", place.township),
        task,
        held_on=today(),
        participants=[await Post.get(pk=one.post_id) for one in present],
        agreed=True,
        outcome="同意",
        minutes_number="〔2026〕1号",
    )
    with pytest.raises(NotNow, match="还没有全部确认"):
        await tasks.approve(leader, task)
    for one in present:
        mine = await Participant.get(discussion=held, post_id=one.post_id).prefetch_related(
            *Participant.judged_with
        )
        await tasks.confirm_discussion(one, mine)
    await tasks.approve(leader, task)


async def test_merging_and_taking_apart_leaves_every_request_as_it_was(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    first, second = await an_admitted_request(place), await an_admitted_request(place)
    task = await a_task(place, "draft", requests=[first])
    coordinator = await a_viewer("coordinator", place.township)
    await tasks.merge(coordinator, task, requests=[second])
    with pytest.raises(Invalid, match="已经并入"):
        await a_task(place, "draft", requests=[second])
    await tasks.unmerge(coordinator, task, request=second)
    assert (await a_task(place, "draft", requests=[second])).pk != task.pk
    with pytest.raises(Invalid, match="至少要有一件"):
        await tasks.unmerge(coordinator, task, request=first)


async def test_what_nobody_has_read_cannot_be_merged(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place, "draft")
    with pytest.raises(Invalid, match="已过筛"):
        await tasks.merge(
            await a_viewer("coordinator", place.township), task, requests=[await a_request(place)]
        )
    assert await Matter.filter(code="XZ-NY-01").count() == 1
