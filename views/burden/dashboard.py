"""减负看板: what reached villages and what was kept from them, place by place; every figure opens to its rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import burden, ledger
from models.base.records import row_number
from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.burden import Month
from models.ledger import Wanted
from models.matters import VERDICTS
from models.people.roles import ASKERS
from models.policies import policy, upwards
from models.units import Unit
from views.base.pages import page
from views.base.paging import paged
from views.base.words import trimmed
from views.ledger.periods import dates, period_or_year, usual

REASONS = ("forbidden", "not_listed", "too_often", "rejected")
RELATED = {
    "assignments": ("unit", "task__matter"),
    "received": ("unit", "task__matter"),
    "tasks": ("township", "matter"),
    "requests": ("request__department", "task"),
    "merged": ("request__department", "task"),
    "fields": ("department", "township"),
}
OF_OVERSEERS = ("assignments", "tasks")
"""What only those who watch over villages can count."""
HOW_COUNTED = {
    "tasks": "一个任务派到几个村，只算一个。",
    "merged": "和更早提出的申请合成一个任务的；最早的那件不算。",
    "refused": "修改后又被驳回的另算一件。",
}
OF_SCREENINGS = ("request__department", "request__township")


async def show(request: Request) -> Response:
    """The dashboard of a place, or for the people of a village what is theirs to see of it."""
    viewer = request.state.viewer
    if not ledger.reads_the_ledger(viewer):
        return await _of_a_village(request)
    wanted = await _wanted(request)
    told = await burden.burden(viewer, wanted)
    by_month = await burden.months(viewer, wanted) if told.load else []
    below, lines = None, []
    if told.load and wanted.place is not None and wanted.place.level == "township":
        lines = await burden.busiest(viewer, wanted.place, wanted)
    elif told.load and wanted.place is not None:
        below = await paged(request, burden.children(viewer, wanted.place, wanted), by=("path",))
        lines = await burden.tallies(viewer, wanted, below.rows)
    return page(
        request,
        "burden/show.html",
        told=told,
        heading=_heading(viewer, wanted, bool(told.load)),
        each=burden.each(told.load.tasks, told.load.villages) if told.load else None,
        bars=_bars(by_month, told.load.villages if told.load else 0, _at(wanted)),
        reasons=_reasons(told.screenings, _asked(wanted)),
        shown=below,
        lines=lines,
        above=await _above(viewer, wanted),
        monthly=_monthly(told.load.baseline if told.load else 0),
        **_words(wanted),
    )


async def _of_a_village(request: Request) -> Response:
    """Their own load, and how often their county was spared something: totals, never a request."""
    viewer: Viewer = request.state.viewer
    wanted = await _own(request)
    county, spared = await burden.refused_nearby(viewer, wanted)
    assert wanted.place is not None
    by_month = await burden.months(viewer, wanted, burden.received)
    return page(
        request,
        "burden/village.html",
        bars=_bars(by_month, 1, _at(wanted), figure="received"),
        received=await burden.received(viewer, wanted).count(),
        forms=await burden.asked_fields(viewer, wanted, burden.received),
        county=county,
        spared=spared,
        reasons=_reasons(spared, ""),
        monthly=_monthly(await policy(wanted.place.path, "baseline_tasks")),
        **_words(wanted),
    )


async def rows(request: Request) -> Response:
    """The rows behind one figure, newest first."""
    viewer = request.state.viewer
    figure = request.path_params["figure"]
    above = ledger.reads_the_ledger(viewer)
    if figure not in burden.ROWS or above == (figure == "received"):
        raise NotFound("没有找到这个页面。")
    if figure in OF_OVERSEERS and not ledger.oversees_villages(viewer):
        raise NotFound("没有找到这个页面。")
    wanted = await _wanted(request) if above else await _own(request)
    found = burden.rows_of(figure, viewer, wanted)
    shown = await paged(request, found.select_related(*RELATED.get(figure, OF_SCREENINGS)))
    return page(
        request,
        "burden/rows.html",
        figure=figure,
        heading=burden.ROWS[figure][0] or VERDICTS[figure],
        count=(count := await found.count()),
        sums=await _sums(viewer, wanted, figure, count),
        shown=shown,
        **_words(wanted),
    )


async def _sums(viewer: Viewer, wanted: Wanted, figure: str, count: int) -> str:
    """How the figure that led here comes from these rows."""
    if figure == "assignments":
        villages = await ledger.villages(viewer, wanted).count()
        each, hours = burden.each(count, villages), await burden.hours_of(viewer, wanted)
        return f"{count} 件 ÷ {villages} 个村社 ＝ 每村 {trimmed(each)} 件；{count} 件合计 {trimmed(hours)} 小时。"
    if figure == "fields":
        fields = await burden.fields_of(viewer, wanted)
        return f"{count} 件申请，共 {fields.wanted} 项次。"
    return HOW_COUNTED.get(figure, "")


def _heading(viewer: Viewer, wanted: Wanted, watches: bool) -> str:
    """Whose numbers these are: a place's, or of whoever asks only what they asked for themselves."""
    place = wanted.place.name if wanted.place else ""
    if watches:
        return f"{place}减负看板"
    own = "、".join(dict.fromkeys(hat.unit_name for hat in viewer.hats_as(*ASKERS)))
    return f"{own or '本单位'}的申请{f'（在{place}）' if place else ''}"


