"""Submitting: one request per township, screened in the same breath."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models import screening
from models.base.clock import now, today
from models.base.commands import Personal, command, rule
from models.base.days import Planned
from models.base.events import tell
from models.base.facts import Facts
from models.base.identities import Code
from models.base.refusals import Invalid
from models.base.text import Line, MayBeBlank
from models.base.viewer import Viewer
from models.files import Stored
from models.intake.notice import Notice, fields_in, notice_of
from models.matters import Demand
from models.people.roles import ASKERS, DESK
from models.policies import upwards
from models.registry import Element, current_codes
from models.requests import attach_to_requests
from models.requests.records import RequestUnit, WorkRequest
from models.units import Unit

STATE_AFTER = {"pending_review": "pending_review", "answered": "answered"}
"""Any other verdict leaves the request rejected."""


@rule("只有本部门的经办人，或镇街的统筹员和领导，可以提出下派申请。")
def asks_for_the_unit(actor: Viewer, department: Unit) -> bool:
    if department.level == "township":
        return actor.is_a(*DESK, at=department.path)
    return department.level == "department" and actor.is_a(*ASKERS, at=department.path)


@command(said="提出申请", who=asks_for_the_unit)
async def submit(
    actor: Viewer,
    department: Unit,
    *,
    title: Line[str],
    body: str,
    matter_code: MayBeBlank[Code[str]],
    demands: list[str],
    deadline: Planned[date],
    units: list[Unit],
    townships: list[Unit] | None = None,
    document_number: Line[str] = "",
    contact: Personal[Line[str]] = "",
    elements: list[str] | None = None,
    untick_reason: str = "",
    files: list[Stored] | None = None,
) -> list[WorkRequest]:
    """Ask villages for something: each township concerned gets its own request with its own verdict."""
    said = worded(
        title=title,
        body=body,
        document_number=document_number,
        deadline=deadline,
        matter_code=matter_code,
        demands=demands,
        elements=elements or [],
        contact=contact,
    )
    words = WorkRequest(
        department_id=department.pk,
        batch=str(uuid.uuid4()),
        submitted_by_id=actor.post_id,
        submitted_at=now(),
        **said,
    )
    screened = await judged(department, words, units, townships or [])
    words.unticked = await owned_up(words, screened, department, untick_reason)
    words.waived = len(words.unticked)
    notice = await notice_of(department, today(), words.deadline)
    requests = await _write(words, screened, notice)
    await attach_to_requests(actor, requests, files or [])
    tell_what_counts(requests[0], [(made.pk, made.township_id) for made in requests])
    return requests


@dataclass(frozen=True, kw_only=True)
class Asked(Facts):
    """What an asker's figures rest on, the same for every township that was asked: never how it was screened there."""

    waived: int
    notice_days: int | None
    notice_due: int | None
    asked: tuple[tuple[int, int], ...] = ()
    """Each request that a submission became, with its township."""


def tell_what_counts(request: WorkRequest, asked: Sequence[tuple[int, int]] = ()) -> None:
    days, due = request.notice_days, request.notice_due
    tell(Asked(waived=request.waived, notice_days=days, notice_due=due, asked=tuple(asked)))


async def owned_up(
    words: WorkRequest, screened: Sequence[screening.Screened], department: Unit, reason: str
) -> dict[str, str]:
    """What the words betray beyond what is ticked, asked about only where it would not be refused anyway."""
    if not any(one.decision.verdict in STATE_AFTER for one in screened):
        return {}
    return await screening.owned_up(_said(words), department.path, words.demands, reason)


def _said(words: WorkRequest) -> str:
    return f"{words.title}\n{words.body}"


def worded(
    *,
    title: str,
    body: str,
    document_number: str,
    deadline: date,
    matter_code: str,
    demands: Sequence[str],
    elements: Sequence[str],
    contact: str,
) -> dict[str, Any]:
    """What the asker wrote, in the shape it is kept; raises Invalid naming the field."""
    return {
        "title": _text(title, "title", "请写明工作名称。", 200),
        "body": _text(body, "body", "请写明要村社做什么。", 5000),
        "document_number": _text(document_number, "document_number", "", 80),
        "deadline": _in_time(deadline),
        "matter_code": _text(matter_code, "matter_code", "", 40).upper(),
        "demands": list(dict.fromkeys(demands)),
        "elements": current_codes(elements),
        "contact": _text(contact, "contact", "", 120),
    }


async def judged(
    department: Unit, words: WorkRequest, units: Sequence[Unit], townships: Sequence[Unit]
) -> list[screening.Screened]:
    """The screening of what is asked, township by township."""
    asked = await _known_demands(words.demands)
    wanted = await _known_elements(words.elements)
    return await screening.screen(
        await _cases(department, units, townships),
        named=words.matter_code,
        demands=asked,
        elements=wanted,
        text=_said(words),
        sender=department.name,
    )


