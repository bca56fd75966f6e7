"""Every record there is gives everybody exactly the rows the table of rights gives them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from tortoise.queryset import QuerySet

from models import CONCEPTS
from models.base.records import Record
from models.base.viewer import Viewer
from models.matters import Matter, MatterList, Opinion
from models.requests import WorkRequest
from tests.leaks.rest import RESTED, a_whole_world
from tests.leaks.rights import may_know
from tests.leaks.world import WALKED, World

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_whole_world)]
SIGNED_IN = {"ElementVersion", "Unit", "Policy", "WorkCalendar", "EmergencyResponse", "Demand", "RedLine"} | {
    "GoldenCase",
    "Element",
    "ElementVersion",
    "BasisLook",
    "Scheme",
    "Dimension",
    "Indicator",
    "PeerGroup",
    "Period",
    "Board",
}
"""What everybody who is signed in reads, and nobody else."""
EVERYBODY = {"DayHead", "Award", "Milestone", "MilestoneFile"}
NOBODY = {"Lease", "Throttle", "SerialNumber", "Bookmark", "Receipt"}
"""Machinery, which no door reads for anybody."""
IN_PART = {MatterList, Matter, Opinion}
"""Published ones (and opinions on them) are everybody's who is signed in; the others stand in the table of rights."""
SHOWN_WITH = {
    ("Message", "by"): "who reads words knows from which post; who holds it, only whoever works with them",
    ("Participant", "post"): "so here",
    ("Complaint", "made_by"): "it is signed, and whoever answers reads by whom",
    ("Concern", "raised_by"): "from which post",
    ("Appeal", "made_by"): "the village's word against its index, by whoever speaks for it",
} | {
    (record, "unit"): "the board is public with the names of its places"
    for record in ("Entrant", "Bid", "Award")
}
SHOWN_WITH |= {("Project", "township"): "so here"}
"""Targets met with the row that names them, though they are not found otherwise."""


def every_record() -> Iterator[type[Record]]:
    for concept in CONCEPTS:
        import_module(concept)
    return (record for record in Record.__subclasses__() if record.__module__.startswith("models."))


def test_every_record_stands_in_the_table_of_rights_or_is_said_to_be_everybodys_or_nobodys() -> None:
    placed = [{record.__name__ for record in group} for group in (WALKED, RESTED, IN_PART)]
    groups = [*placed, SIGNED_IN, EVERYBODY, NOBODY]
    told = sorted(name for group in groups for name in group)
    assert told == sorted(record.__name__ for record in every_record())


async def leaks(world: World, record: type[Record]) -> list[str]:
    """Where what the record shows and the table of rights part."""
    rows = [row for row in world.rows if type(row.record) is record]
    found = []
    for name, viewer in world.viewers.items():
        told = set(await record.visible_to(viewer).values_list("id", flat=True))
        allowed = {row.record.pk for row in rows if may_know(viewer, row)}
        if record in IN_PART and viewer.signed_in:
            allowed |= await _published(record)
        found += [f"{name} is told of {record.__name__} {pk}" for pk in sorted(told - allowed)]
        found += [f"{name} is not told of {record.__name__} {pk}" for pk in sorted(allowed - told)]
    return found


async def _published(record: type[Record]) -> set[int]:
    state = "state" if record is MatterList else "list__state"
    return set(await record.filter(**{state: "published"}).values_list("id", flat=True))


async def test_every_record_tells_exactly_what_the_table_of_rights_says(town: str) -> None:
    world = await a_whole_world()
    found = [one for record in WALKED | RESTED | IN_PART for one in await leaks(world, record)]
    assert not found, "\n".join(found[:60])


async def test_every_row_is_in_the_world_with_somebody_who_may_and_somebody_who_may_not_know_it(
    town: str,
) -> None:
    world = await a_whole_world()
    for record in WALKED | RESTED:
        rows = [row for row in world.rows if type(row.record) is record]
        there = set(await record.all().values_list("id", flat=True))
        assert there == {row.record.pk for row in rows}, record.__name__
        knowing = {may_know(viewer, row) for viewer in world.viewers.values() for row in rows}
        assert knowing == {True, False}, f"{record.__name__} could not leak in this world"


async def test_what_is_everybodys_or_nobodys_is_so_for_each_viewer(town: str) -> None:
    world = await a_whole_world()
    by_name = {record.__name__: record for record in every_record()}
    for name, viewer in world.viewers.items():
        for open_to_all in SIGNED_IN:
            record = by_name[open_to_all]
            expected = await record.all().count() if viewer.signed_in else 0
            assert await record.visible_to(viewer).count() == expected, f"{name}: {open_to_all}"
        for public in EVERYBODY:
            record = by_name[public]
            assert await record.visible_to(viewer).count() == await record.all().count(), f"{name}: {public}"
        for hidden in NOBODY:
            try:
                assert not await by_name[hidden].visible_to(viewer).exists(), f"{name}: {hidden}"
            except NotImplementedError:
                continue


async def test_a_relation_said_to_be_open_leads_only_to_what_the_viewer_may_know(town: str) -> None:
    world = await a_whole_world()
    found = []
    for record in every_record():
        for name in sorted(record.opens):
            for who, viewer in world.viewers.items():
                target = record._meta.fields_map[name].related_model  # type: ignore[attr-defined]
                led_to = set(await record.visible_to(viewer).values_list(f"{name}_id", flat=True)) - {None}
                known = set(await target.visible_to(viewer).values_list("id", flat=True))
                if led_to - known and (record.__name__, name) not in SHOWN_WITH:
                    found.append(f"{who}: {record.__name__}.{name} leads to {sorted(led_to - known)}")
    assert not found, "\n".join(found)


async def test_each_record_that_shows_everything_is_found_out(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await a_whole_world()

    def everything(cls: type[Record], viewer: Viewer) -> QuerySet[Record]:
        return cls.all()

    for record in WALKED | RESTED:
        with monkeypatch.context() as planted:
            planted.setattr(record, "visible_to", classmethod(everything))
            assert any("is told of" in one for one in await leaks(world, record)), record.__name__


async def test_a_record_that_does_not_say_who_may_see_it_is_found_out(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await a_whole_world()
    monkeypatch.delattr(WorkRequest, "visible_to")
    with pytest.raises(NotImplementedError):
        await leaks(world, WorkRequest)
