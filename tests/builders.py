"""Plausible rows of the town, each in one word."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from models import intake, matters, screening, tasks
from models.accounts import Account
from models.accounts.passwords import hashed
from models.base.clock import now, today
from models.base.viewer import Hat, Viewer
from models.matters import MatterList
from models.people import Person, Post
from models.policies import Policy
from models.registry import DataValue, Element
from models.requests import WorkRequest
from models.tasks import Assignment, Task
from models.units import Unit

_numbers = itertools.count(1)
LONG_AGO = date(2020, 1, 1)


async def a_unit(
    level: str = "village", parent: Unit | None = None, name: str = "", code: str = "", kind: str = ""
) -> Unit:
    number = next(_numbers)
    # Four digits more than any parent has: no official code, so that a village is one by its name.
    code = code or f"{(parent.code if parent else '')}{number:04d}"
    return await Unit.create(
        code=code,
        name=name or f"单位{number}",
        level=level,
        kind=kind or level,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        pinyin="dw",
    )


class Town:
    """A small piece of 新昌县: one township with two villages, a second township with one, two departments."""

    city: Unit
    county: Unit
    township: Unit
    other_township: Unit
    village: Unit
    second_village: Unit
    other_village: Unit
    grid: Unit
    department: Unit
    other_department: Unit
    office: Unit


async def a_town() -> Town:
    town = Town()
    town.city = await a_unit("city", name="绍兴市", code="3306")
    town.county = await a_unit("county", town.city, "新昌县", "330624")
    town.township = await a_unit("township", town.county, "澄潭街道", "330624005")
    town.other_township = await a_unit("township", town.county, "羽林街道", "330624002")
    town.village = await a_unit("village", town.township, "梅渚村", "330624005201")
    town.second_village = await a_unit("village", town.township, "棠村", "330624005202")
    town.other_village = await a_unit("village", town.other_township, "拔茅村", "330624002201")
    town.grid = await a_unit("grid", town.village, "梅渚村第一网格", "330624005201-G01")
    town.department = await a_unit("department", town.county, "新昌县农业农村局", "330624-B01")
    town.other_department = await a_unit("department", town.county, "新昌县民政局", "330624-B02")
    town.office = await a_unit("department", town.township, "综合行政执法队", "330624005-B01")
    return town


async def a_viewer(role: str, unit: Unit, *, name: str = "", duties: tuple[str, ...] = ()) -> Viewer:
    """Somebody with one post, as the doors would know them."""
    person = await Person.create(name=name or f"{role}{next(_numbers)}", phone="13800000000")
    post = await Post.create(person=person, unit=unit, role=role, from_on=LONG_AGO, duties=list(duties))
    hat = Hat(post.pk, role, unit.pk, unit.path, unit.level, unit.name, frozenset(duties))
    return Viewer(person.pk, None, person.name, (hat,))


DAY = timedelta(days=1)


def dated(details: dict[str, Any]) -> dict[str, Any]:
    """Spans become days counted from today: lists of cases are written before any test has a day."""
    return {k: today() + v if isinstance(v, timedelta) else v for k, v in details.items()}


async def nobody_is_consulted(region: Unit) -> None:
    """A government that lets lists be published on the day they are proposed, so that a test need not wait."""
    keeper = await a_viewer("list_keeper", region)
    if not await Policy.filter(unit=region, name="consultation_days").exists():
        await Policy.create(
            unit=region,
            name="consultation_days",
            value=0,
            reason="示范",
            from_on=LONG_AGO,
            set_by_id=keeper.post_id,
            made_at=now(),
        )


SAID = {
    "legal_basis": "《示范规定》第一条",
    "lead_department": "示范局",
    "village_does": "按要求协助。",
    "village_must_not": "不代替主管部门作决定。",
}
"""What every matter of a published list says."""


async def a_list(region: Unit, *extra: dict[str, Any]) -> MatterList:
    """A list in force for the region: one matter that may be asked, one with evidence, one own, one negative."""
    await nobody_is_consulted(region)
    keeper, other = await a_viewer("list_keeper", region), await a_viewer("list_keeper", region)
    made = await matters.draft_list(keeper, region, title="村社事项清单（示范）")
    usual: list[dict[str, Any]] = [
        {"code": "XZ-NY-01", "title": "秸秆禁烧巡查", "category": "assist", "demands": ["patrol", "data"]},
        {
            "code": "XZ-NY-02",
            "title": "农田灌溉设施巡查",
            "category": "report",
            "demands": ["patrol", "photo"],
            "evidence": {"kinds": ["photo"], "reason": "示范依据"},
        },
        {"code": "CZ-ZZ-01", "title": "村规民约修订", "category": "own"},
        {"code": "FM-01", "title": "承担招商引资任务", "category": "negative", "village_does": ""},
    ]
    for matter in (*usual, *extra):
        await matters.put_matter(keeper, made, **SAID | matter)
    await matters.propose(keeper, made, reason="示范")
    return await matters.publish(other, made, reason="示范", effective_on=today())


async def a_request(town: Town, **changes: Any) -> WorkRequest:
    """A department's request that the list allows and somebody must read: patrols in 梅渚村 and 棠村."""
    actor = await a_viewer("department_officer", town.department)
    details: dict[str, Any] = {
        "title": "开展秋季秸秆禁烧巡查",
        "body": "请各村组织巡查，发现露天焚烧秸秆及时劝阻。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
        "deadline": today() + 20 * DAY,
        "units": [town.village, town.second_village],
    }
    return (await intake.submit(actor, town.department, **details | changes))[0]


