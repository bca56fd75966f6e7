"""Bringing values in by table: a row for each value, or a row for each village with a column for each element.

All of a table or none. What may well be right, and looks odd beside what was told before, is listed to be looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from models.base.areas import end_of
from models.base.clock import now, today
from models.base.commands import Secret, command, rule
from models.base.days import Happened
from models.base.refusals import Invalid
from models.base.viewer import Viewer, subtree
from models.importing import Column, Import, Row, day, each, read_table
from models.people.roles import ASKERS, VALUE_IMPORTERS
from models.registry.codes import current_codes
from models.registry.import_doubts import doubts_on
from models.registry.kinds import number_of, parsed, period_key
from models.registry.masking import place_of, reading_of
from models.registry.newest import newest
from models.registry.owners import owns
from models.registry.records import DataValue, Element
from models.registry.registers import PERSONS
from models.units import Unit
from models.units.records import shown_name

UNIT = Column(
    "unit_code", "单位编码", ("编码", "村编码", "村社编码", "区划代码", "统计用区划代码", "单位代码")
)
NAME = Column("unit", "单位", ("村社", "村名", "村", "村（社区）", "行政村", "单位名称", "名称", "村社名称"))
ELEMENT = Column("element", "数据项", ("项目", "指标", "数据项编码", "指标名称"))
VALUE = Column("value", "数值", ("数", "值", "数据", "填报值"))
AS_OF = Column("as_of", "数据日期", ("日期", "截至日期", "哪一天的数据"))
PERSON = Column("person", "姓名", PERSONS)
OWN = (UNIT, NAME, ELEMENT, VALUE, AS_OF, PERSON)
MOST_NEAR = 3


class Told(NamedTuple):
    """A value of a table that is right so far."""

    line: int
    unit: Unit
    element: Element
    value: str
    as_of: date


class Known(NamedTuple):
    """What the words of a table may name."""

    elements: Mapping[str, Element]
    """By code and by name."""
    units: Mapping[str, list[Unit]]
    """By code and by name."""


@rule("只有镇街统筹员、清单管理员和部门可以导入自己工作的地方的数据。")
def brings_values_in(actor: Viewer, region: Unit) -> bool:
    return any(region.path.startswith(place_of(hat)) for hat in actor.hats_as(*VALUE_IMPORTERS))


async def import_values(
    actor: Viewer,
    region: Unit,
    name: str,
    content: bytes,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
) -> Import:
    """Bring in a table of values of the villages of a place; raises Invalid with every error by row."""
    acting = take_values.judge(actor, region)
    elements = await Element.filter(state="in_force")
    table = await read_table(name, content, (*OWN, *(_column(one) for one in elements)))
    if "person" in table.heads:
        raise Invalid(
            f"表里有“{table.heads['person']}”一栏：这里只收一个村的总数，不收到人的名册。", field="file"
        )
    outcome = Import(notes=table.notes)
    known = Known(_by_words(elements), await _units(region))
    told = [one async for row in each(table) for one in _told(row, known, as_of or today(), outcome, acting)]
    if not told and outcome.errors == []:
        raise Invalid(
            "表里没有数值。要有“单位编码”，和“数据项”“数值”两栏，或者每个数据项一栏。", field="file"
        )
    new = await _new(acting, region, told, outcome)
    outcome.must_be_right()
    if dry_run or not new:
        return outcome
    digest = hashlib.sha256(content).hexdigest()
    days = {one.as_of for one in new}
    await take_values(actor, region, file=name, digest=digest, made=len(new), until=max(days), values=new)
    return outcome


@command(said="导入数据", who=brings_values_in)
async def take_values(
    actor: Viewer,
    region: Unit,
    *,
    file: str,
    digest: str,
    made: int,
    until: Happened[date],
    values: Secret[list[Told]],
) -> None:
    """Put the values of a checked table on file; the trail keeps the file's name and digest."""
    rows = [
        DataValue(
            element=one.element,
            unit=one.unit,
            value=one.value,
            number=number_of(one.element, one.value),
            as_of=one.as_of,
            period=period_key(one.element, one.as_of),
            at=now(),
            by_id=actor.post_id,
            origin="import",
        )
        for one in values
    ]
    await DataValue.bulk_create(rows, batch_size=500)


def _column(element: Element) -> Column:
    return Column(element.code, element.name, (f"{element.name}（{element.measure}）",))


