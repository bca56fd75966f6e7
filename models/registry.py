"""The registry (数据底册): defined data elements, and the values that units have reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import due, today
from models.base.columns import column, link
from models.base.commands import FromAbove, Personal, command, rule
from models.base.days import Happened
from models.base.identities import Code
from models.base.numbers import decimal, whole
from models.base.records import Record
from models.base.refusals import Invalid, Unreadable
from models.base.text import Line
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.people.roles import KEEPERS, OVERSEERS, VALUE_READERS, VALUE_WRITERS
from models.units import Unit

MANY = 200
"""Beyond so many units, naming each in the statement costs more than reading their elements whole."""


SHIPPED = {
    "households": ("常住户数", 400),
    "resident_population": ("常住人口数", 400),
    "hukou_population": ("户籍人口数", 100),
    "territory_area": ("村域总面积（亩）", 1825),
    "arable_area": ("耕地面积（亩）", 400),
}
"""What the product itself asks of the registry, for how many days a value answers: groups of villages, facts about bidders."""
MEASURED = frozenset({"territory_area", "arable_area"})
"""Those of them that need not be whole."""
FIGURES = 10**9
LONGEST_VALUE = 200


class Element(Record):
    """A defined piece of data that units may be asked for once per period."""

    code = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=100)
    period_days = column("多少天内有效", fields.IntField(default=365))
    sensitive = column("是否敏感", fields.BooleanField(default=False))

    called = "数据项"

    class Meta:
        table = "element"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter() if viewer.signed_in else cls.filter(NOTHING)

    def is_fresh(self, as_of: date, on: date) -> bool:
        return as_of <= on and as_of + timedelta(days=self.period_days) >= on


class DataValue(Record):
    """What a unit reported for an element as of a day, and where it came from."""

    element: fields.ForeignKeyRelation[Element] = link("Element", "data_values", said="数据项")
    element_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "data_values", indexed=True)
    unit_id: int
    value = fields.TextField()
    as_of = fields.DateField()
    task: fields.ForeignKeyNullableRelation[Any] = link("Task", "data_values", indexed=True, null=True)
    task_id: int | None
    by: fields.ForeignKeyNullableRelation[Post] = link("Post", "data_values", indexed=True, null=True)
    by_id: int | None

    called = "数据"
    judged_with = ("unit",)
    opens = frozenset({"element", "unit"})

    class Meta:
        table = "data_value"
        indexes = (("element_id", "unit_id", "as_of"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Everybody within their own area; sensitive values stay with the township and the village itself."""
        here = viewer.area("unit__path", *VALUE_READERS)
        above = viewer.area("unit__path", *OVERSEERS) & Q(element__sensitive=False)
        return cls.filter(here | above)

    def trail_path(self) -> str:
        return self.unit.path


@rule("只有清单管理员可以登记数据项。")
def keeps_the_registry(actor: Viewer, region: Unit) -> bool:
    return actor.oversees(region.path, *KEEPERS)


@rule("只有本村社书记或镇街统筹员可以登记数据。")
def knows_the_value(actor: Viewer, unit: Unit) -> bool:
    return actor.oversees(unit.path, *VALUE_WRITERS)


@command(said="定义台账项", who=keeps_the_registry)
async def define(
    actor: Viewer, region: Unit, *, code: Code[str], name: FromAbove[Line[str]], period_days: int = 365
) -> Element:
    """Add a data element, so that forms may ask for it and values answer for it."""
    if not code.strip() or not name.strip():
        raise Invalid("请填写数据项的编码和名称。", field="name")
    if len(code.strip()) > 40 or len(name.strip()) > 100:
        raise Invalid("编码不超过 40 个字符，名称不超过 100 个字。", field="name")
    if not 1 <= period_days <= 36_500:
        raise Invalid("有效期应为 1 至 36500 天。", field="period_days")
    if await Element.filter(code=code.strip()).exists():
        raise Invalid("这个编码已被使用。", field="code")
    return await Element.create(code=code.strip(), name=name.strip(), period_days=period_days)


@command(said="记入台账", who=knows_the_value)
async def record(
    actor: Viewer, unit: Unit, *, element: Element, value: Personal[str], as_of: Happened[date]
) -> DataValue:
    """Put a value on file for a unit, so that nobody needs to ask again while it is fresh."""
    kept = _fitting(element, value.strip())
    if as_of > today():
        raise Invalid("数据日期不能晚于今天。", field="as_of")
    return await DataValue.create(element=element, unit=unit, value=kept, as_of=as_of, by_id=actor.post_id)


def _fitting(element: Element, value: str) -> str:
    """Words of any kind for what a city defined; a number where the product itself reckons with it."""
    if not value:
        raise Invalid("请填写数值。", field="value")
    if len(value) > LONGEST_VALUE:
        raise Invalid(f"数值不超过 {LONGEST_VALUE} 个字。", field="value")
    if element.code not in SHIPPED:
        return value
    measured = element.code in MEASURED
    try:
        number = decimal(value) if measured else whole(value)
    except Unreadable:
        number = -1
    if not 0 <= number < FIGURES or number != round(number, 2):
        allowed = "数字，最多两位小数，例如 812.5。" if measured else "整数，例如 320。"
        raise Invalid(f"{element.name}只填{allowed}", field="value")
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


@due
async def settle_elements() -> None:
    """Put the shipped elements into the database where they are missing; what is there stays as it is."""
    rows = Element.filter(code__in=list(SHIPPED)).only("id", "code")
    known = {one.code for one in await rows}
    missing = [
        Element(code=code, name=name, period_days=days)
        for code, (name, days) in SHIPPED.items()
        if code not in known
    ]
    if missing:
        await Element.bulk_create(missing, ignore_conflicts=True)


async def held(
    element_codes: Collection[str], units: Collection[Unit], on: date
) -> dict[tuple[str, int], DataValue]:
    """The newest value on file that is still fresh, by element code and unit number."""
    elements = await Element.filter(code__in=list(element_codes)) if element_codes else []
    if not elements or not units:
        return {}
    wanted = {unit.pk for unit in units}
    rows = DataValue.filter(element_id__in=[e.pk for e in elements], as_of__lte=on)
    rows = rows.filter(as_of__gte=on - timedelta(days=max(e.period_days for e in elements)))
    if len(wanted) <= MANY:
        rows = rows.filter(unit_id__in=sorted(wanted))
    found = _newest(await rows.order_by("as_of", "id"), elements, wanted, on)
    for value in found.values():
        value.element = next(one for one in elements if one.pk == value.element_id)
    return found


def _newest(
    rows: Iterable[DataValue], elements: Iterable[Element], wanted: set[int], on: date
) -> dict[tuple[str, int], DataValue]:
    by_id = {element.pk: element for element in elements}
    found: dict[tuple[str, int], DataValue] = {}
    for row in rows:
        element = by_id[row.element_id]
        unit_id: int = row.unit_id
        if unit_id in wanted and element.is_fresh(row.as_of, on):
            found[element.code, unit_id] = row
    return found
