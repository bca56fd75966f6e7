"""Who asks most of villages: figures for every asker of a county or city, published to those above the villages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tortoise.functions import Count

from models.base.refusals import NotFound
from models.base.viewer import Viewer, for_all_eyes, subtree
from models.burden.asker_rows import BEHIND, behind
from models.exporting import Table
from models.ledger import Period, reads_the_ledger
from models.policies import upwards
from models.requests import WorkRequest
from models.units import Unit

COLUMNS = {
    "asked": "提出申请",
    "refused": "驳回合计",
    "forbidden": "禁止下派",
    "not_listed": "清单外",
    "too_often": "次数已满",
    "rejected": "复核不符",
    "exception": "例外准入",
    "waived": "带理由免勾",
    "duplicate": "重复要求",
    "short": "期限过短",
    "anew": "签批重填",
}
"""Every figure of an asker, in the order and words in which it is shown."""


BESIDE_BOARDS = ("asked", "refused", "duplicate", "short")


def asker_table() -> Table:
    """An empty table with a column for every figure."""
    heads = [("单位编码", 18), ("单位", 28), *((label, 12) for label in COLUMNS.values())]
    return Table("部门派活", heads)


@dataclass(frozen=True)
class AskersWanted:
    """Whose askers are looked at, in which period, and by which figure they are sorted."""

    region: Unit
    period: Period
    by: str = "refused"

    @property
    def sorted_by(self) -> str:
        return self.by if self.by in COLUMNS else "refused"


@dataclass(frozen=True)
class AskerLine:
    """One department, office or township with what it asked of villages."""

    unit: Unit
    figures: Mapping[str, int]


@for_all_eyes
def reads_askers(viewer: Viewer) -> bool:
    """Those above the villages, who may be asked about it themselves."""
    return reads_the_ledger(viewer)


async def region_of(viewer: Viewer, place: Unit | None = None) -> Unit:
    """The county (or city) the viewer belongs to, or a county of their city; anything else is not found."""
    own = await _own_regions(viewer)
    if place is None and own:
        return own[0]
    if place is not None and place.level in {"city", "county"} and any(one.holds(place.path) for one in own):
        return place
    raise NotFound("没有找到这个页面。")


async def _own_regions(viewer: Viewer) -> list[Unit]:
    """For each post above the villages the county it lies in, or the city for what stands right below it."""
    paths = [hat.unit_path for hat in viewer.hats if hat.unit_level not in {"village", "grid"}]
    wanted = {above for path in paths for above in upwards(path)}
    rows = Unit.visible_to(viewer).filter(path__in=sorted(wanted), level__in=("city", "county"))
    units = await rows.order_by("-path")
    return [next(one for one in units if path.startswith(one.path)) for path in paths]


async def sums_of(wanted: AskersWanted, figure: str, within: Sequence[int] | None = None) -> dict[int, int]:
    """One figure by asker, for all of the region or for some askers; one statement.

    Published totals, so they are counted over everything, and never name a request.
    """
    record, request = BEHIND[figure]
    rows = behind(figure, record.filter(), wanted.region, wanted.period)
    column = f"{request}department_id"
    if within is not None:
        rows = rows.filter(**{f"{column}__in": list(within)})
    told = await rows.annotate(count=Count("id")).group_by(column).values_list(column, "count")
    return {int(str(unit)): int(str(count)) for unit, count in told}


async def askers(
    viewer: Viewer, wanted: AskersWanted, size: int, after: tuple[int, str] | None = None
) -> tuple[list[AskerLine], bool]:
    """A page of askers with most of the chosen figure first, and whether there are more.

    Sorted here, since the order is by a sum: a region has some hundreds of askers, however much they ask.
    """
    figure = wanted.sorted_by
    everybody = {**dict.fromkeys(await _all_of_them(wanted), 0), **await sums_of(wanted, figure)}
    rows = Unit.visible_to(viewer).filter(id__in=sorted(everybody)).order_by("path").only("id", "path")
    ranked = sorted((-everybody[unit.pk], unit.path, unit.pk) for unit in await rows)
    if after is not None:
        ranked = [one for one in ranked if one[:2] > (-after[0], after[1])]
    return await _lines(viewer, wanted, [number for _, _, number in ranked[:size]]), len(ranked) > size


async def asking_most(viewer: Viewer, wanted: AskersWanted, size: int) -> list[AskerLine]:
    """Those with most of the chosen figure, with what is told beside the boards. Five statements."""
    told = {figure: await sums_of(wanted, figure) for figure in BESIDE_BOARDS}
    asked = {number for of in told.values() for number in of}
    rows = await Unit.visible_to(viewer).filter(id__in=sorted(asked))
    order = sorted(rows, key=lambda one: (-told[wanted.sorted_by].get(one.pk, 0), one.path))
    return [AskerLine(unit, {name: of.get(unit.pk, 0) for name, of in told.items()}) for unit in order[:size]]


async def _all_of_them(wanted: AskersWanted) -> set[int]:
    """Whoever asked for anything in the period, or was answered in it."""
    return {
        *await sums_of(wanted, "asked"),
        *await sums_of(wanted, "refused"),
        *await sums_of(wanted, "exception"),
    }


async def _lines(viewer: Viewer, wanted: AskersWanted, numbers: Sequence[int]) -> list[AskerLine]:
    """All figures of these askers, in this order: one statement for each figure."""
    if not numbers:
        return []
    told = {figure: await sums_of(wanted, figure, numbers) for figure in COLUMNS}
    units = {unit.pk: unit for unit in await Unit.visible_to(viewer).filter(id__in=list(numbers))}
    return [
        AskerLine(units[number], {figure: told[figure].get(number, 0) for figure in COLUMNS})
        for number in numbers
    ]


async def opened_by(viewer: Viewer, wanted: AskersWanted, lines: Sequence[AskerLine]) -> set[int]:
    """Those of the askers of whom the viewer may open anything: of others only the totals are published."""
    rows = WorkRequest.visible_to(viewer).filter(
        subtree("township__path", wanted.region.path), department_id__in=[line.unit.pk for line in lines]
    )
    told = await rows.annotate(count=Count("id")).group_by("department_id").values_list("department_id")
    return {int(str(number)) for (number,) in told}
