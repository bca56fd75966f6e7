"""Emergencies: responses declared and ended in the open, and flagged matters sent out at once under them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import tasks
from models.base.clock import now
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer
from models.matters import DEMANDABLE, Matter, list_in_force
from models.people.roles import ALARM_SENDERS, COMMANDERS
from models.tasks import EmergencyResponse, Task
from models.tasks.emergency import LEVELS
from models.tasks.emergency_dispatch import LONGEST, is_late
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.verbs import FormsOn, RowOf
from views.base.words import local
from views.tasks.village_choice import choosing, meant

MOST_TASKS = 50
MOST_ENDED = 10
MOST_VILLAGES = 200
USUAL = timedelta(hours=6)


async def show(request: Request) -> Response:
    """What is declared here and what went out under it; those who command declare and end."""
    viewer = request.state.viewer
    near = EmergencyResponse.near(viewer).select_related("unit", "declared_by__person").order_by("-id")
    current = await near.filter(ended_at=None)
    return page(
        request,
        "tasks/emergency/show.html",
        current=current,
        ended=await near.filter(ended_at__isnull=False).limit(MOST_ENDED),
        sent=await _sent(viewer, current),
        places=await _commanded(viewer),
        levels=[(level, level) for level in LEVELS],
        sends=lambda response: bool(_townships(viewer, response)),
        tasks=tasks,
        is_late=is_late,
    )


async def _sent(viewer: Viewer, current: list[EmergencyResponse]) -> dict[int | None, list[Task]]:
    """The newest tasks under these responses, by response."""
    numbers = [response.pk for response in current]
    rows = Task.visible_to(viewer).filter(response_id__in=numbers).order_by("-id").limit(MOST_TASKS)
    found: dict[int | None, list[Task]] = {}
    for task in await rows.select_related("township") if numbers else []:
        found.setdefault(task.response_id, []).append(task)
    return found


async def _commanded(viewer: Viewer) -> list[tuple[int, str]]:
    """One's own places, where one may declare."""
    own = [hat.unit_id for hat in viewer.hats_as(*COMMANDERS)]
    if not own:
        return []
    rows = Unit.visible_to(viewer).filter(id__in=own, ended_on=None).order_by("path")
    return [(unit.pk, unit.name) for unit in await rows]


def _townships(viewer: Viewer, response: EmergencyResponse) -> list[int]:
    """The townships one leads in the area of a response."""
    led = (hat for hat in viewer.hats_as(*ALARM_SENDERS) if hat.unit_level == "township")
    return [hat.unit_id for hat in led if hat.unit_path.startswith(response.unit.path)]


@shown_again(show)
async def declare(request: Request) -> Response:
    unit = await Unit.find(request.state.viewer, (await form_of(request)).get("unit", ""))
    made = await carry_out(request, tasks.declare_response, unit)
    return done(request, at="/emergency", say=f"{made.name}{made.level}应急响应已启动。")


async def new(request: Request) -> Response:
    """The form that sends at once: a flagged matter, what to do, by what hour, which villages."""
    viewer, response, township = await _here(request)
    return page(
        request,
        "tasks/emergency/dispatch.html",
        response=response,
        township=township,
        matters=await _flagged(viewer, township),
        **await choosing(township),
        **_hours(),
    )


async def _here(request: Request) -> tuple[Viewer, EmergencyResponse, Unit]:
    """The response, and the township one leads under it."""
    viewer = request.state.viewer
    response = await EmergencyResponse.find(viewer, request.path_params["id"])
    led = _townships(viewer, response)
    if not led:
        raise NotAllowed(tasks.dispatch_at_once.who.otherwise)
    return viewer, response, await Unit.find(viewer, led[0])


async def _flagged(viewer: Viewer, township: Unit) -> list[tuple[int, str]]:
    """Matters of the list that rules in the township that may go out at once."""
    held = await list_in_force(township.path)
    rows = Matter.visible_to(viewer).filter(
        list_id=held.pk if held else 0, emergency=True, category__in=sorted(DEMANDABLE)
    )
    return [(matter.pk, matter.title) for matter in await rows.order_by("code")]


def _hours() -> dict[str, Any]:
    """When it may be due, as the town's clocks show it."""
    return {"usual": local(now() + USUAL), "earliest": local(now()), "latest": local(now() + LONGEST)}


@shown_again(new)
async def send(request: Request) -> Response:
    _, response, township = await _here(request)
    task = await carry_out(
        request, tasks.dispatch_at_once, township, response=response, **await meant(request, township)
    )
    return done(
        request, at=f"/tasks/{task.pk}", say="已应急下派，村里马上收到。请另一位领导在 24 小时内补批。"
    )


routes = [
    Route("/emergency", show),
    Route("/emergency", declare, methods=["POST"]),
    FormsOn(RowOf(EmergencyResponse), show, at="/emergency")(
        "{id:int}/end", tasks.end_response, "应急响应已解除，恢复平时的审批流程。"
    ),
    Route("/emergency/{id:int}/dispatch", new),
    Route("/emergency/{id:int}/dispatch", send, methods=["POST"]),
]
