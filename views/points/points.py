"""Points (工分): what each accepted result brought a village or oneself, why, and what was taken back, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Subquery
from tortoise.functions import Sum
from tortoise.queryset import QuerySet

from models import evaluation, points, schemes
from models.base.clock import today
from models.base.records import row_number
from models.base.refusals import NotFound
from models.base.text import kept
from models.base.viewer import Viewer
from models.points import PointEntry
from models.schemes import VillageIndex, evaluates, kind_and_start, own_or_evaluated
from models.schemes.periods import period_key, period_name, span
from models.units import Unit, named
from views.base.pages import page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.evaluation.indices import contested

NEWEST = ("-counts_on", "-id")
MOST_FOUND = 30


@dataclass(frozen=True)
class Wanted:
    """Whose entries, and of which period."""

    village: Unit | None
    """None for the reader's own as a person, or everything they evaluate."""
    mine: bool
    kind: str
    since: date

    @property
    def period(self) -> str:
        return period_name(self.kind, self.since)

    @property
    def key(self) -> str:
        return period_key(self.kind, self.since)

    def among(self, viewer: Viewer) -> QuerySet[PointEntry]:
        rows = PointEntry.visible_to(viewer)
        if self.mine:
            rows = rows.filter(person_id=viewer.person_id)
        elif self.village is not None:
            rows = rows.filter(unit_id=self.village.pk, person_id__isnull=True)
        else:
            rows = rows.filter(person_id__isnull=True)
        return rows.filter(counts_on__gte=self.since, counts_on__lte=span(self.kind, self.since)[1])


async def listing(request: Request) -> Response:
    """The ledger of one's village, of oneself, or of the places one evaluates, newest first, with its sum."""
    viewer = request.state.viewer
    homes = await _homes(viewer)
    wanted = await _wanted(request, homes)
    rows = wanted.among(viewer).select_related("unit").prefetch_related("reversed_by", "reverses")
    shown = await paged(request, rows, by=NEWEST)
    counted = wanted.mine or wanted.village is not None
    return page(
        request,
        "points/list.html",
        shown=shown,
        wanted=wanted,
        total=points.shown_points(await _total(viewer, wanted)) if counted else "",
        homes=homes,
        periods=_periods(wanted),
        about=await points.abouts(viewer, shown.rows),
        evaluating=_is_evaluator(viewer),
        text=request.query_params.get("q", ""),
        found=await _found(viewer, kept(request.query_params.get("q", ""))),
    )


async def _homes(viewer: Viewer) -> list[Unit]:
    """The villages of the viewer's own posts whose ledger is theirs to read."""
    units = sorted({hat.unit_id for hat in viewer.hats if hat.unit_level == "village"})
    return await Unit.filter(own_or_evaluated(viewer, ""), id__in=units).order_by("path") if units else []


async def _wanted(request: Request, homes: list[Unit]) -> Wanted:
    query = request.query_params
    kind, since = kind_and_start(query.get("period", "")) or ("year", date(today().year, 1, 1))
    at = query.get("at", "")
    village = await _village(request.state.viewer, at) if at else next(iter(homes), None)
    alone = village is None and not _is_evaluator(request.state.viewer)
    return Wanted(village, alone or "mine" in query, kind, since)


async def _village(viewer: Viewer, asked: str) -> Unit:
    """Only where the ledger is the viewer's to read: anywhere else its sum would be a false 0."""
    rows = Unit.visible_to(viewer).filter(own_or_evaluated(viewer, ""), level="village")
    found = await rows.get_or_none(pk=row_number(asked) or 0)
    if found is None:
        raise NotFound(f"没有找到这个{Unit.called}。")
    return found


def _is_evaluator(viewer: Viewer) -> bool:
    return any(schemes.is_evaluator(viewer, hat.unit_path) for hat in viewer.hats)


async def _total(viewer: Viewer, wanted: Wanted) -> int:
    """Thousandths of a point, added up by the database."""
    rows = PointEntry.filter(id__in=Subquery(wanted.among(viewer).values("id")))
    told = await rows.annotate(total=Sum("points")).values("total")
    return int(told[0]["total"] or 0)


def _periods(wanted: Wanted) -> list[tuple[str, str]]:
    """This month and the one before, this quarter, this year and the last, and the one that is looked at."""
    day = today()
    before = span("month", date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1))[0]
    found = {
        period_key(kind, since): period_name(kind, since)
        for kind, since in (
            ("month", span("month", day)[0]),
            ("month", before),
            ("quarter", span("quarter", day)[0]),
            ("year", span("year", day)[0]),
            ("year", date(day.year - 1, 1, 1)),
        )
    }
    return list((found | {wanted.key: wanted.period}).items())


async def _found(viewer: Viewer, text: str) -> list[Unit]:
    """Villages of the area that the viewer evaluates, by a part of the name."""
    if not text:
        return []
    rows = Unit.visible_to(viewer).filter(evaluates(viewer, ""), level="village").filter(named(text))
    return await rows.order_by("path").limit(MOST_FOUND)


async def show(request: Request) -> Response:
    """One entry: what it is for, how it was worked out, what stands beside it, and what may be done about it."""
    viewer = request.state.viewer
    entry = await PointEntry.find(viewer, request.path_params["id"])
    await entry.fetch_related("scheme", "reversed_by", "reverses", "post__unit")
    return page(
        request,
        "points/show.html",
        entry=entry,
        evaluation=evaluation,
        about=await points.abouts(viewer, [entry]),
        score=await _score_of(viewer, entry),
        contested=(await contested(viewer, [entry])).get(entry.pk),
        shown_points=points.shown_points,
    )


async def _score_of(viewer: Viewer, entry: PointEntry) -> VillageIndex | None:
    """The month's index in which the entry counts, for whoever may appeal against it."""
    if entry.person_id is not None or entry.reverses_id is not None:
        return None
    rows = VillageIndex.visible_to(viewer).filter(unit_id=entry.unit_id, period__kind="month")
    rows = rows.filter(period__since__lte=entry.counts_on, period__until__gte=entry.counts_on)
    return await rows.prefetch_related(*VillageIndex.judged_with).first()


routes: list[Any] = [
    Route("/points", listing),
    Route("/points/{id:int}", show),
    FormsOn(RowOf(PointEntry), show, at="/points/{id:int}")(
        "reverse", evaluation.reverse, "已撤销，更正的一条会在几秒内记上。"
    ),
]
