"""The matter list as everybody reads it, and the keepers' desk where versions are made."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import matters
from models.base.clock import today
from models.base.commands import Command
from models.base.refusals import NotFound
from models.matters import CATEGORIES, Demand, Matter, MatterAlias, MatterFilter, MatterList, list_in_force
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged


async def listing(request: Request) -> Response:
    """The list in force, searched by everyday words, pinyin initials or category."""
    viewer, query = request.state.viewer, request.query_params
    in_force = await list_in_force()
    wanted = MatterFilter(text=query.get("q", ""), category=query.get("category", ""))
    rows = wanted.among(Matter.visible_to(viewer).filter(list_id=in_force.pk if in_force else 0))
    shown = await paged(request, rows, by=("code",))
    near = [] if shown.rows or not wanted.text else await matters.search_matters(viewer, wanted.text, 5)
    return page(
        request,
        "matters/list.html",
        shown=shown,
        near=near,
        wanted=wanted,
        categories=CATEGORIES,
        in_force=in_force,
    )


async def show(request: Request) -> Response:
    """One matter on one phone screen."""
    viewer, code = request.state.viewer, request.path_params["code"]
    matter = await _matter(request, code)
    return page(
        request,
        "matters/show.html",
        matter=matter,
        matters=matters,
        demands=await Demand.filter(code__in=matter.demands).order_by("position"),
        aliases=await MatterAlias.visible_to(viewer).filter(code=matter.code).order_by("id"),
    )


async def _matter(request: Request, code: str) -> Matter:
    """The matter of this code in the list in force, or else in the newest version one may see."""
    in_force = await list_in_force()
    rows = (
        Matter.visible_to(request.state.viewer)
        .filter(code=code.upper())
        .prefetch_related(*Matter.judged_with)
    )
    found = await rows.filter(list_id=in_force.pk).first() if in_force else None
    found = found or await rows.order_by("-list_id").first()
    if found is None:
        raise NotFound("没有找到这个事项。")
    return found


@shown_again(show)
async def add_alias(request: Request) -> Response:
    matter = await _matter(request, request.path_params["code"])
    await carry_out(request, matters.add_alias, matter)
    return done(request, at=f"/matters/{matter.code}", say="别名已添加，查找时会用到。")


async def lists(request: Request) -> Response:
    """All versions, newest first, with what the keeper can do."""
    viewer = request.state.viewer
    shown = await paged(request, MatterList.visible_to(viewer).select_related("region"))
    regions = await Unit.filter(id__in=[hat.unit_id for hat in viewer.hats_as("list_keeper", "city_admin")])
    bases = [(row.pk, f"第 {row.number} 版 {row.title}") for row in shown.rows]
    return page(request, "matters/lists.html", shown=shown, regions=regions, matters=matters, bases=bases)


@shown_again(lists)
async def draft(request: Request) -> Response:
    region = await Unit.find(request.state.viewer, (await form_of(request)).get("region", ""))
    made = await carry_out(request, matters.draft_list, region)
    return done(request, at=f"/lists/{made.pk}", say="新一版清单已起草。")


async def version(request: Request) -> Response:
    viewer = request.state.viewer
    matter_list = await MatterList.find(viewer, request.path_params["id"])
    shown = await paged(request, Matter.visible_to(viewer).filter(list_id=matter_list.pk), by=("code",))
    return page(
        request,
        "matters/version.html",
        matter_list=matter_list,
        shown=shown,
        matters=matters,
        categories=CATEGORIES,
        earliest=today(),
    )


def _verb(command: Command[Any, Any, Any], said: str) -> Any:
    """A form that carries out one command on a list and comes back to it."""

    @shown_again(version)
    async def act(request: Request) -> Response:
        matter_list = await MatterList.find(request.state.viewer, request.path_params["id"])
        await carry_out(request, command, matter_list)
        return done(request, at=f"/lists/{matter_list.pk}", say=said)

    return act


routes = [
    Route("/matters", listing),
    Route("/matters/{code}", show),
    Route("/matters/{code}/aliases", add_alias, methods=["POST"]),
    Route("/lists", lists),
    Route("/lists", draft, methods=["POST"]),
    Route("/lists/{id:int}", version),
    Route("/lists/{id:int}/matters", _verb(matters.put_matter, "已写入草稿。"), methods=["POST"]),
    Route("/lists/{id:int}/drop", _verb(matters.drop_matter, "已从草稿中删去。"), methods=["POST"]),
    Route(
        "/lists/{id:int}/propose", _verb(matters.propose, "已提出，等另一位管理员发布。"), methods=["POST"]
    ),
    Route("/lists/{id:int}/send-back", _verb(matters.send_back, "已退回起草。"), methods=["POST"]),
    Route("/lists/{id:int}/publish", _verb(matters.publish, "已发布，从生效日起执行。"), methods=["POST"]),
]
