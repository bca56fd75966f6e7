"""群众口碑 for those who work here: making rounds, printing invitations, watching them run, reading what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import surveys
from models.base.pools import PACKING
from models.base.records import row_number
from models.base.refusals import Invalid, NotAllowed
from models.base.settings import settings
from models.base.versions import note_versions
from models.base.viewer import Viewer
from models.people.roles import KEEPERS
from models.surveys import (
    SURVEY_STATES,
    Result,
    Slip,
    Survey,
    SurveyFilter,
    SurveyVillage,
    SurveyVillageFilter,
)
from models.units import Unit
from views.base.forms import carry_out, form_of, shown_again
from views.base.pages import done, page
from views.base.paging import paged
from views.base.qr import qr
from views.base.transport import is_secure
from views.base.verbs import FormsOn, RowOf
from views.trail import steps_of

USUAL = {
    "first_question": "对村干部为群众办事，您满意吗？",
    "second_question": "对村里办事公开、公道，您满意吗？",
}


async def listing(request: Request) -> Response:
    """The rounds of one's county and city, newest first."""
    viewer, query = request.state.viewer, request.query_params
    wanted = SurveyFilter(state=query.get("state", ""), text=query.get("q", ""))
    rows = wanted.among(Survey.visible_to(viewer)).select_related("region")
    return page(
        request,
        "surveys/list.html",
        shown=await paged(request, rows),
        wanted=wanted,
        states=SURVEY_STATES,
        makes=bool(await _regions(viewer)),
    )


async def _regions(viewer: Viewer) -> list[Unit]:
    """The cities and counties for which the viewer may make a round."""
    mine = viewer.area("path", *KEEPERS)
    rows = Unit.visible_to(viewer).filter(mine, level__in=("city", "county"), ended_on=None).order_by("path")
    return [unit for unit in await rows if surveys.draft_survey.allows(viewer, unit)]


async def new(request: Request) -> Response:
    regions = await _regions(request.state.viewer)
    if not regions:
        raise NotAllowed("只有市、县的管理员可以发起调查。")
    numbers = await surveys.numbers_at(regions[0].path)
    places = [(unit.pk, unit.name) for unit in regions]
    return page(request, "surveys/form.html", survey=None, usual=USUAL, numbers=numbers, places=places)


@shown_again(new)
async def draft(request: Request) -> Response:
    region = await Unit.find(request.state.viewer, (await form_of(request)).get("region", ""))
    made = await carry_out(request, surveys.draft_survey, region)
    return done(request, at=f"/surveys/{made.pk}/households", say="已起草。请核对每个村社的户数。")


async def _found(request: Request) -> Survey:
    return await Survey.find(request.state.viewer, request.path_params["id"])


async def change(request: Request) -> Response:
    survey = await _found(request)
    surveys.change_survey.judge(request.state.viewer, survey)
    await note_versions(survey)
    return page(request, "surveys/form.html", survey=survey, usual=USUAL, numbers={}, places=[])


async def households(request: Request) -> Response:
    """How many households each village has, thirty villages to a page, or those that are searched for."""
    survey = await _found(request)
    surveys.state_households.judge(request.state.viewer, survey)
    await note_versions(survey)
    wanted = SurveyVillageFilter(text=request.query_params.get("q", ""))
    rows = wanted.among(SurveyVillage.visible_to(request.state.viewer).filter(survey=survey))
    kept = getattr(request.state, "typed", {})
    typed = dict(zip(kept.get("villages", []), kept.get("households", []), strict=False))
    if again := [number for number in map(row_number, typed) if number]:
        rows = rows.filter(id__in=again)
    shown = await paged(request, rows.select_related("unit__parent"), by=("id",))
    return page(request, "surveys/households.html", survey=survey, shown=shown, typed=typed, wanted=wanted)


@shown_again(households)
async def state(request: Request) -> Response:
    survey = await _found(request)
    await carry_out(request, surveys.state_households, survey)
    at, then = f"/surveys/{survey.pk}", str((await form_of(request)).get("then", ""))
    return done(request, at=then if then.startswith(f"{at}/households?") else at, say="户数已保存。")


@dataclass(frozen=True)
class Line:
    """One village of a round as this viewer may read it."""

    village: SurveyVillage
    result: Result | None
    keeps: bool

    @property
    def percent(self) -> int:
        return surveys.percent(self.village.answered, self.village.invited)

    @property
    def words(self) -> str:
        """What came of it, in one cell."""
        village = self.village
        if not village.households:
            return "没有户数，未调查"
        if village.excluded_reason:
            return "不计入"
        if village.survey.state != "closed":
            return "邀请条还没打印" if not village.invited else "调查中"
        if not village.counts:
            return "回答不够，不计入"
        return f"{self.result.both.value} 分" if self.result else "不公开"


