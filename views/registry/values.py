"""本村数据: all that is on file about a village, with where it came from; one value, to be corrected or disputed there."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import registry
from models.base.clock import today
from models.base.decision_pages import note_to_decide
from models.base.refusals import NotFound
from models.people import Post
from models.registry import DataValue, Element
from models.tasks import Task
from models.units import Unit
from views.base.pages import page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf

MOST_FOUND = 20
SIZE = 20


async def listing(request: Request) -> Response:
    """The newest value of each element, and of what is looked for also what is not on file yet."""
    viewer, text = request.state.viewer, request.query_params.get("q", "").strip()
    unit = await _village(request)
    held = (await registry.all_held(viewer, unit)).select_related(*DataValue.judged_with, "by__unit")
    called = await registry.elements_called(viewer, text) if text else []
    found = held.filter(element_id__in=[one.pk for one in called]) if text else held
    shown = await paged(request, found, by=("element_id", "id"), size=SIZE)
    tasks = Task.visible_to(viewer).filter(id__in=[one.task_id or 0 for one in shown.rows])
    return page(
        request,
        "registry/village.html",
        unit=unit,
        text=text,
        shown=shown,
        tasks={one.pk: one for one in await tasks.only("id", "title")},
        missing=await _not_on_file(request, unit, called),
        registry=registry,
        today=today(),
    )


async def _not_on_file(request: Request, unit: Unit, called: Sequence[Element]) -> list[Element]:
    """Those that nothing was ever put down for, to whoever may."""
    viewer = request.state.viewer
    if not called or not registry.record.allows(viewer, unit):
        return []
    there = await DataValue.visible_to(viewer).filter(unit=unit).values_list("element_id", flat=True)
    on_file = set(there)
    return [one for one in called if one.state == "in_force" and one.pk not in on_file][:MOST_FOUND]


async def element(request: Request) -> Response:
    """One element at a village: all values it ever had, newest first, and the form for the next one."""
    viewer = request.state.viewer
    unit = await _village(request)
    found = await Element.find(viewer, request.path_params["element"])
    return page(
        request,
        "registry/element_at_village.html",
        unit=unit,
        element=found,
        rows=await registry.history(viewer, unit, found),
        registry=registry,
        reasons=registry.REASONS,
        options=_options(found),
        today=today(),
    )


async def value(request: Request) -> Response:
    """Where one value came from, and what may be said of it: that it is another, that it is wrong, how that was judged."""
    viewer = request.state.viewer
    row = await DataValue.find(viewer, request.path_params["id"])
    await note_to_decide(viewer, [row], registry.settle_dispute)
    return page(
        request,
        "registry/value.html",
        row=row,
        maker=await Post.get(id=row.by_id).select_related("unit"),
        task=await Task.visible_to(viewer).filter(id=row.task_id or 0).first(),
        at_home=registry.works_there.holds(viewer, row.unit),
        registry=registry,
        reasons=registry.REASONS,
        options=_options(row.element),
        outcomes=registry.OUTCOMES,
    )


def _options(element: Element) -> list[tuple[str, str]]:
    return [(one, one) for one in element.options]


async def _village(request: Request) -> Unit:
    """The village of the address; to whoever does not work for it, it has no such page."""
    viewer = request.state.viewer
    unit = await Unit.find(viewer, request.path_params["id"])
    if unit.level != "village" or not registry.works_there.holds(viewer, unit):
        raise NotFound("没有找到这个页面。")
    return unit


value_form = FormsOn(RowOf(DataValue), value, at="/values/{id:int}")
AT_VILLAGE = "/units/{id:int}/data/{element:int}"
routes = [
    Route("/units/{id:int}/data", listing),
    Route(AT_VILLAGE, element),
    FormsOn(RowOf(Unit), element, at=AT_VILLAGE)("record", registry.record, "已登记。"),
    Route("/values/{id:int}", value),
    value_form("correct", registry.correct_value, "已更正，原来的数在“以前的数”里看得到。"),
    value_form("dispute", registry.dispute_value, "已提出异议，镇街答复以前这个数不采用。"),
    value_form("settle", registry.settle_dispute, "已答复村里。"),
]
