"""Which of the fields a request wants are on file already, and who else asks for them: told before anybody approves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.base.clock import now, today
from models.base.viewer import Viewer, for_all_eyes, subtree
from models.intake.overlap import A_YEAR, NEWEST
from models.matters import Matter
from models.people.roles import DESK, LEDGER_READERS
from models.registry import RELIED_UPON, DataValue, Element, current_codes
from models.requests.records import RequestUnit, WorkRequest
from models.units import Unit

STANDING = ("pending_review", "admitted", "exception", "answered")
SHOWN_OF_OTHERS = ("id", "title", "elements", "matter_id", "state", "department_id", "submitted_at")
OTHERS = 3
"""Requests named for one field; the rest of them are counted."""


@dataclass(frozen=True)
class Field:
    """One field that is wanted: how many of the villages hold it fresh, how old it is, and where it came from."""

    code: str
    element: Element | None
    """None where nobody has registered a data element with this code."""
    villages: int
    values: tuple[DataValue, ...]
    """The newest fresh value of each village that holds one."""
    others: tuple[WorkRequest, ...]
    """Other standing requests to the same villages that want it too, newest first."""
    kept_back: bool
    """Sensitive, and the viewer is not at the township: whether it is held is not theirs to know."""

    @property
    def name(self) -> str:
        return self.element.name if self.element else self.code

    @property
    def held(self) -> int:
        return len(self.values)

    @property
    def struck(self) -> bool:
        """Held fresh by every village: nobody fills it in again unless somebody says why."""
        return bool(self.villages) and self.held == self.villages

    @property
    def oldest(self) -> date | None:
        return min((value.as_of for value in self.values), default=None)

    @property
    def newest(self) -> date | None:
        return max((value.as_of for value in self.values), default=None)

    @property
    def from_tasks(self) -> int:
        """How many of the values came with the report on an earlier task; the others were put on file directly."""
        return sum(value.task_id is not None for value in self.values)


@dataclass(frozen=True)
class FieldReport:
    """All fields that are wanted of some villages."""

    fields: tuple[Field, ...]
    villages: tuple[Unit, ...]

    @property
    def struck(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.struck)

    @property
    def to_ask(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.struck)

    @property
    def lacking_nothing(self) -> tuple[Unit, ...]:
        """Villages that hold every field: asked for data alone they would have nothing to fill in."""
        holders = [{value.unit_id for value in field.values} for field in self.fields]
        return tuple(one for one in self.villages if all(one.pk in held for held in holders) and holders)

    @property
    def sentence(self) -> str:
        """14 of 20 fields are held already, in one line."""
        if not self.fields:
            return "没有要填报的数据项。"
        partly = sum(0 < field.held < field.villages for field in self.fields)
        told = f"{len(self.fields)} 个数据项里 {len(self.struck)} 个各村都已有且未过期，默认不再填报"
        return told + (f"；另有 {partly} 个部分村社已有。" if partly else "。")


@for_all_eyes
def reads_values(viewer: Viewer, path: str) -> bool:
    """The township's desk and those who watch over it: whoever asks reads the verdict, not the values on file."""
    return viewer.oversees(path, *LEDGER_READERS)


def wanted_codes(requests: Iterable[WorkRequest], form: Sequence[str]) -> list[str]:
    """What the requests name and what the matter's form asks for, each field once."""
    named = [code for request in requests for code in request.elements]
    return current_codes([*named, *form])


async def fields_of(viewer: Viewer, request: WorkRequest, *, others: bool = True) -> FieldReport:
    """The report of one request, for all the villages it concerns; who else asks is told where it is wanted."""
    codes = wanted_codes([request], request.matter.form if request.matter else [])
    return await fields_at(
        viewer,
        request.township,
        codes,
        await villages_of(request) if codes else [],
        beside=[request.pk] if others else None,
    )


async def villages_of(request: WorkRequest) -> list[Unit]:
    """The villages named (or those of the grids named), or all of the township."""
    named = RequestUnit.filter(request_id=request.pk).values_list("unit__path", flat=True)
    paths = [str(path) for path in await named]
    rows = Unit.filter(subtree("path", request.township.path), level="village", ended_on=None)
    villages = await rows.order_by("path")
    return [one for one in villages if not paths or any(path.startswith(one.path) for path in paths)]


