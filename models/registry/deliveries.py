"""What a partner's program delivers: many values at once, each taken or refused by itself, and told again for the same key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import column, link
from models.base.commands import Personal, command
from models.base.days import Happened
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import NOTHING, Viewer, subtree
from models.people import Post
from models.people.roles import ASKERS
from models.registry.codes import current_codes
from models.registry.kinds import number_of, parsed, period_key
from models.registry.owners import owns
from models.registry.records import DataValue, Element
from models.registry.value_import import brings_values_in
from models.units import Unit

MOST_AT_ONCE = 1_000
Line = tuple[str, str, str, date]
"""Code of a village, code of an element, the value and its day."""


class ValueDelivery(Record):
    """Values that came at once from a program, and which of them were refused and why."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "value_deliveries", said="哪里的", indexed=True)
    unit_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "value_deliveries", said="谁报送的", indexed=True)
    by_id: int
    at: datetime = column("报送时间", fields.DatetimeField())
    accepted = column("收下几个", fields.IntField())
    same = column("和已有的一样的几个", fields.IntField())
    refused: list[dict[str, Any]] = column("没有收的和原因", fields.JSONField())
    """By place in what was sent, counted from 0: the part that is wrong, and a sentence."""

    called = "报送"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "value_delivery"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own."""
        return cls.filter(by__person_id=viewer.person_id) if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.unit.path


@command(said="系统报送数据", who=brings_values_in)
async def put_values(
    actor: Viewer,
    unit: Unit,
    *,
    villages: Sequence[str],
    elements: Sequence[str],
    values: Personal[Sequence[str]],
    as_of: Happened[date],
) -> ValueDelivery:
    """Put values of many villages on file; one that does not fit is refused by itself, with the reason."""
    lines: list[Line] = [(*line, as_of) for line in zip(villages, elements, values, strict=False)]
    if not 1 <= len(lines) <= MOST_AT_ONCE or not len(villages) == len(elements) == len(values):
        raise Invalid(
            f"一次报送 1 至 {MOST_AT_ONCE} 个数，每个都要有村、数据项、数值和日期。", field="values"
        )
    known = {
        one.code: one for one in await Element.filter(code__in=current_codes(set(elements)), state="in_force")
    }
    inside = Unit.filter(
        subtree("path", unit.path), level="village", ended_on=None, code__in=sorted(set(villages))
    )
    places = {one.code: one for one in await inside}
    rows, refused = _judged(actor, lines, known, places)
    new = await _not_on_file(rows)
    await DataValue.bulk_create(new, batch_size=500)
    return await ValueDelivery.create(
        unit=unit,
        by_id=actor.post_id,
        at=now(),
        accepted=len(new),
        same=len(rows) - len(new),
        refused=refused,
    )


def _judged(
    actor: Viewer, lines: Sequence[Line], known: dict[str, Element], places: dict[str, Unit]
) -> tuple[list[DataValue], list[dict[str, Any]]]:
    rows: list[DataValue] = []
    refused: list[dict[str, Any]] = []
    said: dict[tuple[int, int, date], str] = {}
    for index, line in enumerate(lines):
        try:
            row = _row(actor, line, known, places)
            if said.setdefault((row.unit_id, row.element_id, row.as_of), row.value) != row.value:
                raise Invalid("同一个村同一天的这个数据项，在这次报送里有两个数。", field="value")
            rows.append(row)
        except Invalid as no:
            refused.append({"index": index, "field": no.field, "message": no.reason})
    return rows, refused


def _row(actor: Viewer, line: Line, known: dict[str, Element], places: dict[str, Unit]) -> DataValue:
    village, code, value, on = line
    unit, element = places.get(village), known.get(next(iter(current_codes([code])), ""))
    if unit is None:
        raise Invalid("这里没有这个编码的村社。", field="village")
    if element is None:
        raise Invalid("没有这个数据项，或者已经停用。", field="element")
    if actor.hat is not None and actor.is_a(*ASKERS) and not owns(actor.hat.unit_name, element.owner):
        raise Invalid(f"“{element.name}”不归本部门，不能报送。", field="element")
    if on > today():
        raise Invalid("数据日期不能晚于今天。", field="as_of")
    kept = parsed(element, value)
    return DataValue(
        element=element,
        unit=unit,
        value=kept,
        number=number_of(element, kept),
        as_of=on,
        period=period_key(element, on),
        at=now(),
        by_id=actor.post_id,
        origin="partner",
    )


async def _not_on_file(rows: Sequence[DataValue]) -> list[DataValue]:
    """Those that say something new: each once, and none that the same post has put on file with this day and value.

    What others put there does not count: whether a guess is the same would tell what is masked.
    """
    kept = DataValue.filter(
        by_id__in=sorted({one.by_id for one in rows}),
        unit_id__in=sorted({one.unit_id for one in rows}),
        element_id__in=sorted({one.element_id for one in rows}),
        as_of__in=sorted({one.as_of for one in rows}),
    )
    there = {
        (*map(int, ids), on, value)
        for *ids, on, value in await kept.values_list("unit_id", "element_id", "as_of", "value")
    }
    found: dict[tuple[Any, ...], DataValue] = {}
    for one in rows:
        key = (one.unit_id, one.element_id, one.as_of, one.value)
        if key not in there:
            found.setdefault(key, one)
    return list(found.values())
