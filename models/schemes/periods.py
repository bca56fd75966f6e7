"""Periods: months, quarters and years of a city, each scored by the scheme in force on its first day, then closed for ever."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.days import FIRST, LAST
from models.base.identities import code_of
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer
from models.schemes.records import Scheme
from models.units import Unit

PERIODS = {"month": "月", "quarter": "季", "year": "年"}
KEY = re.compile(r"([0-9]{4})(?:-Q([1-4])|-([0-9]{1,2}))?")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(Record):
    """A span of days over which the villages of a city are compared, open until it is closed once and for all."""

    city: fields.ForeignKeyRelation[Unit] = link("Unit", "periods", said="市")
    city_id: int
    kind = fields.CharField(max_length=8)
    since = fields.DateField()
    until = column("到什么时候", fields.DateField())
    scheme: fields.ForeignKeyRelation[Scheme] = link("Scheme", "periods", indexed=True)
    scheme_id: int
    moves = column("变动过几次", fields.BigIntField(default=0))
    """How often its figures have changed."""
    moved_whole = column("第几次变动后要全部重算", fields.BigIntField(default=0, db_default=0))
    """The last change after which everything is worked out again, and not only what is marked with its number."""
    shown_moves = column("榜算到第几次变动", fields.BigIntField(default=-1))
    """The change up to which scores and boards have been worked out."""
    closed_at = column("封存时间", fields.DatetimeField(null=True))

    called = "评价周期"
    judged_with = ("city",)
    opens = frozenset({"city", "scheme"})

    class Meta:
        table = "period"
        unique_together = (("city", "kind", "since"),)
        indexes = (("closed_at", "since"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in or viewer.is_clock else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.city.path

    @property
    def name(self) -> str:
        return period_name(self.kind, self.since)

    @property
    def key(self) -> str:
        """As addresses and filters name it: 2026-11, 2026-Q4, 2026."""
        return period_key(self.kind, self.since)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def period_name(kind: str, since: date) -> str:
    if kind == "month":
        return f"{since.year}年{since.month}月"
    return f"{since.year}年" + (f"第{'一二三四'[since.month // 3]}季度" if kind == "quarter" else "")


def period_key(kind: str, since: date) -> str:
    if kind == "month":
        return f"{since:%Y-%m}"
    return f"{since.year}" + (f"-Q{since.month // 3 + 1}" if kind == "quarter" else "")


def kind_and_start(key: str) -> tuple[str, date] | None:
    """What a period's key names, or None for anything else and for what no calendar of the town holds."""
    found = KEY.fullmatch(code_of(key).upper())
    if found is None:
        return None
    year, quarter, month = found.groups()
    kind = "quarter" if quarter else "month" if month else "year"
    try:
        start = date(int(year), 3 * int(quarter) - 2 if quarter else int(month or 1), 1)
    except ValueError:
        return None
    return (kind, start) if FIRST <= start <= LAST else None


def span(kind: str, day: date) -> tuple[date, date]:
    """The first and last day of the month, quarter or year that holds a day."""
    length = MONTHS[kind]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    month = first.month - 1 + length
    return first, date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def holding(day: date) -> Q:
    """Periods that a day lies in."""
    return Q(since__lte=day, until__gte=day)
