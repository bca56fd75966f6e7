"""What one version of a list changes against another, and the open work it touches."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from models import matters, tasks
from models.base.clock import today
from models.matters import Matter
from models.tasks import Task
from tests.builders import a_list, a_request, a_task, a_town, a_viewer
from tests.models.matters.drafts import a_second_version

pytestmark = pytest.mark.anyio
EDITED: dict[str, tuple[Any, ...]] = {
    "title": ("巡查", "走访", "登记"),
    "category": ("assist", "report", "own", "negative"),
    "village_does": ("", "看一看", "问一问"),
    "demands": ([], ["data"], ["data", "visit"]),
    "evidence": ({}, {"kinds": ["photo"], "reason": "依据"}),
    "norm_days": (None, 3, 5),
    "effort_hours": (None, Decimal("1.50"), Decimal("3.00")),
    "major": (True, False),
}


async def test_the_difference_of_two_versions_is_what_a_thousand_random_edits_made(town: str) -> None:
    place, chance = await a_town(), random.Random(9)
    keeper = await a_viewer("list_keeper", place.city)
    old = await matters.draft_list(keeper, place.city, title="旧")
    new = await matters.draft_list(keeper, place.city, title="新")
    start = {f"XZ-QQ-{n:03d}": {name: of[0] for name, of in EDITED.items()} for n in range(200)}
    end = {code: dict(values) for code, values in start.items()}
    for _ in range(1000):
        code, kind = f"XZ-QQ-{chance.randrange(260):03d}", chance.random()
        if kind < 0.05:
            end.pop(code, None)
        elif code in end or kind < 0.15:
            name = chance.choice(list(EDITED))
            held = end.setdefault(code, {name: of[0] for name, of in EDITED.items()})
            held[name] = chance.choice(EDITED[name])
    for made, rows in ((old, start), (new, end)):
        await Matter.bulk_create([Matter(list_id=made.pk, code=c, **v) for c, v in rows.items()], 50)
    told = await matters.compare(keeper, old, new)
    assert [one.code for one in told.added] == sorted(set(end) - set(start))
    assert [one.code for one in told.removed] == sorted(set(start) - set(end))
    changed = {c: {n for n in EDITED if start[c][n] != end[c][n]} for c in set(start) & set(end)}
    shown = {"evidence": {"evidence_kinds", "evidence_reason"}}
    expected = {c: {m for n in names for m in shown.get(n, {n})} for c, names in changed.items() if names}
    assert {one.matter.code: {column[0] for column in one.columns} for one in told.changed} == expected
    assert told.touched == sorted({one.code for one in told.removed} | set(expected)) and told.added
    assert not await matters.compare(keeper, old, old)


async def test_the_open_work_a_version_touches_is_counted_within_what_one_may_see(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    kept = await a_task(place)
    for _ in range(2):
        await a_request(place)
    second = await a_second_version(place, first)
    keeper = await a_viewer("list_keeper", place.city)
    difference = await matters.compare(keeper, await matters.before(keeper, second), second)
    assert [one.code for one in difference.removed] == ["XZ-NY-01"]
    found = await tasks.impact(keeper, difference.touched)
    one = found.matters["XZ-NY-01"]
    assert (one.tasks, one.assignments, one.requests) == (1, 2, 2)
    assert dict(found.villages) == {place.village.name: 1, place.second_village.name: 1}
    assert ([task.pk for task in found.tasks], len(found.requests)) == ([kept.pk], 2)
    stranger = await tasks.impact(await a_viewer("coordinator", place.other_township), difference.touched)
    assert (stranger.open_tasks, stranger.waiting_requests, stranger.villages) == (0, 0, [])
    village = await tasks.impact(await a_viewer("secretary", place.village), difference.touched)
    assert (village.open_tasks, village.waiting_requests) == (1, 0), "villages never see requests"
    other = await a_viewer("list_keeper", place.city)
    await matters.publish(other, second, reason="同意", effective_on=today(), accept_flips="改由镇里做")
    assert (await Task.get(pk=kept.pk).select_related("matter")).matter.list_id == first.pk
