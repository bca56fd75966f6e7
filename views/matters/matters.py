"""The matter list in force as everybody reads it: found by everyday words, and one page for each matter."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import matters
from models.base.clock import today
from models.base.refusals import NotFound
from models.base.versions import note_versions
from models.matters import CATEGORIES, Demand, Matter, MatterAlias, MatterFilter, MatterList, list_in_force
from models.policies import upwards
from views.base.pages import page
from views.base.paging import SIZE, Shown, paged
from views.base.verbs import FormsOn


async def listing(request: Request) -> Response:
    """The list in force, searched by everyday words, pinyin initials or category."""
    viewer, query = request.state.viewer, request.query_params
    in_force = await list_in_force(matters.home_of(viewer))
    wanted = MatterFilter(text=query.get("q", ""), category=query.get("category", ""))
    rows = wanted.among(Matter.visible_to(viewer).filter(list_id=in_force.pk if in_force else 0))
    shown = await (_found(request, wanted) if wanted.text.strip() else paged(request, rows, by=("code",)))
    return page(
        request,
        "matters/list.html",
        shown=shown,
        wanted=wanted,
        categories=CATEGORIES,
        in_force=in_force,
        asked=await _open_to_opinions(request),
    )


async def _found(request: Request, wanted: MatterFilter) -> Shown[Matter]:
    """What the words may mean, nearest first: one page, since nobody looks for the thirty-first."""
    found = await matters.search_matters(request.state.viewer, wanted.text, SIZE)
    return Shown([one for one in found if wanted.category in ("", one.category)], "", "")


async def _open_to_opinions(request: Request) -> MatterList | None:
    """The proposed list on which people here are being asked."""
    rows = MatterList.visible_to(request.state.viewer).filter(state="proposed")
    return await rows.filter(consultation_until__gte=today()).order_by("-id").first()


async def show(request: Request) -> Response:
    """One matter on one phone screen."""
    return await of_matter(request, await _matter(request, request.path_params["code"]))


async def of_matter(request: Request, matter: Matter) -> Response:
    """The page of one matter, as one version of the list states it."""
    await note_versions(matter)
    viewer, demands = request.state.viewer, await Demand.all().order_by("position")
    return page(
        request,
        "matters/show.html",
        matter=matter,
        matters=matters,
        categories=CATEGORIES,
        demands=[one for one in demands if one.code in matter.demands],
        all_demands=[(one.code, one.label) for one in demands],
        aliases=await MatterAlias.visible_to(viewer).filter(code=matter.code).order_by("id"),
    )


async def _matter(request: Request, code: str) -> Matter:
    """The matter of this code in the list that rules here, or else in the newest version one may see, from near first."""
    viewer = request.state.viewer
    home = matters.home_of(viewer)
    in_force = await list_in_force(home)
    rows = Matter.visible_to(viewer).filter(code=code.upper()).prefetch_related(*Matter.judged_with)
    found = await rows.filter(list_id=in_force.pk).first() if in_force else None
    near = rows.filter(list__region__path__in=upwards(home)).order_by("-list_id")
    found = found or await near.first() or await rows.order_by("-list_id").first()
    if found is None:
        raise NotFound("没有找到这个事项。")
    return found


async def _asked(request: Request) -> Matter:
    return await _matter(request, request.path_params["code"])


routes = [
    Route("/matters", listing),
    Route("/matters/{code}", show),
    FormsOn(_asked, show, at="/matters/{code}", back="/matters/{row.code}")(
        "aliases", matters.add_alias, "别名已添加，查找时会用到。"
    ),
]
