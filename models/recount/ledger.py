"""The recount: every stored screening read one by one, every verdict of the trail looked up, both ways."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.base.viewer import Viewer
from models.ledger.figures import LABELS, VERDICTS_COUNTED, Figures, departments, in_chunks, lines
from models.ledger.period import Wanted
from models.recount.verdicts import SUBMITTED, Given, given_in, tells_of
from models.screening import Screening, replay


@dataclass
class Recount:
    """What reading every screening gives: figures by department number, and what does not hold together."""

    by_department: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)

    @property
    def total(self) -> Figures:
        return Figures(**sum(self.by_department.values(), Counter()))

    def of(self, department: int) -> Figures:
        return Figures(**self.by_department.get(department, Counter()))


async def recount_ledger(viewer: Viewer, wanted: Wanted, *, replayed: bool = False) -> Recount:
    """Count again without the database's own counting; with `replayed`, recompute each verdict on the way."""
    told = Recount()
    spoken_of = await _looked_up(wanted, told)
    async for chunk in in_chunks(viewer, wanted):
        for row in chunk:
            told.by_department[row.request.department_id][row.verdict] += 1
        told.faults += [
            f"过筛结论 {row.pk}：办理经过里没有这一条" for row in chunk if row.pk not in spoken_of
        ]
        if replayed:
            told.faults += [f"过筛结论 {row.pk}：{one}" for row in chunk for one in await replay(row)]
    await _compare_departments(viewer, wanted, told)
    return told


async def _looked_up(wanted: Wanted, told: Recount) -> set[int]:
    """The numbers of all screenings of which the trail speaks; whatever it speaks of in vain is a fault."""
    found: set[int] = set()
    async for chunk in given_in(wanted):
        numbers = sorted({one.request for one in chunk})
        stored: dict[int, list[Screening]] = {}
        for row in await Screening.filter(request_id__in=numbers).order_by("id"):
            stored.setdefault(row.request_id, []).append(row)
        for one in chunk:
            kept = _kept_of(one, stored.get(one.request, []), found)
            if kept is not None:
                found.add(kept.pk)
            if one.at < wanted.period.ends:
                told.faults += _other_than(one, kept)
    return found


def _kept_of(one: Given, stored: Sequence[Screening], found: set[int]) -> Screening | None:
    """The row of this verdict, each row for one event alone."""
    if not one.is_automatic:
        return next((row for row in stored if row.pk == one.screening), None)
    return next(
        (
            row
            for row in stored
            if row.kind == "automatic" and row.pk not in found and tells_of(one.at, row.at)
        ),
        None,
    )


def _other_than(one: Given, row: Screening | None) -> list[str]:
    """In what the stored row differs from the verdict that was given."""
    what = LABELS[one.verdict] if one.verdict else "提出" if one.command == SUBMITTED else "修改"
    if row is None:
        return [f"申请 {one.request}：办理经过里有“{what}”，数据库里没有它的过筛结论"]
    if one.verdict and row.verdict != one.verdict:
        return [f"过筛结论 {row.pk}：办理经过里是“{what}”，数据库里是“{LABELS[row.verdict]}”"]
    if not tells_of(one.at, row.at):
        return [f"过筛结论 {row.pk}：时间与办理经过不符"]
    return []


async def _compare_departments(viewer: Viewer, wanted: Wanted, told: Recount) -> None:
    """Department by department and reason by reason, against what the pages show."""
    shown: Mapping[int, Figures] = {
        line.department.pk: line.figures
        for line in await lines(viewer, wanted, await departments(viewer, wanted))
    }
    for number in sorted({*shown, *told.by_department}):
        page, again = shown.get(number, Figures()), told.of(number)
        told.faults += [
            f"单位 {number} {LABELS[name]}：页面为 {getattr(page, name)}，逐条重数为 {getattr(again, name)}"
            for name in VERDICTS_COUNTED
            if getattr(page, name) != getattr(again, name)
        ]
