"""The application put together: the only place that sees both doors."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

import schema
from models import (
    recount as recount,  # Whoever serves checks the points at night, which nothing else here asks for.
)
from models.base import reserve
from models.base.database import database
from models.base.followers import run_followers
from models.base.pools import PACKING
from models.base.refusals import Refusal
from models.base.sealer import run_sealer
from models.base.settings import settings
from models.base.ticking import run_clock
from models.pinyin import initials
from schema.base.nodes import global_id
from views import (
    accounts,
    compliance,
    concerns,
    explorer,
    inbox,
    policies,
    public,
    rankings,
    reminders,
    schemes,
    today,
    trail,
    units,
)
from views.base import static
from views.base.delivery import Delivered
from views.base.errors import http_error, refused
from views.base.middleware import Guarded, Headed, Recognised
from views.base.pages import templates
from views.base.routing import ByFirstWord
from views.bidding import awards, bids, board, decisions, projects, scoring
from views.burden import askers, dashboard
from views.complaints import anonymous, complaints
from views.evaluation import appeals, indices, simulation
from views.files import attachments, uploads
from views.intake import amendment, fields, requests
from views.ledger import ledger
from views.matters import lists, matters
from views.people import people, view_as
from views.points import points
from views.registry import reports, values
from views.screening import exceptions, red_lines, screenings
from views.surveys import answers, rounds
from views.tasks import assignments, emergency, summary, tasks, waivers

ROUTES: list[BaseRoute] = [
    *today.routes,
    *public.routes,
    *accounts.routes,
    *requests.routes,
    *amendment.routes,
    *screenings.routes,
    *exceptions.routes,
    *waivers.routes,
    *red_lines.routes,
    *tasks.routes,
    *emergency.routes,
    *fields.routes,
    *summary.routes,
    *ledger.routes,
    *dashboard.routes,
    *askers.routes,
    *assignments.routes,
    *concerns.routes,
    *complaints.routes,
    *anonymous.routes,
    *board.routes,
    *projects.routes,
    *decisions.routes,
    *bids.routes,
    *awards.routes,
    *scoring.routes,
    *rounds.routes,
    *answers.routes,
    *rankings.routes,
    *indices.routes,
    *schemes.routes,
    *simulation.routes,
    *points.routes,
    *appeals.routes,
    *matters.routes,
    *lists.routes,
    *units.routes,
    *reports.routes,
    *values.routes,
    *people.routes,
    *view_as.routes,
    *policies.routes,
    *compliance.routes,
    *reminders.routes,
    *inbox.routes,
    *trail.routes,
    *attachments.routes,
    *explorer.routes,
    Route("/files", uploads.receiving(lambda upload: global_id("Upload", upload.pk)), methods=["POST"]),
    Route("/graphql", schema.door),
    *static.routes,
]


def build() -> Starlette:
    """The whole site as one ASGI application; it opens the database when it is started."""
    site = Starlette(
        middleware=[Middleware(Headed), Middleware(Delivered), Middleware(Guarded), Middleware(Recognised)],
        exception_handlers={Refusal: refused, HTTPException: http_error},
    )
    site.router = ByFirstWord(ROUTES, lifespan=_lifespan)
    return site


def have_at_hand() -> None:
    """What is read, packed or compiled on its first use would still everybody then."""
    static.files()
    importlib.import_module("openpyxl")
    for name in templates.list_templates():
        templates.get_template(name)


def _sweep_once() -> None:
    """All the code stands as long as the server: looking through it for garbage again would still everybody each time."""
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    # Its tables are read from disk in one go, which would still everybody when the first unit or matter is written.
    initials("村")
    async with database():
        await reserve.keep()
        _sweep_once()
        working: list[asyncio.Task[Any]] = [
            asyncio.create_task(run_sealer()),
            asyncio.create_task(run_followers()),
            asyncio.create_task(PACKING.run(have_at_hand)),
        ]
        if settings().tick:
            working.append(asyncio.create_task(run_clock(settings().tick)))
        try:
            yield
        finally:
            for one in working:
                one.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await one
