"""Taking a simulation away: who would move, and whose points would change, as tables for a desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models.base.pools import PACKING
from models.base.viewer import Viewer
from models.evaluation.simulation import Move, Simulation
from models.evaluation.tallies import PersonScore
from models.exporting import Cell, Table
from models.points.entries import MILLI
from models.schemes.periods import Period

MOVE_HEADS = (
    *(("村社", 18), ("分组（现在）", 16), ("名次（现在）", 10), ("指数（现在）", 10)),
    *(("分组（试算）", 16), ("名次（试算）", 10), ("指数（试算）", 10), ("名次变化", 10)),
)
PERSON_HEADS = (("姓名", 12), ("村社", 18), ("工分（现在）", 12), ("工分（试算）", 12), ("变化", 10))
AT_ONCE = 500


@dataclass(frozen=True)
class PersonMove:
    """One person's points as they were credited and as they would be, in thousandths."""

    name: str
    place: str
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


async def persons_of(
    viewer: Viewer, period: Period, simulation: Simulation, most: int | None = None
) -> list[PersonMove]:
    """Those whose points would differ, the farthest first, as far as the viewer evaluates them."""
    changed = simulation.persons[:most]
    names: dict[int, tuple[str, str]] = {}
    for first in range(0, len(changed), AT_ONCE):
        numbers = [person for person, _, _ in changed[first : first + AT_ONCE]]
        rows = PersonScore.visible_to(viewer).filter(period=period, person_id__in=numbers).order_by("id")
        for person, name, place in await rows.values_list("person_id", "person__name", "unit__name"):
            names.setdefault(int(str(person)), (str(name), str(place)))
    return [PersonMove(*names[person], *points) for person, *points in changed if person in names]


async def table_of_villages(simulation: Simulation) -> bytes:
    """Every village of the period, those that move the farthest first."""
    moving = simulation.moving
    moved = {one.unit.pk for one in moving}
    still = (one for one in simulation.moves if one.unit.pk not in moved)
    return await PACKING.run(_packed, "试算：村社", MOVE_HEADS, map(_village, [*moving, *still]))


async def table_of_persons(viewer: Viewer, period: Period, simulation: Simulation) -> bytes:
    persons = await persons_of(viewer, period, simulation)
    return await PACKING.run(_packed, "试算：人员", PERSON_HEADS, map(_person, persons))


def _packed(title: str, heads: tuple[tuple[str, int], ...], rows: Iterable[list[Cell]]) -> bytes:
    made = Table(title, heads)
    for row in rows:
        made.add(row)
    return made.packed()


def _village(one: Move) -> list[Cell]:
    before = [one.group_before, one.rank_before, _hundredths(one.score_before)]
    after = [one.group_after or "没有组", one.rank_after, _hundredths(one.score_after)]
    return [one.unit.name, *before, *after, one.moved]


def _hundredths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value) / 100


def _person(one: PersonMove) -> list[Cell]:
    return [one.name, one.place, *(Decimal(points) / MILLI for points in (one.before, one.after, one.change))]