async def _write(
    words: WorkRequest, screened: Sequence[screening.Screened], notice: Notice
) -> list[WorkRequest]:
    """A handful of statements, however many townships are concerned."""
    shared = {n: getattr(words, n) for n in WorkRequest._meta.fields_db_projection if n != "id"}
    rows = [
        WorkRequest(
            **shared
            | {
                "township_id": one.case.township.pk,
                "matter_id": one.matter.pk if one.matter else None,
                "state": STATE_AFTER.get(one.decision.verdict, "rejected"),
            }
            | notice.columns(one.matter)
            | fields_in(one.inputs)
        )
        for one in screened
    ]
    await WorkRequest.bulk_create(rows, batch_size=50)
    made = await WorkRequest.filter(batch=words.batch).order_by("id")
    by_township = {int(row.township_id): row for row in made}
    await write_beside(screened, by_township, words.submitted_at)
    return made


async def write_beside(
    screened: Sequence[screening.Screened], requests: dict[int, WorkRequest], at: datetime
) -> None:
    named = [
        RequestUnit(request_id=requests[one.case.township.pk].pk, unit_id=village.pk)
        for one in screened
        if not one.case.whole
        for village in one.case.named
    ]
    await RequestUnit.bulk_create(named, batch_size=200)
    verdicts = [one.row(requests[one.case.township.pk].pk, at) for one in screened]
    await screening.Screening.bulk_create(verdicts, batch_size=50)


async def _cases(department: Unit, units: Sequence[Unit], townships: Sequence[Unit]) -> list[screening.Case]:
    """The townships concerned, each with the villages named, or with all of them if none is."""
    for unit in units:
        if unit.level not in {"village", "grid"}:
            raise Invalid(f"{unit.name}不是村社或网格。", field="units")
    for unit in townships:
        if unit.level != "township":
            raise Invalid(f"{unit.name}不是乡镇街道。", field="townships")
    home = await _home(department)
    for unit in (*units, *townships):
        if unit.ended_on is not None:
            raise Invalid(f"{unit.name}已经撤销。", field="units")
        if not unit.path.startswith(home.path):
            raise Invalid(f"{unit.name}不在{home.name}范围内。", field="units")
    whole = {unit.path: unit for unit in townships}
    by_township = await _townships_of(units, whole)
    if not by_township:
        raise Invalid("请选择乡镇街道或村社。", field="units")
    return await _with_villages(by_township)


async def _home(department: Unit) -> Unit:
    """The place whose villages a unit may turn to: its own, or that of the government it belongs to."""
    if department.level == "township":
        return department
    return await Unit.get(pk=department.parent_id)


async def _townships_of(units: Sequence[Unit], whole: dict[str, Unit]) -> dict[str, tuple[Unit, list[Unit]]]:
    """The townships with the villages named in each; one that is asked as a whole stays whole, whatever is ticked beside it."""
    found: dict[str, tuple[Unit, list[Unit]]] = {path: (unit, []) for path, unit in whole.items()}
    paths = {path for unit in units for path in upwards(unit.path)}
    ancestors = await Unit.filter(path__in=sorted(paths), level="township") if paths else []
    for township in ancestors:
        if township.path in whole:
            continue
        own = [unit for unit in units if unit.path.startswith(township.path)]
        found[township.path] = (township, own)
    return dict(sorted(found.items()))


async def _with_villages(by_township: dict[str, tuple[Unit, list[Unit]]]) -> list[screening.Case]:
    """Judged are villages: those named (or those of the grids named), or all of a township."""
    paths = list(by_township)
    rows = Unit.filter(level="village", ended_on=None, path__gte=paths[0], path__lt=paths[-1][:-1] + "0")
    villages: dict[str, list[Unit]] = {path: [] for path in paths}
    for village in await rows.order_by("path"):
        above = village.path[: village.path.rstrip("/").rindex("/") + 1]
        if above in villages:
            villages[above].append(village)
    return [_case(township, named, villages[path]) for path, (township, named) in by_township.items()]


def _case(township: Unit, named: Sequence[Unit], villages: Sequence[Unit]) -> screening.Case:
    if not named:
        return screening.Case(township, villages, (), whole=True)
    around = {path for unit in named for path in upwards(unit.path)}
    touched = [village for village in villages if village.path in around]
    return screening.Case(township, touched, tuple(dict.fromkeys(named)), whole=False)


def _text(value: str, field: str, otherwise: str, longest: int) -> str:
    text = value.strip()
    if not text and otherwise:
        raise Invalid(otherwise, field=field)
    if len(text) > longest:
        raise Invalid(f"内容太长，最多 {longest} 个字。", field=field)
    return text


def _in_time(deadline: date) -> date:
    if deadline < today():
        raise Invalid("办理期限不能早于今天。", field="deadline")
    return deadline


async def _known_demands(codes: list[str]) -> list[Demand]:
    if not codes:
        raise Invalid("请勾选要村社做什么。", field="demands")
    found = {demand.code: demand for demand in await Demand.filter(code__in=codes)}
    if len(found) < len(codes):
        raise Invalid("要求只能从固定的清单中勾选。", field="demands")
    return [found[code] for code in codes]


async def _known_elements(codes: list[str]) -> list[Element]:
    rows = Element.filter(code__in=codes, state="in_force")
    found = {element.code: element for element in await rows} if codes else {}
    if len(found) < len(codes):
        raise Invalid("数据只能从数据底册已登记的数据项中选择。", field="elements")
    return [found[code] for code in codes]
