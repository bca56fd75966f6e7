"""The scheme (评价办法): its versions for everybody to read; for keepers a sheet to change one, and its adoption."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import schemes
from models.base.clock import today
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.policies import upwards
from models.schemes import KINDS_OF_VILLAGE, POINTS, SLOTS, SOURCES, Scheme
from models.schemes.records import scheme_on
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.verbs import FormsOn
from views.base.words import day, tone

LISTS = ("dimensions", "weights", "sources", "shares", "leasts", "groups", "kinds", "households", "points")
SPARE = 2
"""Empty rows at the end of the sheet."""
MONTHS_AHEAD = 12


async def listing(request: Request) -> Response:
    """All versions of one's city, newest first."""
    viewer = request.state.viewer
    cities = sorted({path for hat in viewer.hats for path in upwards(hat.unit_path)})
    rows = Scheme.visible_to(viewer).filter(city__path__in=cities).select_related("city")
    shown = await paged(request, rows)
    counting = await _that_count({row.city for row in shown.rows})
    return page(
        request,
        "schemes/list.html",
        shown=shown,
        city=await _city_kept(viewer),
        standing={row.pk: standing(row, counting) for row in shown.rows},
    )


async def _that_count(cities: set[Unit]) -> set[int]:
    """The versions that count today, and those that will from the first of a month to come."""
    found = [await scheme_on(one, today()) for one in sorted(cities, key=lambda one: one.pk)]
    rows = Scheme.filter(city_id__in=[one.pk for one in cities], state="adopted", from_on__gt=today())
    coming = {(one.city_id, one.from_on): one for one in await rows.order_by("number")}
    return {one.pk for one in (*found, *coming.values()) if one is not None}


def standing(scheme: Scheme, counting: Collection[int]) -> tuple[str, str]:
    """What has become of a version, in words and in the colour of its tag."""
    if scheme.state != "adopted":
        return scheme.state_label, tone(scheme.state)
    if scheme.pk not in counting:
        return "已停用", "plain"
    if scheme.from_on and scheme.from_on > today():
        return f"{day(scheme.from_on)}起用", "go"
    return "现行", "good"


async def _city_kept(viewer: Viewer) -> Unit | None:
    """The city whose scheme the viewer may draft."""
    units = await Unit.filter(id__in=sorted({hat.unit_id for hat in viewer.hats}), level="city")
    return next((one for one in units if schemes.draft_scheme.allows(viewer, one)), None)


@shown_again(listing)
async def draft(request: Request) -> Response:
    city = await Unit.find(request.state.viewer, (await form_of(request)).get("city", ""))
    made = await carry_out(request, schemes.draft_scheme, city)
    return done(request, at=f"/schemes/{made.pk}/edit", say="已照现行办法起草一版，请修改。")


async def _of(request: Request) -> Scheme:
    return await Scheme.find(request.state.viewer, request.path_params["id"])


async def show(request: Request) -> Response:
    """One version: how it counts, from when, by whose word and why, and what it changes."""
    scheme = await _of(request)
    await note_versions(scheme)
    await scheme.fetch_related("adopted_by__unit")
    if scheme.drafted_by:
        await scheme.drafted_by.fetch_related("unit")
    before = await schemes.version_before(scheme)
    return page(
        request,
        "schemes/show.html",
        scheme=scheme,
        schemes=schemes,
        dimensions=await schemes.dimensions_told(scheme),
        groups=await schemes.groups_told(scheme),
        before=before,
        differences=await schemes.differences_between(before, scheme) if before else [],
        **await _firsts(scheme),
        standing=standing(scheme, await _that_count({scheme.city})),
        **_catalogue(),
    )


async def _firsts(scheme: Scheme) -> dict[str, Any]:
    """The days from which a version may count: new point values only where no longer period is running."""
    months = _months_to_come()
    free = [one for one in months if await schemes.may_begin(scheme, one[0])]
    return {"months": free, "whole_years": len(free) < len(months)}


