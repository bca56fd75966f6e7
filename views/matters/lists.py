"""Versions of the list: drafted, put before the region, compared, checked by golden cases, published, taken away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models import matters, tasks
from models.base.clock import today
from models.base.commands import Command
from models.base.records import Record
from models.base.refusals import Invalid, NotFound
from models.base.versions import note_versions
from models.files import KINDS
from models.matters import CATEGORIES, EXPECTED, VERDICTS, Demand, GoldenCase, Matter, MatterList, Opinion
from models.people.roles import KEEPERS
from models.policies import policy
from models.units import Unit
from views.base.bodies import takes_files
from views.base.forms import carry_out, form_of, shown_again
from views.base.multipart import file_in
from views.base.pages import by_htmx, done, page
from views.base.paging import paged
from views.base.verbs import FormsOn, RowOf
from views.matters.matters import of_matter

TYPES = {"xlsx": KINDS["xlsx"], "csv": "text/csv; charset=utf-8"}


async def listing(request: Request) -> Response:
    """All versions, newest first, with what the keeper can do."""
    viewer = request.state.viewer
    shown = await paged(request, MatterList.visible_to(viewer).select_related("region"))
    regions = await Unit.filter(id__in=[hat.unit_id for hat in viewer.hats_as(*KEEPERS)])
    bases = [(row.pk, f"第 {row.number} 版 {row.title}") for row in shown.rows]
    return page(request, "matters/lists.html", shown=shown, regions=regions, matters=matters, bases=bases)


@shown_again(listing)
async def draft(request: Request) -> Response:
    region = await Unit.find(request.state.viewer, (await form_of(request)).get("region", ""))
    made = await carry_out(request, matters.draft_list, region)
    return done(request, at=f"/lists/{made.pk}", say="新一版清单已起草。")


async def _of(request: Request) -> MatterList:
    return await MatterList.find(request.state.viewer, request.path_params["id"])


async def show(request: Request) -> Response:
    """One version: where it stands, what was said about it, its matters, and what the viewer may do."""
    viewer, matter_list = request.state.viewer, await _of(request)
    await note_versions(matter_list)
    await matter_list.fetch_related("published_by__unit")
    if matter_list.proposed_by:
        await matter_list.proposed_by.fetch_related("unit")
    shown = await paged(request, Matter.visible_to(viewer).filter(list_id=matter_list.pk), by=("code",))
    publishing = matters.publish.allows(viewer, matter_list)
    said = await matters.said_of(viewer, matter_list)
    held = Matter.filter(list_id=matter_list.pk, code__in=[one.matter_code for one, _ in said])
    typed = _typed(request, "code").upper()
    written = await Matter.get_or_none(list_id=matter_list.pk, code=typed) if typed else None
    await note_versions(*([written] if written else []))
    return page(
        request,
        "matters/version.html",
        written=written,
        tried=getattr(request.state, "tried", None),
        matter_list=matter_list,
        shown=shown,
        matters=matters,
        categories=CATEGORIES,
        earliest=today(),
        said=said,
        held=set(await held.values_list("code", flat=True)),
        run=await matters.golden_run(matter_list) if publishing else None,
        gaps=await matters.gaps_in(matter_list) if publishing else [],
        looser=await matters.loosened_by(matter_list, today()) if publishing else [],
        days=await policy(matter_list.region.path, "consultation_days") if matter_list.is_draft else 0,
    )


def _typed(request: Request, name: str) -> str:
    """What a form that was refused said of this field: what stands under that code is what the next try writes over."""
    return str((getattr(request.state, "typed", {}).get(name) or [""])[0]).strip()


async def one_matter(request: Request) -> Response:
    """A matter as this version states it."""
    rows = Matter.visible_to(request.state.viewer).filter(list_id=request.path_params["id"])
    found = rows.filter(code=request.path_params["code"].upper()).prefetch_related(*Matter.judged_with)
    matter = await found.first()
    if matter is None:
        raise NotFound("没有找到这个事项。")
    return await of_matter(request, matter)


@shown_again(one_matter)
async def put(request: Request) -> Response:
    """Write a matter of a draft anew, all its columns on one form."""
    matter_list, form = await _of(request), await form_of(request)
    code = str(request.path_params["code"])
    evidence = {
        "kinds": _words(form.get("evidence_kinds")),
        "reason": str(form.get("evidence_reason", "")),
    }
    told = {"evidence": evidence, "form": _words(form.get("elements"))}
    await carry_out(request, matters.put_matter, matter_list, code=code, **told)
    return done(request, at=f"/lists/{matter_list.pk}/matters/{code}", say="已写入草稿。")


async def changes(request: Request) -> Response:
    """What this version changes against another (the one before it, unless ?with= names one), and whose work that is."""
    viewer, matter_list = request.state.viewer, await _of(request)
    named = request.query_params.get("with", "")
    old = await MatterList.find(viewer, named) if named else await matters.before(viewer, matter_list)
    others = MatterList.visible_to(viewer).filter(region_id=matter_list.region_id).exclude(pk=matter_list.pk)
    difference = await matters.compare(viewer, old, matter_list)
    return page(
        request,
        "matters/changes.html",
        matter_list=matter_list,
        old=old,
        others=await others.order_by("-number").limit(12),
        difference=difference,
        impact=await tasks.impact(viewer, difference.touched),
    )


async def golden(request: Request) -> Response:
    """Every golden case, and for a version that is not published yet which of them it decides otherwise."""
    viewer, matter_list = request.state.viewer, await _of(request)
    demands = {one.code: one.label for one in await Demand.all().order_by("position")}
    code = request.query_params.get("case", "") or _typed(request, "code")
    case = await GoldenCase.visible_to(viewer).filter(code=code).first() if code else None
    await note_versions(*([case] if case else []))
    return page(
        request,
        "matters/reference_cases.html",
        case=case,
        matter_list=matter_list,
        run=None if matter_list.state == "published" else await matters.golden_run(matter_list),
        shown=await paged(request, GoldenCase.visible_to(viewer), by=("code",)),
        verdicts=VERDICTS,
        expected=[(code, VERDICTS[code]) for code in EXPECTED],
        demands=demands,
        matters=matters,
    )


async def basis(request: Request) -> Response:
    """Which matters rest on texts that are due for another look."""
    viewer, matter_list = request.state.viewer, await _of(request)
    return page(
        request,
        "matters/basis.html",
        matter_list=matter_list,
        matters=matters,
        due=[one for one in await matters.bases_of(viewer, matter_list) if one.is_due],
        days=await policy(matter_list.region.path, "basis_days"),
        today=today(),
    )


async def table(request: Request) -> Response:
    """The whole version as a table that can be brought back."""
    kind, matter_list = request.path_params["kind"], await _of(request)
    content = await matters.export_matters(request.state.viewer, matter_list, kind)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(matters.export_name(matter_list, kind))}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=TYPES[kind], headers=headers)


@takes_files
@shown_again(show)
async def bring(request: Request) -> Response:
    """Matters of a table into a draft: tried first where that is asked for, all of it or none."""
    matter_list = await _of(request)
    # Whoever may not import is told before anything of theirs is read.
    matters.take_matters.judge(request.state.viewer, matter_list)
    form, file = await form_of(request), await file_in(request, "file")
    trying = bool(form.get("try"))
    if file is None:
        raise Invalid("请选择要导入的表格。", field="file")
    outcome = await matters.import_matters(
        request.state.viewer,
        matter_list,
        file.filename or "",
        await file.read(),
        dry_run=trying,
        seen=str(form.get("seen", "")),
        key=str(form.get("key", "")),
    )
    if not trying:
        return done(request, at=f"/lists/{matter_list.pk}", say=f"已导入：{' '.join(outcome.told())}")
    if by_htmx(request):
        return done(request, "matters/_tried.html", at=request.url.path, tried=outcome)
    request.state.tried = outcome
    return await show(request)


def _case_verb(command: Command[Any, Any, Any], said: str) -> Any:
    """A form that changes the golden cases of a list's region."""

    @shown_again(golden)
    async def act(request: Request) -> Response:
        matter_list = await _of(request)
        region: Record = matter_list.region
        form = await form_of(request)
        typed, over = form.get("asked_for"), command is matters.put_golden_case and not form.get("blank")
        given = {"elements": _words(typed)} if typed or over else {}
        await carry_out(request, command, region, **given)
        return done(request, at=f"/lists/{matter_list.pk}/golden", say=said)

    return act


