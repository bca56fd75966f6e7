"""How many screenings ended how, by department and period: counted from the stored verdicts whenever it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, fields

from tortoise.expressions import Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer, for_all_eyes
from models.ledger.period import Wanted
from models.screening import Screening
from models.units import Unit

CHUNK = 500
ABOVE_THE_VILLAGES = frozenset({"city", "county", "township", "department"})


@dataclass(frozen=True)
class Figures:
    """Stored screenings by verdict: each of them counts once, in the period in which it was given."""

    pending_review: int = 0
    admitted: int = 0
    forbidden: int = 0
    not_listed: int = 0
    too_often: int = 0
    answered: int = 0
    rejected: int = 0
    exception: int = 0

    @property
    def screened(self) -> int:
        """Automatic screenings: one for every request and township, and for every amendment."""
        return self.forbidden + self.not_listed + self.too_often + self.answered + self.pending_review

    @property
    def refused(self) -> int:
        """Rejections, by the list or by whoever read it."""
        return self.forbidden + self.not_listed + self.too_often + self.rejected


LABELS = {
    "screened": "自动过筛",
    "forbidden": "禁止下派",
    "not_listed": "清单外",
    "too_often": "次数已满",
    "rejected": "复核不符",
    "refused": "驳回合计",
    "answered": "以数作答",
    "pending_review": "转人工复核",
    "admitted": "复核通过",
    "exception": "例外准入",
}
"""Every figure in the order and words in which it is shown."""
VERDICTS_COUNTED = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True)
class Line:
    """One department's figures."""

    department: Unit
    figures: Figures


@for_all_eyes
def reads_the_ledger(viewer: Viewer) -> bool:
    """Those above the villages; what they count is what they may know of anyway."""
    return any(hat.unit_level in ABOVE_THE_VILLAGES for hat in viewer.hats)


def entries(viewer: Viewer, wanted: Wanted) -> QuerySet[Screening]:
    """The screenings behind the figures, as far as the viewer may know of them."""
    return Screening.visible_to(viewer).filter(wanted.screenings())


async def total(viewer: Viewer, wanted: Wanted) -> Figures:
    """All of them together, in one statement."""
    rows = entries(viewer, wanted).annotate(count=Count("id")).group_by("verdict")
    return _figures({str(verdict): int(n) for verdict, n in await rows.values_list("verdict", "count")})


def departments(viewer: Viewer, wanted: Wanted) -> QuerySet[Unit]:
    """Whoever asked for something in the period, to be read page by page in the order of the tree."""
    asked = entries(viewer, wanted).values("request__department_id")
    return Unit.visible_to(viewer).filter(id__in=Subquery(asked))


async def lines(viewer: Viewer, wanted: Wanted, page: Sequence[Unit]) -> list[Line]:
    """The figures of these departments, in one statement."""
    rows = entries(viewer, wanted).filter(request__department_id__in=[unit.pk for unit in page])
    grouped = rows.annotate(count=Count("id")).group_by("request__department_id", "verdict")
    counts: dict[int, dict[str, int]] = {}
    for department, verdict, n in await grouped.values_list("request__department_id", "verdict", "count"):
        counts.setdefault(int(department), {})[str(verdict)] = int(n)
    return [Line(unit, _figures(counts.get(unit.pk, {}))) for unit in page]


def _figures(counts: Mapping[str, int]) -> Figures:
    return Figures(**counts)


async def in_chunks(viewer: Viewer, wanted: Wanted, *related: str) -> AsyncIterator[list[Screening]]:
    """The screenings of the ledger, oldest first, some hundreds at a time."""
    rows = entries(viewer, wanted).order_by("id").limit(CHUNK).select_related("request", *related)
    after = 0
    while chunk := await rows.filter(id__gt=after):
        yield chunk
        after = chunk[-1].pk
