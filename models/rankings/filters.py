"""What readers of rankings look for: the same in both doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.base.identities import code_of
from models.base.text import kept, one_line
from models.base.viewer import NOTHING
from models.rankings.records import Placing
from models.schemes.periods import kind_and_start
from models.schemes.records import PeerGroup


@dataclass
class RankingFilter:
    """What a reader of rankings is looking for."""

    audience: str = "villages"
    """villages or persons."""
    area: str = ""
    """The code of a city, county or township: the board of just this area."""
    period: str = ""
    """2026-11, 2026-Q4 or 2026."""
    group: str = ""
    """The name of a peer group; without one, villages are read in the first group that stands there."""

    def among(self, rows: QuerySet[Placing]) -> QuerySet[Placing]:
        wanted: dict[str, Any] = {"board__audience": self.audience}
        if area := code_of(self.area).upper():
            wanted["board__area__code"] = area
        if kept(self.period):
            named = kind_and_start(self.period)
            if named is None:
                return rows.filter(NOTHING)
            wanted |= {"board__period__kind": named[0], "board__period__since": named[1]}
        if group := one_line(self.group):
            return rows.filter(**wanted, group__name=group)
        asked = rows.filter(**wanted)
        return _of_one_group(asked) if self.audience == "villages" else asked


def _of_one_group(rows: QuerySet[Placing]) -> QuerySet[Placing]:
    """Villages of different groups are never put in one order."""
    there = PeerGroup.filter(id__in=Subquery(rows.values("group_id")))
    first = there.order_by("position", "-scheme_id").limit(1).values("name")
    return rows.filter(group__name__in=Subquery(first))
