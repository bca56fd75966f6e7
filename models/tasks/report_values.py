"""What a report says field by field: read as its element wants it, held against what was said last, and put on file once accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from tortoise.expressions import Subquery

from models import registry
from models.base.clock import town_day
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.registry import DataValue, Element, parsed, shown
from models.registry.reasons import REASONS
from models.tasks.ask_once import place_of
from models.tasks.asked_fields import AskedField, ReportValue
from models.tasks.field_checks import added_up, doubts_of
from models.tasks.fields import Form, FormField
from models.tasks.records import Assignment
from models.tasks.reports import Report, standing
from models.units import Unit

SURE = "核对过没有错的话，请勾选“确认无误”再提交。"


@dataclass(frozen=True)
class Said:
    """What was typed into one field: where it stood in the list, the words, and why it differs from the last ones."""

    place: int
    figure: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """The answer to one field, in the form it is kept."""

    field: FormField
    value: str
    how: str
    reason: str = ""


def said_by_code(elements: Sequence[str], figures: Sequence[str], reasons: Sequence[str]) -> dict[str, Said]:
    """The lists of a report, which run in step, by the code of the element."""
    if len(figures) != len(elements) or (reasons and len(reasons) != len(elements)):
        raise Invalid("填报的内容不完整，请刷新页面后重新填写。", field="elements")
    if len(set(elements)) != len(elements):
        raise Invalid("同一个数据项填了两次。", field="elements")
    reasons = reasons or [""] * len(elements)
    rows = zip(elements, figures, reasons, strict=True)
    return {code: Said(place, figure.strip(), why.strip()) for place, (code, figure, why) in enumerate(rows)}


def told_in(form: Form, said: Mapping[str, Said], unchanged: bool, confirmed: bool) -> list[Told]:
    """The answers to a form; raises Invalid where a field is wrong, and once where figures look odd."""
    told = _answers_to(form, said, unchanged)
    odd = [] if confirmed else _odd(form, told)
    if odd:
        raise Invalid("".join(odd) + SURE, field="confirmed")
    return told


def _answers_to(form: Form, said: Mapping[str, Said], unchanged: bool) -> list[Told]:
    """What the village says to every field of its form; raises Invalid with all fields that are wrong."""
    wrong, told = _beside_the_form(form, said), list[Told]()
    for field in form.to_fill:
        if field.terms:
            continue
        try:
            told.append(_answer(field, said.get(field.element.code), unchanged))
        except Invalid as no:
            wrong.append(no)
    if wrong:
        raise Invalid.together(wrong)
    return [*told, *_sums(form, told)]


def _beside_the_form(form: Form, said: Mapping[str, Said]) -> list[Invalid]:
    """What was typed for anything that is not asked; saying again what is on file, or a sum, does no harm."""
    asked = {field.element.code for field in form.to_fill}
    known = {element.code: value for element, value in form.on_file}
    return [
        _already_there(known[code], one)
        if code in known
        else Invalid("这份任务没有要填这一项。", field=f"elements.{one.place}")
        for code, one in said.items()
        if code not in asked and not (code in known and one.figure in ("", known[code].value))
    ]


def _already_there(value: DataValue, said: Said) -> Invalid:
    told = f"“{value.element.name}”已经在册（{shown(value.element, value.value)}），不用再填；数不对请到本村数据里更正。"
    return Invalid(told, field=f"figures.{said.place}")


def _answer(field: FormField, said: Said | None, unchanged: bool) -> Told:
    last = field.last.value if field.last else ""
    at = f".{said.place}" if said else ""
    if said is None or not said.figure:
        if not (unchanged and last and said is None):
            raise Invalid(f"请填写“{field.element.name}”。", field=f"figures{at}")
        return Told(field, last, "confirmed")
    value = _parsed(field.element, said)
    if value == last:
        return Told(field, value, "confirmed")
    if not last:
        return Told(field, value, "filled")
    if unchanged:
        raise Invalid(
            f"“{field.element.name}”改过了，请点“提交反馈”，不要点“都没有变化”。", field=f"figures{at}"
        )
    if said.reason not in REASONS:
        before = shown(field.element, last)
        raise Invalid(f"“{field.element.name}”和上次的 {before} 不同，请选一下为什么。", field=f"reasons{at}")
    return Told(field, value, "corrected", said.reason)


def _parsed(element: Element, said: Said) -> str:
    try:
        return parsed(element, said.figure)
    except Invalid as no:
        raise Invalid(no.reason, field=f"figures.{said.place}") from None


def _sums(form: Form, told: Iterable[Told]) -> list[Told]:
    """The sums, in whatever order they rest on each other."""
    known = {element.code: value.value for element, value in form.on_file}
    known |= {one.field.element.code: one.value for one in told}
    waiting, found = [field for field in form.to_fill if field.terms], list[Told]()
    while ready := [field for field in waiting if known.keys() >= {code for _, code in field.terms}]:
        for field in ready:
            value = _added_up(field, known)
            known[field.element.code] = value
            found.append(Told(field, value, _how(field, value)))
        waiting = [field for field in waiting if field not in ready]
    return found


def _added_up(field: FormField, known: Mapping[str, str]) -> str:
    """A sum in the form its element is kept; raises Invalid where it is below nothing."""
    total = added_up(field.terms, known)
    try:
        return parsed(field.element, f"{total:f}")
    except Invalid:
        raise Invalid(f"“{field.element.name}”合计成了 {total:f}，请核对各项。", field="elements") from None


def _how(field: FormField, value: str) -> str:
    if field.last is None:
        return "filled"
    return "confirmed" if field.last.value == value else "corrected"


def _odd(form: Form, told: Sequence[Told]) -> list[str]:
    """What may well be right but looks odd: beside the last figure, and beside the others of the form."""
    known = {element.code: value.value for element, value in form.on_file}
    known |= {one.field.element.code: one.value for one in told}
    return [
        doubt
        for one in told
        for doubt in doubts_of(
            one.field.element, one.value, known, one.field.last.value if one.field.last else ""
        )
    ]


async def keep_with(report: Report, told: Sequence[Told]) -> None:
    """Keep the answers with their report: nothing goes on file before somebody has taken them as done."""
    await ReportValue.bulk_create(
        ReportValue(
            report_id=report.pk,
            element_id=one.field.element.pk,
            value=one.value,
            how=one.how,
            reason=one.reason,
        )
        for one in told
    )


async def put_on_file(actor: Viewer, assignment: Assignment) -> None:
    """Put what the accepted report says on file, as told by whoever reported, on the day they did.

    What the village has put right on file since stays the last word, and what a later version left out goes nowhere.
    """
    still = AskedField.filter(assignment_id=assignment.pk, dropped_at=None).values("element_id")
    said = ReportValue.filter(
        report__assignment_id=assignment.pk, element__state="in_force", element_id__in=Subquery(still)
    )
    rows = await said.order_by("id").select_related("element")
    report = await standing(assignment).first() if rows else None
    if report is None:
        return
    homes = await _homes(assignment)
    since = await _said_since(report, homes)
    accepted = [row for row in rows if row.report_id == report.pk]
    for row in accepted:
        home = homes[place_of(row.element, assignment.unit)]
        if (row.element_id, home.pk) not in since:
            await registry.put(
                actor,
                home,
                row.element,
                row.value,
                as_of=town_day(report.at),
                origin="report",
                task=assignment.task,
                report=report,
                by=report.by_id,
                on_behalf_of=report.on_behalf_of_id,
                reason=row.reason,
            )
    for how, answered in groupby(sorted(accepted, key=attrgetter("how")), attrgetter("how")):
        asked = AskedField.filter(assignment_id=assignment.pk)
        await asked.filter(element_id__in=[row.element_id for row in answered]).update(outcome=how)


async def _homes(assignment: Assignment) -> dict[int, Unit]:
    """The place itself, and of a grid its village."""
    unit = assignment.unit
    above = await Unit.get(id=unit.parent_id) if unit.level == "grid" and unit.parent_id else unit
    return {one.pk: one for one in (unit, above)}


async def _said_since(report: Report, homes: Collection[int]) -> set[tuple[int, int]]:
    """Elements of the report, with the place, of which somebody has put a value on file after it."""
    later = DataValue.filter(
        unit_id__in=list(homes), element__reported_values__report_id=report.pk, at__gt=report.at
    )
    rows = await later.values_list("element_id", "unit_id")
    return {(int(str(element)), int(str(unit))) for element, unit in rows}