def _lines(viewer: Viewer, villages: list[SurveyVillage]) -> list[Line]:
    told = surveys.results_for(viewer, villages)
    return [Line(one, told.get(one.pk), surveys.keeps_surveys_of(viewer, one.unit.path)) for one in villages]


async def show(request: Request) -> Response:
    """One round: its questions, how it runs or what came of it, village by village."""
    survey, viewer = await _found(request), request.state.viewer
    keeps = surveys.keeps_surveys_of(viewer, survey.region.path)
    await note_versions(*([survey] if surveys.open_survey.allows(viewer, survey) else []))
    only, wanted = _wanted(request, keeps)
    rows = wanted.among(SurveyVillage.visible_to(viewer).filter(survey=survey))
    shown = await paged(request, rows.select_related("survey", "unit"), by=("-invited", "id"))
    return page(
        request,
        "surveys/show.html",
        survey=survey,
        surveys=surveys,
        shown=shown,
        lines=_lines(viewer, shown.rows),
        wanted=wanted,
        only=only,
        has_own=surveys.own_places(viewer) is not None,
        keeps=keeps,
        totals=await surveys.totals_of(viewer, survey),
        steps=await steps_of(viewer, survey),
    )


def _wanted(request: Request, keeps: bool) -> tuple[str, SurveyVillageFilter]:
    """Which villages to show: one's own first, and of the others those that are part of the draw."""
    query, own = request.query_params, surveys.own_places(request.state.viewer)
    text = query.get("q", "")
    only = query.get("only", "own" if own is not None and not text else "")
    return only, SurveyVillageFilter(
        text=text,
        unprinted=only == "unprinted",
        bunched=keeps and only == "bunched",
        asked={"unasked": False, "own": None}.get(only, None if text else True),
        places=own if only == "own" else None,
    )


async def village(request: Request) -> Response:
    """One village in a round: its result, and for keepers the draw, the slips and how the answers came in."""
    viewer = request.state.viewer
    found = await SurveyVillage.find(viewer, request.path_params["id"])
    line = _lines(viewer, [found])[0]
    return page(
        request,
        "surveys/village.html",
        line=line,
        village=found,
        survey=found.survey,
        surveys=surveys,
        draw=surveys.draw_of(found) if line.keeps else [],
        days=await surveys.answers_by_day(found) if line.keeps else {},
    )


@dataclass(frozen=True)
class Printed:
    """One slip with its code, ready to be cut."""

    serial: int
    link: str
    code: str


def _printed(where: str, slips: Sequence[Slip]) -> list[Printed]:
    """With the code of each, of which hundreds take seconds: done beside everybody else."""
    return [Printed(one.serial, f"{where}/s/{one.token}", qr(f"{where}/s/{one.token}")) for one in slips]


@shown_again(village)
async def print_slips(request: Request) -> Response:
    """The one answer that shows these links; no browser may keep it."""
    found = await SurveyVillage.find(request.state.viewer, request.path_params["id"])
    made = await carry_out(request, surveys.issue_slips, found)
    if not made.slips:
        raise Invalid("刚才已经生成过，链接只显示那一次。没打印出来的，请写明原因重新生成。", field="reason")
    where = _where(request)
    slips = await PACKING.run(_printed, where, made.slips)
    response = page(request, "surveys/printed.html", village=found, survey=found.survey, slips=slips)
    response.headers["Cache-Control"] = "no-store"
    return response


def _where(request: Request) -> str:
    """Where people open the site, as the deployment says it or as this browser came here."""
    scheme = "https" if is_secure(request.scope) else "http"
    return settings().address.rstrip("/") or f"{scheme}://{request.url.netloc}"


form = FormsOn(RowOf(SurveyVillage), village, at="/surveys/villages/{id:int}")
routes = [
    Route("/surveys", listing),
    Route("/surveys", draft, methods=["POST"]),
    Route("/surveys/new", new),
    Route("/surveys/{id:int}", show),
    Route("/surveys/{id:int}/change", change),
    FormsOn(_found, change, at="/surveys/{id:int}")("change", surveys.change_survey, "已保存。"),
    Route("/surveys/{id:int}/households", households),
    Route("/surveys/{id:int}/households", state, methods=["POST"]),
    FormsOn(_found, show, at="/surveys/{id:int}")(
        "open", surveys.open_survey, "已开启，抽样完成。请逐村打印邀请条。"
    ),
    Route("/surveys/villages/{id:int}", village),
    Route("/surveys/villages/{id:int}/slips", print_slips, methods=["POST"]),
    form("exclude", surveys.exclude_village, "已不计入，理由已公开。"),
]
