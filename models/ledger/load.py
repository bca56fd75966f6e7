"""How much reached each village in a period, against a stated baseline and the same period a year before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.areas import end_of
from models.base.viewer import Viewer, for_all_eyes, subtree
from models.ledger.period import Period, Wanted
from models.people.roles import LEDGER_READERS
from models.policies import Policy, standing
from models.requests.records import ABOVE_VILLAGES
from models.tasks import Assignment
from models.units import Unit

A_YEAR = 365
BASELINE = "baseline_tasks"


@dataclass(frozen=True)
class Load:
    """Assignments that went out to the villages of an area, withdrawn ones and those to grids included."""

    villages: int
    tasks: int
    a_year_before: int
    days: int
    baseline: int
    """Assignments per village and year as a government has stated them for the time before; 0 where none has."""
    stated: Policy | None

    @property
    def per_village(self) -> Decimal:
        return tenths(Decimal(self.tasks) / self.villages) if self.villages else Decimal(0)

    @property
    def expected(self) -> Decimal | None:
        """What the baseline comes to for a village in so many days."""
        return tenths(Decimal(self.baseline * self.days) / A_YEAR) if self.baseline else None

    @property
    def against_baseline(self) -> Decimal | None:
        """Percent more (or, below zero, less) than the stated baseline."""
        return _percent(self.tasks * A_YEAR, self.baseline * self.days * self.villages)

    @property
    def against_a_year_before(self) -> Decimal | None:
        return _percent(self.tasks, self.a_year_before)


@dataclass(frozen=True)
class VillageLoad:
    """What went out to one village and its grids."""

    village: Unit
    tasks: int


@for_all_eyes
def oversees_villages(viewer: Viewer) -> bool:
    """The desks of townships and whoever watches the burden from there upwards."""
    return bool(_above(viewer).hats_as(*LEDGER_READERS))


async def load(viewer: Viewer, wanted: Wanted) -> Load:
    """The villages of the area and what went out to them: four statements."""
    period = wanted.period
    stated = await _stated(viewer, wanted)
    return Load(
        villages=await villages(viewer, wanted).count(),
        tasks=await dispatched(viewer, wanted, period).count(),
        a_year_before=await dispatched(viewer, wanted, period.a_year_before()).count(),
        days=period.days,
        baseline=stated.value if stated else 0,
        stated=stated,
    )


def villages(viewer: Viewer, wanted: Wanted) -> QuerySet[Unit]:
    """Villages that were there in the period, to be read page by page in the order of the tree."""
    there = Q(ended_on=None) | Q(ended_on__gte=wanted.period.since)
    return Unit.visible_to(viewer).filter(_area(viewer, wanted, "path"), there, level="village")


def dispatched(viewer: Viewer, wanted: Wanted, period: Period) -> QuerySet[Assignment]:
    """The assignments that went out in a period."""
    near = wanted.place is not None and wanted.place.level in {"village", "grid"}
    # A township sends to its own villages only, and there are far fewer tasks than copies to look up a unit for.
    column = "unit__path" if near else "task__township__path"
    asked = _area(viewer, wanted, column) & period.holding("task__dispatched_at")
    if wanted.last is not None:
        asked &= Q(id__lte=wanted.last[1])
    return Assignment.visible_to(viewer).filter(asked)


async def by_village(viewer: Viewer, wanted: Wanted, page: Sequence[Unit]) -> list[VillageLoad]:
    """What went out to each of these villages, one after the other in the tree: one statement."""
    if not page:
        return []
    rows = dispatched(viewer, wanted, wanted.period).filter(
        unit__path__gte=page[0].path, unit__path__lt=end_of(page[-1].path)
    )
    grouped = rows.annotate(count=Count("id")).group_by("unit__path")
    counts = Counter[str]()
    for path, n in await grouped.values_list("unit__path", "count"):
        counts[next((one.path for one in page if one.holds(str(path))), "")] += int(n)
    return [VillageLoad(village, counts[village.path]) for village in page]


async def _stated(viewer: Viewer, wanted: Wanted) -> Policy | None:
    """The baseline that holds at the place, with who stated it and on what ground."""
    hat = next(iter(_above(viewer).hats_as(*LEDGER_READERS)), None)
    path = wanted.place.path if wanted.place else hat.unit_path if hat else ""
    told = await standing(viewer, path) if path else []
    setting = next((one.setting for one in told if one.name == BASELINE), None)
    return setting if setting and setting.value else None


def _area(viewer: Viewer, wanted: Wanted, column: str) -> Q:
    within = _above(viewer).area(column, *LEDGER_READERS)
    return within & subtree(column, wanted.place.path) if wanted.place else within


def _above(viewer: Viewer) -> Viewer:
    return viewer.narrowed(ABOVE_VILLAGES)


def tenths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _percent(now: int, before: int) -> Decimal | None:
    return tenths(Decimal(100 * (now - before)) / before) if before else None
