import json

import pytest

from models.base.commands import Personal, Secret, command, rule
from models.base.events import Event, EventPersonal, Mention
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.units import Unit
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio


@rule("只有统筹员可以。")
def a_coordinator_here(actor, unit):
    return actor.is_a("coordinator", at=unit.path)


@rule("已经撤销。")
def still_there(unit):
    return unit.ended_on is None


@command(said="试一下", who=a_coordinator_here, when=still_there)
async def call_it(
    actor, unit: Unit, *, name: str, phone: Personal[str] = "", password: Secret[str] = ""
) -> Unit:
    """Give the unit another name."""
    if not name:
        raise Invalid("请填写名称。", field="name")
    unit.name = name
    await unit.save()
    return unit


@command(said="试一下", who=a_coordinator_here)
async def call_it_twice(actor, unit: Unit, *, name: str) -> None:
    """Rename through another command, then think better of it."""
    await call_it(actor, unit, name=name)
    if name == "错":
        raise Invalid("算了。")


async def test_what_happened_is_remembered_with_before_and_after(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    await call_it(coordinator, t.township, name="新名", phone="13812345678", password="hunter2hunter2")
    event = await Event.get()
    assert event.command.endswith("call_it") and event.subject_ref == t.township.ref
    assert json.loads(event.changes) == {"name": ["澄潭街道", "新名"]}
    assert json.loads(event.details) == {"name": "新名"}
    assert event.actor_post_id == coordinator.post_id and event.unit_path == t.township.path


async def test_secrets_are_nowhere_and_personal_data_lies_apart(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    await call_it(coordinator, t.township, name="新名", phone="13812345678", password="hunter2hunter2")
    event, personal = await Event.get(), await EventPersonal.get()
    everything = f"{event.details}{event.changes}{personal.payload}"
    assert "hunter2" not in everything
    assert "13812345678" not in event.details and "13812345678" in (personal.payload or "")
    assert len(event.personal_digest) == 64


async def test_who_may_not_is_told_why_and_leaves_no_trace(town):
    t = await a_town()
    secretary = await a_viewer("secretary", t.village)
    with pytest.raises(NotAllowed, match="只有统筹员"):
        await call_it(secretary, t.township, name="新名")
    assert not call_it.allows(secretary, t.township)
    assert await Event.all().count() == 0


async def test_the_subject_is_judged_as_it_stands_now_not_as_it_was_read(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    stale = await Unit.get(pk=t.township.pk)
    await Unit.filter(pk=t.township.pk).update(ended_on="2026-01-01")
    with pytest.raises(NotNow, match="已经撤销"):
        await call_it(coordinator, stale, name="新名")


async def test_a_row_that_is_gone_is_not_found(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    ghost = Unit(id=999_999, code="x", name="x", level="village", path="x/")
    with pytest.raises(NotFound):
        await call_it(coordinator, ghost, name="新名")


async def test_a_command_that_calls_others_falls_as_one(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    with pytest.raises(Invalid):
        await call_it_twice(coordinator, t.township, name="错")
    assert (await Unit.get(pk=t.township.pk)).name == "澄潭街道"
    assert await Event.all().count() == 0
    await call_it_twice(coordinator, t.township, name="对")
    assert await Event.all().count() == 2


async def test_a_person_of_two_posts_acts_in_the_one_that_may(town):
    from dataclasses import replace

    t = await a_town()
    secretary, coordinator = await a_viewer("secretary", t.village), await a_viewer("coordinator", t.township)
    both = replace(secretary, hats=secretary.hats + coordinator.hats)
    await call_it(both, t.township, name="新名")
    assert (await Event.get()).actor_post_id == coordinator.post_id


async def test_records_named_in_details_and_results_are_mentioned(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)

    @command(said="试一下", who=a_coordinator_here)
    async def point_at(actor, unit: Unit, *, others: list[Unit]) -> list[Unit]:
        """Name others."""
        return others

    await point_at(coordinator, t.township, others=[t.village, t.grid])
    assert {m.subject_id for m in await Mention.all()} == {t.village.pk, t.grid.pk}
