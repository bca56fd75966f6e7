"""Values: put on file through one door, never changed there, and read while they are fresh."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.commands import Personal, command, rule
from models.base.days import Happened
from models.base.folding import folded
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import Viewer
from models.people.roles import VALUE_WRITERS
from models.registry.codes import current_codes
from models.registry.kinds import number_of, parsed, period_key
from models.registry.records import RELIED_UPON, DataValue, Element
from models.units import Unit

MANY = 200
"""Beyond so many units, naming each in the statement costs more than reading their elements whole."""
Found = dict[tuple[str, int], DataValue]
"""By the code of the element and the number of the unit."""


@rule("只有本村社书记或镇街统筹员可以登记数据。")
def knows_the_value(actor: Viewer, unit: Unit) -> bool:
    return actor.oversees(unit.path, *VALUE_WRITERS)


@command(said="记入台账", who=knows_the_value)
async def record(
    actor: Viewer, unit: Unit, *, element: Element, value: Personal[str], as_of: Happened[date]
) -> DataValue:
    """Put a value on file for a unit, so that nobody needs to ask again while it is fresh."""
    return await put(actor, unit, element, value, as_of=as_of, origin="entry")


async def put(
    actor: Viewer,
    unit: Unit,
    element: Element,
    value: str,
    *,
    as_of: date,
    origin: str,
    task: Any = None,
    report: Any = None,
    by: int | None = None,
    on_behalf_of: int | None = None,
    reason: str = "",
) -> DataValue:
    """The one way in, within whatever command brings a value; raises Invalid for what does not fit the element.

    `by` is the post that said it, where that is not the actor: a report goes on file by the hand of who accepts it.
    """
    kept = parsed(element, value)
    if as_of > today():
        raise Invalid("数据日期不能晚于今天。", field="as_of")
    if not element.is_in_force:
        raise Invalid(f"“{element.name}”现在不是有效的数据项，不能登记。", field="element")
    told_by = by or actor.post_id
    if told_by is None:
        raise NotAllowed("没有岗位的人不能登记数据。")
    return await DataValue.create(
        element=element,
        unit=unit,
        value=kept,
        number=number_of(element, kept),
        as_of=as_of,
        period=period_key(element, as_of),
        at=now(),
        by_id=told_by,
        on_behalf_of_id=on_behalf_of,
        origin=origin,
        task=task,
        report=report,
        reason=reason,
    )


async def elements_called(viewer: Viewer, text: str) -> list[Element]:
    """The elements whose name has these words in it, however they are written: a few hundred are looked through."""
    words = folded(text)
    rows = Element.visible_to(viewer).order_by("id")
    return [one for one in await rows if words in folded(one.name)] if words else []


async def held(element_codes: Collection[str], units: Collection[Unit], on: date) -> Found:
    """The newest value on file that is still fresh."""
    elements, rows = await _rows(element_codes, units, on)
    if rows is None:
        return {}
    rows = rows.filter(as_of__gte=on - timedelta(days=max(e.freshness_days for e in elements)))
    return _newest(await rows, elements, units, lambda element, row: element.is_fresh(row.as_of, on))


async def latest(element_codes: Collection[str], units: Collection[Unit], on: date) -> Found:
    """The newest value on file, also one that is no longer fresh: what a form is filled with beforehand."""
    elements, rows = await _rows(element_codes, units, on)
    return _newest(await rows, elements, units, lambda *_: True) if rows is not None else {}


async def _rows(
    codes: Collection[str], units: Collection[Unit], on: date
) -> tuple[list[Element], QuerySet[DataValue] | None]:
    """The elements of these codes, and their undisputed values at these units, oldest first."""
    elements = await Element.filter(code__in=current_codes(codes)) if codes else []
    if not elements or not units:
        return [], None
    rows = DataValue.filter(
        element_id__in=[e.pk for e in elements], as_of__lte=on, state__in=RELIED_UPON
    ).order_by("as_of", "id")
    if len(units) <= MANY:
        rows = rows.filter(unit_id__in=sorted({unit.pk for unit in units}))
    return elements, rows


def _newest(
    rows: Iterable[DataValue],
    elements: Sequence[Element],
    units: Collection[Unit],
    fits: Callable[[Element, DataValue], bool],
) -> Found:
    by_id, wanted = {element.pk: element for element in elements}, {unit.pk for unit in units}
    found: Found = {}
    for row in rows:
        element = by_id[row.element_id]
        if row.unit_id in wanted and fits(element, row):
            found[element.code, row.unit_id] = row
    for row in found.values():
        row.element = by_id[row.element_id]
    return found