async def fields_at(
    viewer: Viewer,
    township: Unit,
    codes: Sequence[str],
    villages: Sequence[Unit],
    *,
    beside: Collection[int] | None,
) -> FieldReport:
    """What is held of these fields at these villages; and, but for None, which requests not `beside` want it too."""
    if not codes or not villages:
        return FieldReport((), tuple(villages))
    elements = {one.code: one for one in await Element.visible_to(viewer).filter(code__in=list(codes))}
    values = await fresh_values(viewer, list(elements.values()), [unit.pk for unit in villages])
    others = await _also_asked(viewer, township, set(codes), villages, beside) if beside is not None else []
    near = viewer.oversees(township.path, *DESK)
    hidden = {code for code, element in elements.items() if element.is_sensitive and not near}
    fields = (
        Field(
            code=code,
            element=elements.get(code),
            villages=len(villages),
            values=() if code in hidden else tuple(values.get(code, ())),
            others=tuple(one for one, wants in others if code in wants),
            kept_back=code in hidden,
        )
        for code in codes
    )
    return FieldReport(tuple(fields), tuple(villages))


async def fresh_values(
    viewer: Viewer, elements: Sequence[Element], units: Collection[int]
) -> dict[str, list[DataValue]]:
    """The newest fresh value of each unit, by the code of its element; one statement."""
    if not elements or not units:
        return {}
    on = today()
    oldest = on - timedelta(days=max(element.freshness_days for element in elements))
    rows = DataValue.visible_to(viewer).filter(
        element_id__in=[one.pk for one in elements], unit_id__in=list(units), as_of__gte=oldest, as_of__lte=on
    )
    rows = rows.filter(state__in=RELIED_UPON)
    by_number = {one.pk: one for one in elements}
    newest: dict[tuple[int, int], DataValue] = {}
    for row in await rows.order_by("as_of", "id"):
        if by_number[row.element_id].is_fresh(row.as_of, on):
            newest[row.element_id, row.unit_id] = row
    found: dict[str, list[DataValue]] = {}
    for (number, _), row in newest.items():
        found.setdefault(by_number[number].code, []).append(row)
    return found


async def _also_asked(
    viewer: Viewer, township: Unit, codes: set[str], villages: Sequence[Unit], beside: Collection[int]
) -> list[tuple[WorkRequest, set[str]]]:
    """Standing requests of the last year that want one of the fields of one of the villages."""
    rows = WorkRequest.visible_to(viewer).filter(
        township_id=township.pk, state__in=STANDING, submitted_at__gte=now() - A_YEAR
    )
    newest = await rows.exclude(id__in=list(beside)).order_by("-id").limit(NEWEST).only(*SHOWN_OF_OTHERS)
    forms = await _forms(newest)
    wanting = {
        one.pk: codes & {*current_codes([*one.elements, *forms.get(one.matter_id or 0, [])])}
        for one in newest
    }
    near = await _touching([pk for pk, wants in wanting.items() if wants], villages)
    named = await WorkRequest.filter(id__in=list(near)).order_by("-id").select_related("department")
    return [(one, wanting[one.pk]) for one in named]


async def _forms(requests: Iterable[WorkRequest]) -> dict[int, list[str]]:
    numbers = {one.matter_id for one in requests if one.matter_id is not None}
    rows = Matter.filter(id__in=sorted(numbers)).values_list("id", "form") if numbers else None
    return {int(str(number)): list(form) for number, form in await rows} if rows is not None else {}


async def _touching(requests: Sequence[int], villages: Sequence[Unit]) -> set[int]:
    """Those of the requests that concern one of the villages; without villages of its own a request concerns all."""
    if not requests:
        return set()
    rows = await RequestUnit.filter(request_id__in=list(requests)).values_list("request_id", "unit__path")
    paths = [(int(str(number)), str(path)) for number, path in rows]
    narrow = Counter(number for number, _ in paths)
    near = {number for number, path in paths if any(path.startswith(one.path) for one in villages)}
    return near | {number for number in requests if not narrow[number]}