async def an_admitted_request(town: Town, **changes: Any) -> WorkRequest:
    """A request that the coordinator has read and let in."""
    request = await a_request(town, **changes)
    reader = await a_viewer("coordinator", town.township)
    await screening.admit(reader, request, note="村社说可以。")
    return request


TASK_STEPS = ("draft", "submitted", "approved", "dispatched")


async def a_task(town: Town, state: str = "dispatched", **changes: Any) -> Task:
    """A task of 澄潭街道 for 梅渚村 and 棠村, brought to this state by the people whose work it is."""
    coordinator = await a_viewer("coordinator", town.township)
    details: dict[str, Any] = {
        "title": "秸秆禁烧巡查",
        "body": "每村巡查两次，发现焚烧及时劝阻。",
        "due_on": today() + 10 * DAY,
        "units": [town.village, town.second_village],
    }
    if "requests" not in changes:
        changes["requests"] = [await an_admitted_request(town)]
    made = await tasks.draft(coordinator, town.township, **details | changes)
    reached = TASK_STEPS.index(state)
    if reached >= 1:
        await tasks.submit_for_approval(coordinator, made)
    if reached >= 2:
        await tasks.approve(await a_viewer("leader", town.township), made)
    if reached >= 3:
        await tasks.dispatch(coordinator, made)
    return made


async def an_assignment(town: Town, **changes: Any) -> Assignment:
    """The copy at 梅渚村 of a dispatched task."""
    task = await a_task(town, **changes)
    return await Assignment.get(task=task, unit=town.village).prefetch_related(*Assignment.judged_with)


async def a_value(
    element: Element, unit: Unit, value: str, *, days_ago: int = 0, by_id: int | None = None, **more: Any
) -> DataValue:
    """What a unit has on file, by whoever is there already."""
    if by_id is None:
        post = await Post.filter(unit=unit).first() or await Post.first()
        by_id = post.pk if post else (await a_viewer("secretary", unit)).post_id
    said = {"as_of": today() - timedelta(days=days_ago), "at": now(), "by_id": by_id} | more
    return await DataValue.create(element=element, unit=unit, value=value, **said)


async def a_signer(role: str, unit: Unit, password: str) -> Viewer:
    """Somebody with one post and an account whose password they know."""
    viewer = await a_viewer(role, unit)
    account = await Account.create(
        person_id=viewer.person_id,
        username=f"signer{viewer.person_id}",
        password_hash=await hashed(password),
        must_change=False,
    )
    return replace(viewer, account_id=account.pk)