def _months_to_come() -> list[tuple[date, str]]:
    """The firsts of the coming months."""
    start, found = today(), []
    for number in range(start.month, start.month + MONTHS_AHEAD):
        first = date(start.year + number // 12, number % 12 + 1, 1)
        found.append((first, f"{first.year}年{first.month}月1日"))
    return found


def _catalogue() -> dict[str, Any]:
    return {"sources": SOURCES, "worths": POINTS, "kinds": KINDS_OF_VILLAGE}


async def edit(request: Request) -> Response:
    """The whole draft as one sheet, as it stands or as it was typed and refused."""
    scheme = await _of(request)
    schemes.change_scheme.judge(request.state.viewer, scheme)
    await note_versions(scheme)
    typed: Mapping[str, list[str]] = getattr(request.state, "typed", {})
    refused = getattr(request.state, "refusal", None) is not None and "dimensions" in typed
    told = {name: list(typed.get(name, ())) for name in LISTS} if refused else await _sheet_of(scheme)
    return page(
        request,
        "schemes/edit.html",
        scheme=scheme,
        sheet=_filled(told),
        written={name: len(_written(told[name])) for name in ("dimensions", "groups")},
        slots=SLOTS,
        source_choices=[(name, source.label) for name, source in SOURCES.items()],
        **_catalogue(),
    )


async def _sheet_of(scheme: Scheme) -> dict[str, list[Any]]:
    """A scheme as the lists that `change_scheme` takes."""
    dimensions, groups = await schemes.dimensions_told(scheme), await schemes.groups_told(scheme)
    inside = [one for told in dimensions for one in _in_slots(told["indicators"])]
    return {
        "dimensions": [told["name"] for told in dimensions],
        "weights": [told["weight"] for told in dimensions],
        "sources": [one.get("source", "") for one in inside],
        "shares": [one.get("weight", "") for one in inside],
        "leasts": [one.get("least", "") for one in inside],
        "groups": [told["name"] for told in groups],
        "kinds": [told["kind"] for told in groups],
        "households": [told["households"] for told in groups],
        "points": [scheme.worth[name] for name in POINTS],
    }


def _in_slots(indicators: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [*indicators, *({} for _ in range(SLOTS - len(indicators)))]


def _filled(told: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """With empty rows to write into, and no list shorter than those it runs in step with."""
    most, groups = schemes.MOST_DIMENSIONS, schemes.MOST_GROUPS
    rows = max(min(len(_written(told["dimensions"])) + SPARE, most), len(_written(told["dimensions"])))
    beside = max(min(len(_written(told["groups"])) + SPARE, groups), len(_written(told["groups"])))
    lengths = {"dimensions": rows, "weights": rows, "groups": beside, "kinds": beside, "households": beside}
    lengths |= dict.fromkeys(("sources", "shares", "leasts"), rows * SLOTS) | {"points": len(POINTS)}
    return {name: (told[name] + [""] * lengths[name])[: lengths[name]] for name in LISTS}


def _written(names: Sequence[Any]) -> Sequence[Any]:
    """Up to the last one that is not empty."""
    last = max((number for number, name in enumerate(names, 1) if str(name).strip()), default=0)
    return names[:last]


@shown_again(edit)
async def change(request: Request) -> Response:
    scheme, form = await _of(request), await form_of(request)
    lists = {name: [str(one) for one in form.getlist(name)] for name in LISTS}
    await carry_out(request, schemes.change_scheme, scheme, **lists)
    return done(request, at=f"/schemes/{scheme.pk}", say="草稿已保存。通过以前请先试算。")


form = FormsOn(_of, show, at="/schemes/{id:int}")
routes = [
    Route("/schemes", listing),
    Route("/schemes", draft, methods=["POST"]),
    Route("/schemes/{id:int}", show),
    Route("/schemes/{id:int}/edit", edit),
    Route("/schemes/{id:int}/change", change, methods=["POST"]),
    form("adopt", schemes.adopt_scheme, "已通过，从起用日起按这一版。"),
    form("drop", schemes.drop_scheme, "这一版已作废。"),
]