def _words(typed: object) -> list[str]:
    return str(typed or "").split()


on_opinion = FormsOn(RowOf(Opinion, "opinion"), show, at="/lists/{id:int}")
form = FormsOn(_of, show, at="/lists/{id:int}")
routes = [
    Route("/lists", listing),
    Route("/lists", draft, methods=["POST"]),
    Route("/lists/{id:int}", show),
    Route("/lists/{id:int}/changes", changes),
    Route("/lists/{id:int}/golden", golden),
    Route("/lists/{id:int}/basis", basis),
    FormsOn(_of, basis, at="/lists/{id:int}", back="/lists/{id}/basis")(
        "basis", matters.look_at_basis, "已登记。"
    ),
    Route("/lists/{id:int}/table.{kind}", table),
    Route("/lists/{id:int}/matters/{code}", one_matter),
    Route("/lists/{id:int}/matters/{code}", put, methods=["POST"]),
    form("matters", matters.put_matter, "已写入草稿。"),
    form("drop", matters.drop_matter, "已从草稿中删去。"),
    Route("/lists/{id:int}/import", bring, methods=["POST"]),
    form("propose", matters.propose, "已提出。"),
    form("send-back", matters.send_back, "已退回起草。"),
    form("publish", matters.publish, "已发布，从生效日起执行。"),
    form("opinions", matters.give_opinion, "意见已提交。"),
    on_opinion("opinions/{opinion:int}", matters.answer_opinion, "已答复。"),
    Route("/lists/{id:int}/golden", _case_verb(matters.put_golden_case, "范例已写入。"), methods=["POST"]),
    Route(
        "/lists/{id:int}/golden/drop",
        _case_verb(matters.drop_golden_case, "范例已删去。"),
        methods=["POST"],
    ),
]
