"""Amending and withdrawing requests, and bringing an amendment to the villages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import tasks
from models.base.clock import today
from models.base.refusals import Invalid
from models.base.signatures import note_words
from models.base.versions import note_versions
from models.base.viewer import subtree
from models.matters import Demand
from models.registry import Element
from models.requests import RequestUnit, WorkRequest
from models.tasks import Task
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.verbs import FormsOn, RowOf
from views.intake import requests
from views.screening.red_lines import tick_what_was_betrayed
from views.tasks.tasks import show as show_task


async def edit(request: Request) -> Response:
    """The request's words in a form, to be changed and screened again."""
    viewer = request.state.viewer
    asked = await WorkRequest.find(viewer, request.path_params["id"])
    tasks.amend_request.judge(viewer, asked)
    await note_versions(asked)
    await note_words(viewer, asked)
    villages = Unit.filter(subtree("path", asked.township.path), level="village", ended_on=None)
    named = [row.unit for row in await RequestUnit.filter(request=asked).select_related("unit")]
    elements = Element.visible_to(viewer).order_by("name")
    offered = [*await elements.filter(code__in=asked.elements), *await elements.limit(60)]
    places = [*named, *await villages.order_by("path").limit(200)]
    return page(
        request,
        "intake/amend.html",
        asked=asked,
        demands=[(one.code, one.label) for one in await Demand.all().order_by("position")],
        elements=list({one.code: (one.code, one.name) for one in offered}.values()),
        places=list({unit.pk: (unit.pk, unit.name) for unit in places}.values()),
        named=[unit.pk for unit in named],
        earliest=today(),
    )


@shown_again(edit)
async def amend(request: Request) -> Response:
    asked = await WorkRequest.find(request.state.viewer, request.path_params["id"])
    form = await form_of(request)
    data = {"elements": [str(one) for one in form.getlist("data")]} if "data" in form.getlist("asked") else {}
    try:
        await carry_out(request, tasks.amend_request, asked, **data)
    except Invalid as no:
        if no.field == "demands":
            await tick_what_was_betrayed(request, asked.department.path)
        raise
    return done(request, at=f"/requests/{asked.pk}", say="已修改，并重新过筛。")


on_request = FormsOn(RowOf(WorkRequest), requests.show, at="/requests/{id:int}")
on_task = FormsOn(RowOf(Task), show_task, at="/tasks/{id:int}")
routes = [
    Route("/requests/{id:int}/amend", edit),
    Route("/requests/{id:int}/amend", amend, methods=["POST"]),
    on_request("withdraw", tasks.withdraw_request, "已撤回，村社不用再办。"),
    on_task("carry-over", tasks.carry_over, "变更已提出，等另一位领导批准。"),
    on_task("approve-change", tasks.approve_change, "已变更，各村社会看到改了什么。"),
    on_task("drop-change", tasks.drop_change, "没有采用，村社看到的不变。"),
]
