"""What a viewer reads of a value: the one place that says it, for rows and tables, for both doors and for forms.

Open values are read by whoever may know of them. Internal ones by the people of the village, the desk above it, officers of
the kind of department that owns the element, and whoever asked for them in a request that a person let in. Sensitive ones by
the people of the village. Everybody else sees that there is a value, and must say what for before they read it (`reveal`).
Where one or two people are counted, whoever is not at the township reads even less: who they are would be known there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from tortoise.expressions import Q

from models.base.clock import today
from models.base.traces import Extent, Traces
from models.base.viewer import NOTHING, Hat, Viewer
from models.people.roles import ASKERS, DESK, EVERYBODY, VILLAGE_PEOPLE
from models.registry.owners import owns
from models.registry.reveals import Reveal

MASK = "＊＊＊"
"""What stands where a value is masked."""
FEW = (Decimal(1), Decimal(2))
"""So few people that a number names them."""


class Sorted(Protocol):
    """What the rule looks at of an element."""

    code: str
    kind: str
    owner: str
    sensitivity: str


@dataclass(frozen=True)
class Grant:
    """Elements that somebody may read within some places, beyond what their post lets them."""

    codes: frozenset[str]
    paths: tuple[str, ...]

    def covers(self, code: str, path: str) -> bool:
        return code in self.codes and path.startswith(self.paths)


ASKED: list[Callable[[Viewer], Awaitable[Sequence[Grant]]]] = []
"""What a viewer asked for in requests that a person let in: said by whoever knows of requests."""


@dataclass(frozen=True)
class Reach:
    """What one person reads: by where they belong, by what they own, by what they asked for, and by what they gave a reason for."""

    signed_in: bool
    homes: tuple[str, ...]
    desks: tuple[str, ...]
    offices: tuple[tuple[str, str], ...]
    """Names of departments one is an officer of, each with the path of the place it works for."""
    asked: tuple[Grant, ...]
    revealed: tuple[Grant, ...]

    def reads(self, element: Sorted, path: str, number: Decimal | None) -> bool:
        """Whether a value of this element at this place, with this number, is theirs to read."""
        if element.sensitivity == "open":
            return self.signed_in
        if path.startswith(self.homes) or self._revealed(element, path):
            return True
        if element.sensitivity != "internal":
            return False
        if path.startswith(self.desks):
            return True
        return not is_few(element, number) and self._answers_for(element, path)

    def _revealed(self, element: Sorted, path: str) -> bool:
        return any(one.covers(element.code, path) for one in self.revealed)

    def _answers_for(self, element: Sorted, path: str) -> bool:
        owned = any(path.startswith(place) and owns(name, element.owner) for name, place in self.offices)
        return owned or any(one.covers(element.code, path) for one in self.asked)


@dataclass(frozen=True)
class Reading:
    """What a viewer reads; of another's pages only what both do."""

    by: tuple[Reach, ...]

    @property
    def named(self) -> frozenset[str]:
        """Codes of the elements that a reveal or a request names: all others are read by their kind."""
        return frozenset(c for one in self.by for grant in (*one.asked, *one.revealed) for c in grant.codes)

    def reads(self, element: Sorted, path: str, number: Decimal | None = None) -> bool:
        return all(one.reads(element, path, number) for one in self.by)


async def reading_of(viewer: Viewer) -> Reading:
    """What this viewer reads today: two statements, and those that tell what was asked for."""
    return Reading(tuple([await _reach(one) for one in viewer.eyes]))


async def _reach(viewer: Viewer) -> Reach:
    offices = viewer.hats_as(*ASKERS)
    asked = [grant for told in ASKED for grant in await told(viewer)] if offices else []
    return Reach(
        signed_in=viewer.signed_in,
        homes=tuple(home_of(hat) for hat in viewer.hats_as(*VILLAGE_PEOPLE)),
        desks=tuple(hat.unit_path for hat in viewer.hats_as(*DESK)),
        offices=tuple((hat.unit_name, place_of(hat)) for hat in offices),
        asked=tuple(asked),
        revealed=await _revealed(viewer),
    )


async def _revealed(viewer: Viewer) -> tuple[Grant, ...]:
    if viewer.person_id is None:
        return ()
    rows = Reveal.filter(by__person_id=viewer.person_id, until=today()).values_list("elements", "unit__path")
    return tuple(Grant(frozenset(codes), (str(path),)) for codes, path in await rows)


def is_few(element: Sorted, number: Decimal | None) -> bool:
    """Whether a number of people (or of households) is so small that it names them."""
    return element.kind == "count" and element.sensitivity != "open" and number in FEW


def place_of(hat: Hat) -> str:
    """The place a post works for: a department's is the one above it, a grid's its village."""
    return _above(hat.unit_path) if hat.unit_level in {"department", "grid"} else hat.unit_path


def home_of(hat: Hat) -> str:
    return place_of(hat)


def _above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"


def known_to(viewer: Viewer) -> Q:
    """The values a viewer may know of, masked or not: open ones, and all of the places they work for."""
    if not viewer.signed_in:
        return NOTHING
    near = replace(viewer, hats=tuple(replace(hat, unit_path=place_of(hat)) for hat in viewer.hats))
    return Q(element__sensitivity="open") | near.area("unit__path", *EVERYBODY)


class Masks(Traces):
    """Of a value what it says, and not that it is there."""

    def extent(self, viewer: Viewer) -> Extent:
        """The people of a village know of no values but open ones and their own."""
        of_villages = all(
            hat.role in VILLAGE_PEOPLE and hat.unit_level in {"village", "grid"}
            for one in viewer.eyes
            for hat in one.hats
        )
        return Extent.ALL if of_villages and all(one.signed_in for one in viewer.eyes) else Extent.SOME

    beside: ClassVar = ("element", "unit")
    """What is read along with a row to know of what and of where it is."""

    async def among(self, viewer: Viewer, record: Any, numbers: Sequence[int]) -> frozenset[int]:
        rows = await record.filter(id__in=list(numbers)).select_related(*self.beside)
        if viewer.signed_in and all(one.element.sensitivity == "open" for one in rows):
            return frozenset(one.pk for one in rows)
        reading = await reading_of(viewer)
        return frozenset(
            one.pk for one in rows if reading.reads(one.element, self.place(one), self.figure(one))
        )

    def place(self, row: Any) -> str:
        """The path of the place whose value it is."""
        return str(row.unit.path)

    def figure(self, row: Any) -> Decimal | None:
        number: Decimal | None = row.number
        return number


VALUE = Masks(
    columns={"value": None, "number": None, "dispute": None, "settlement": None},
    commands=frozenset(),
    read_by=(),
    rows=lambda viewer: NOTHING,
)
