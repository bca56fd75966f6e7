"""The figures of one place in one period, each from a statement of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tortoise.functions import Count, Sum

from models.base.refusals import NotFound
from models.base.viewer import Viewer, subtree
from models.burden.asked_fields import AskedFields, asked_fields
from models.burden.rows import REFUSED, merged_away, sent, sent_tasks, taken_up, with_fields
from models.ledger import Figures, Load, Wanted, load, oversees_villages, total
from models.people.roles import LEDGER_READERS
from models.policies import upwards
from models.requests.records import ABOVE_VILLAGES
from models.screening import Screening
from models.units import Unit

HUNDREDTHS = Decimal("0.01")


@dataclass(frozen=True)
class Fields:
    """Values that requests named, by what became of them: one for every data element and village."""

    to_fill: int = 0
    struck: int = 0
    """On file and fresh, so that no village's form asks for them."""
    from_file: int = 0
    """Answered from file altogether, nobody disturbed."""
    refused: int = 0

    @property
    def wanted(self) -> int:
        return self.to_fill + self.struck + self.from_file + self.refused


@dataclass(frozen=True)
class Burden:
    """What reached the villages of a place, and what was kept from them."""

    load: Load | None
    """None for those who ask: what other departments ask of villages is not theirs to count."""
    tasks: int
    hours: Decimal
    requests: int
    merged: int
    screenings: Figures
    fields: Fields
    forms: AskedFields
    """What the forms of the copies asked, and spared."""


async def burden(viewer: Viewer, wanted: Wanted) -> Burden:
    """A fixed number of statements, however much there is."""
    watches = oversees_villages(viewer)
    return Burden(
        load=await load(viewer, wanted) if watches else None,
        tasks=await sent_tasks(viewer, wanted).count() if watches else 0,
        hours=await hours_of(viewer, wanted) if watches else Decimal(0),
        requests=await taken_up(viewer, wanted).count(),
        merged=await merged_away(viewer, wanted).count(),
        screenings=await total(viewer, wanted),
        fields=await fields_of(viewer, wanted),
        forms=await asked_fields(viewer, wanted),
    )


async def hours_of(viewer: Viewer, wanted: Wanted) -> Decimal:
    """The estimated hours of everything that went out: those of its matter, for each copy."""
    summed = (
        sent(viewer, wanted).annotate(hours=Sum("task__matter__effort_hours")).group_by("task__township_id")
    )
    told = await summed.values_list("task__township_id", "hours")
    return sum((exact(hours) for _, hours in told), Decimal(0))


def exact(hours: Any) -> Decimal:
    """SQLite sums in binary; what it sums has two digits, so that rounding to two gives the very sum."""
    return Decimal(str(hours or 0)).quantize(HUNDREDTHS)


async def fields_of(viewer: Viewer, wanted: Wanted) -> Fields:
    summed = with_fields(viewer, wanted).annotate(asked=Sum("fields_wanted"), held=Sum("fields_held"))
    grouped = summed.group_by("state").values_list("state", "asked", "held")
    return fields_told([(str(s), int(a), int(h)) for s, a, h in await grouped])


def fields_told(by_state: Sequence[tuple[str, int, int]]) -> Fields:
    """States with what was wanted and what of it was on file."""
    going = [(asked, held) for state, asked, held in by_state if state not in {"answered", "rejected"}]
    return Fields(
        to_fill=sum(asked - held for asked, held in going),
        struck=sum(held for _, held in going),
        from_file=sum(asked for state, asked, _ in by_state if state == "answered"),
        refused=sum(asked for state, asked, _ in by_state if state == "rejected"),
    )


async def home(viewer: Viewer) -> Unit | None:
    """The place whose villages this viewer watches over, to start from."""
    hats = viewer.narrowed(ABOVE_VILLAGES).hats_as(*LEDGER_READERS)
    return await Unit.visible_to(viewer).filter(id=hats[0].unit_id).first() if hats else None


async def place_of(viewer: Viewer, place: Unit | None) -> Unit | None:
    """The place that was asked for, or the viewer's own; one of which they could only read a false 0 is not found."""
    if place is None:
        return await home(viewer)
    if oversees_villages(viewer):
        hats = viewer.narrowed(ABOVE_VILLAGES).hats_as(*LEDGER_READERS)
        told = place.level != "department" and any(place.path.startswith(hat.unit_path) for hat in hats)
    else:
        told = place.level in ABOVE_VILLAGES
    if not told:
        raise NotFound(f"没有找到这个{place.called}。")
    return place


async def refused_nearby(viewer: Viewer, wanted: Wanted) -> tuple[Unit | None, Figures]:
    """How often the villages' county was spared something: totals, never a request, for the people of its villages."""
    hat = viewer.hat
    if hat is None:
        return None, Figures()
    county = await Unit.visible_to(viewer).filter(path__in=upwards(hat.unit_path), level="county").first()
    if county is None:
        return None, Figures()
    rows = Screening.filter(
        wanted.period.holding("at"), subtree("request__township__path", county.path), verdict__in=REFUSED
    )
    counted = rows.annotate(count=Count("id")).group_by("verdict").values_list("verdict", "count")
    return county, Figures(**{str(verdict): int(n) for verdict, n in await counted})
