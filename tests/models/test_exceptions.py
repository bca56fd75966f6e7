"""The exception path: by a named leader, in person, with a reason, until a day, and in the open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import screening, tasks
from models.base.clock import clock_at, now, tick, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.matters import Matter
from models.requests import WorkRequest
from models.screening import Screening, published_exceptions
from tests.builders import DAY, Town, a_list, a_request, a_signer, a_town, a_viewer, dated

pytestmark = pytest.mark.anyio
WHY = "突发强降雨后须在两日内核对沿溪住户。"


async def a_refused(**changes: Any) -> tuple[Town, WorkRequest, Matter]:
    place = await a_town()
    made = await a_list(place.city)
    request = await a_request(place, **{"matter_code": ""} | changes)
    assert request.state == "rejected"
    return place, request, await Matter.get(list=made, code="XZ-NY-01").prefetch_related("list__region")


@pytest.mark.calendar_bound
async def test_a_leader_lets_in_in_person_and_it_becomes_a_task_until_its_last_day(town: str) -> None:
    place, request, matter = await a_refused()
    leader = await a_signer("head", place.township, "一个好的密码2026")
    details: dict[str, Any] = {"matter": matter, "reason": WHY, "until": today() + 30 * DAY}
    with pytest.raises(Invalid) as no:
        await screening.admit_exceptionally(leader, request, **details, password="wrong")
    assert no.value.field == "password"
    request = await WorkRequest.get(pk=request.pk)
    made = await screening.admit_exceptionally(leader, request, **details, password="一个好的密码2026")
    assert (request.state, made.verdict, made.expires_on) == ("exception", "exception", today() + 30 * DAY)
    assert await screening.replay(made) == []
    coordinator = await a_viewer("coordinator", place.township)
    task = await tasks.draft(
        coordinator,
        place.township,
        requests=[request],
        title="核对",
        body="核对",
        due_on=today() + 40 * DAY,
        units=[place.village],
    )
    await tasks.submit_for_approval(coordinator, task)
    with clock_at(now() + timedelta(days=31)), pytest.raises(NotNow, match="过期"):
        await tasks.approve(leader, task)
    await tasks.approve(leader, task)
    assert task.state == "approved"


async def test_what_is_forbidden_is_never_let_in(town: str) -> None:
    place, request, matter = await a_refused(matter_code="XZ-NY-01", demands=["ranking"])
    leader = await a_signer("head", place.township, "一个好的密码2026")
    with pytest.raises(NotNow, match="负面清单"):
        await screening.admit_exceptionally(
            leader, request, matter=matter, reason=WHY, until=today(), password="一个好的密码2026"
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "急"}, "reason"),
        ({"until": 400 * DAY}, "until"),
        ({"until": -DAY}, "until"),
    ],
)
async def test_reason_and_last_day_are_asked_for(town: str, changes: dict[str, Any], field: str) -> None:
    place, request, matter = await a_refused()
    leader = await a_signer("leader", place.township, "一个好的密码2026")
    details = {"matter": matter, "reason": WHY, "until": today(), "password": "一个好的密码2026"} | dated(
        changes
    )
    with pytest.raises(Invalid) as no:
        await screening.admit_exceptionally(leader, request, **details)
    assert no.value.field == field and not await Screening.filter(kind="exception").exists()


async def test_coordinators_and_other_townships_let_nothing_in(town: str) -> None:
    place, request, matter = await a_refused()
    for role, unit in (
        ("coordinator", place.township),
        ("head", place.other_township),
        ("secretary", place.village),
    ):
        with pytest.raises(NotAllowed):
            await screening.admit_exceptionally(
                await a_viewer(role, unit), request, matter=matter, reason=WHY, until=today(), password="x"
            )


@pytest.mark.calendar_bound
async def test_exceptions_are_read_by_everybody_above_the_villages_and_end_by_themselves(town: str) -> None:
    place, request, matter = await a_refused()
    leader = await a_signer("head", place.township, "一个好的密码2026")
    await screening.admit_exceptionally(
        leader, request, matter=matter, reason=WHY, until=today(), password="一个好的密码2026"
    )
    for role, unit, sees in (
        ("department_officer", place.other_department, 1),
        ("coordinator", place.other_township, 1),
        ("observer", place.city, 1),
        ("secretary", place.village, 0),
    ):
        assert await published_exceptions(await a_viewer(role, unit)).count() == sees, role
    with clock_at(now() + DAY):
        await tick()
    assert (await WorkRequest.get(pk=request.pk)).state == "rejected"
    assert await published_exceptions(leader).count() == 1, "it stays on the list as over"