def _by_words(elements: Sequence[Element]) -> dict[str, Element]:
    return {word: one for one in elements for word in (one.code, one.name)}


async def _units(region: Unit) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in await Unit.filter(subtree("path", region.path), level="village", ended_on=None):
        for word in dict.fromkeys((unit.code, unit.name)):
            found.setdefault(word, []).append(unit)
    return found


def _told(row: Row, known: Known, default: date, outcome: Import, actor: Viewer) -> list[Told]:
    """What a row tells of its village, or its faults noted."""
    unit = _unit(row, known)
    on = row.take("as_of", day, days=True) or default
    if on > today():
        row.fault("数据日期不能晚于今天", "as_of")
    found = [
        Told(row.line, unit, element, value, on)
        for element, column in _asked(row, known)
        if (value := _value(row, element, column)) and unit is not None and _may_bring(row, actor, element)
    ]
    return found if outcome.accepts(row) else []


def _asked(row: Row, known: Known) -> list[tuple[Element, str]]:
    """The elements of a row, each with the column that holds its value."""
    if "element" not in row:
        codes = {one.code: one for one in known.elements.values()}
        return [(element, code) for code, element in codes.items() if code in row]
    said = row.take("element", str.strip) or ""
    element = known.elements.get(said) or known.elements.get(next(iter(current_codes([said])), ""))
    if element is None:
        near = _near(said, [*{one.name for one in known.elements.values()}])
        row.fault(f"没有这个数据项{near}", "element")
        return []
    return [(element, "value")]


def _value(row: Row, element: Element, column: str) -> str | None:
    """What is kept of a cell; an empty one of a wide table says nothing."""
    if column != "value" and not row.cells.get(column):
        return None
    return row.take(column, lambda text: parsed(element, text), days=element.kind == "day")


def _unit(row: Row, known: Known) -> Unit | None:
    code = (row.take("unit_code", str.strip) or "").upper()
    name = shown_name(row.take("unit", str.strip) or "")
    found = known.units.get(code, []) if code else known.units.get(name, [])
    column = "unit_code" if code else "unit"
    if len(found) == 1:
        return found[0]
    if found:
        row.fault(f"这里有 {len(found)} 个叫这个名字的村，请写单位编码", column)
    else:
        near = _near(code or name, list(known.units))
        row.fault(f"这里没有这个村{near}" if code or name else "没有写是哪个村", column)
    return None


def _near(said: str, words: Sequence[str]) -> str:
    """Names that look like it, for whoever mistyped it."""
    found = get_close_matches(said, words, MOST_NEAR, 0.6) if said else []
    return f"，是不是“{'”“'.join(found)}”" if found else ""


def _may_bring(row: Row, actor: Viewer, element: Element) -> bool:
    """Departments bring in what is theirs to own."""
    if not actor.is_a(*ASKERS) or (actor.hat and owns(actor.hat.unit_name, element.owner)):
        return True
    row.fault(f"“{element.name}”不归本部门，不能导入")
    return False


async def _new(actor: Viewer, region: Unit, told: Sequence[Told], outcome: Import) -> list[Told]:
    """Those that are not on file already, with what looks odd beside what is noted; a cell told twice is a fault.

    Held only against what the actor reads: a doubt, or that nothing is new, would tell what is masked.
    """
    elements = {one.element.pk: one.element for one in told}
    rows = await newest(list(elements), (region.path, end_of(region.path)), today())
    reading, places = await reading_of(actor), {one.unit.pk: one.unit.path for one in told}
    before = {
        (unit, pk): (value, str(on))
        for unit, pk, _, value, on, _ in map(tuple, rows)
        if unit in places and reading.reads(elements[pk], places[unit], number_of(elements[pk], value))
    }
    first: dict[tuple[int, int, date], Told] = {}
    for one in told:
        key = (one.unit.pk, one.element.pk, one.as_of)
        if key in first:
            outcome.fault(one.line, f"{one.unit.name}的“{one.element.name}”在第 {first[key].line} 行已经有了")
        first.setdefault(key, one)
    for line, what in doubts_on(list(first.values()), {key: value for key, (value, _) in before.items()}):
        outcome.doubt(line, what)
    new = [
        one
        for one in first.values()
        if before.get((one.unit.pk, one.element.pk)) != (one.value, one.as_of.isoformat())
    ]
    outcome.made, outcome.same = len(new), len(first) - len(new)
    return new