async def _wanted(request: Request) -> Wanted:
    """The period and the place of the address; without a place, the viewer's own."""
    viewer = request.state.viewer
    at = row_number(request.query_params.get("at", ""))
    place = await burden.place_of(viewer, await Unit.find(viewer, at) if at else None)
    return Wanted(period_or_year(request), place)


async def _own(request: Request) -> Wanted:
    viewer: Viewer = request.state.viewer
    if viewer.hat is None:
        raise NotFound("没有找到这个页面。")
    return Wanted(period_or_year(request), await Unit.find(viewer, viewer.hat.unit_id))


async def _above(viewer: Viewer, wanted: Wanted) -> list[Unit]:
    """The way back up, as far as the viewer's own place."""
    top = await burden.home(viewer)
    if wanted.place is None or top is None or not top.holds(wanted.place.path):
        return []
    paths = [path for path in upwards(wanted.place.path)[:-1] if path.startswith(top.path)]
    return await Unit.visible_to(viewer).filter(path__in=paths).order_by("path") if paths else []


def _bars(
    by_month: list[Month], villages: int, at: dict[str, object], figure: str = "assignments"
) -> list[Any]:
    """Each month as a bar that opens to its rows."""
    return [
        (
            month.label,
            trimmed(month.per_village(villages)) if figure == "assignments" else month.assignments,
            f"/burden/rows/{figure}?{urlencode(at | dates(month.period))}",
        )
        for month in by_month
    ]


def _reasons(told: Any, asked: str) -> list[Any]:
    """Each reason of a rejection with its number; it opens where the viewer may read the requests."""
    return [
        (ledger.LABELS[name], getattr(told, name), f"/burden/rows/{name}?{asked}" if asked else "")
        for name in REASONS
    ]


def _monthly(a_year: int) -> Decimal | None:
    """A stated baseline for one month."""
    return (Decimal(a_year) / 12).quantize(Decimal("0.1")) if a_year else None


def _at(wanted: Wanted) -> dict[str, object]:
    return {"at": wanted.place.pk} if wanted.place is not None else {}


def _asked(wanted: Wanted) -> str:
    return urlencode(dates(wanted.period) | _at(wanted))


def _words(wanted: Wanted) -> dict[str, Any]:
    """What every page of the dashboard says of the period and hands on in its links."""
    return {
        "wanted": wanted,
        "asked": _asked(wanted),
        "days": urlencode(dates(wanted.period)),
        "usual": usual({**dates(wanted.period), **_at(wanted)}),
        "verdicts": VERDICTS,
    }


routes = [
    Route("/burden", show),
    Route("/burden/rows/{figure}", rows),
]
