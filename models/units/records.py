"""Nodes of the tree, with the materialised path that makes "in my area" a range on an index."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.folding import folded
from models.base.identities import code_of
from models.base.records import Record
from models.base.search import Sought, said
from models.base.text import kept, narrowed
from models.base.viewer import NOTHING, Viewer

LEVELS = {
    "city": "市",
    "county": "县市区",
    "township": "乡镇街道",
    "village": "村社",
    "grid": "网格",
    "department": "部门",
}
COMMUNITIES = (range(1, 200), range(400, 500))
VILLAGES = (range(200, 400), range(500, 600))
"""Official codes of communities and of villages, and of places like them, by the last three of twelve digits."""
COMMITTEE = re.compile(r"(村民委员会|居民委员会|村委会|居委会)$")


class Unit(Record):
    """A node of the tree, found by a range over its materialised path."""

    code = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=80)
    level = column("层级", fields.CharField(max_length=12))
    kind = fields.CharField(max_length=20, default="")
    parent: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "children", said="上级单位", indexed=True, null=True
    )
    parent_id: int | None
    path = column("所在位置", fields.CharField(max_length=200, unique=True))
    pinyin = column("拼音首字母", fields.CharField(max_length=80, default="", db_index=True))
    ended_on = column("结束日期", fields.DateField(null=True))
    sought = Sought("name")

    called = "单位"
    follows = frozenset({"path", "pinyin"})
    versioned = True
    opens = frozenset({"parent"})
    kept_by: ClassVar[tuple[str, ...]] = ()
    brought_in_by: ClassVar[tuple[str, ...]] = ()
    """Roles that keep the units below theirs, and that bring a whole tree in: said by people, who know of roles."""

    class Meta:
        table = "unit"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in or viewer.is_clock else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.path

    @property
    def level_label(self) -> str:
        return LEVELS[self.level]

    def holds(self, path: str) -> bool:
        """Whether a path is this unit's own or lies below it."""
        return path.startswith(self.path)

    @property
    def is_community(self) -> bool:
        """A community (社区) and not a village (村): by the official code, and by the name where there is none."""
        number = int(self.code[-3:]) if re.fullmatch(r"[0-9]{12}", self.code) else 0
        if any(number in one for one in (*COMMUNITIES, *VILLAGES)):
            return any(number in one for one in COMMUNITIES)
        return self.name.endswith("社区")

    def ancestor_codes(self) -> list[str]:
        """Codes of the units above, the root first."""
        return self.path.rstrip("/").split("/")[:-1]


@dataclass
class UnitFilter:
    """What a reader of the tree is looking for."""

    text: str = ""
    level: str = ""
    within: str = ""
    """The code of a unit: only units below it."""

    def among(self, rows: QuerySet[Unit]) -> QuerySet[Unit]:
        if self.level:
            rows = rows.filter(level=self.level)
        if within := code_of(self.within).upper():
            rows = rows.filter(Q(path__contains=f"/{within}/") | Q(path__startswith=f"{within}/"))
        return rows.filter(named(self.text))


def named(text: str, column: str = "") -> Q:
    """By the words of a name, with its committee or without, by a code from its start, or by the first letters of pinyin."""
    return Q(*(_named(word, column) for word in kept(text).split()[:5]))


def _named(word: str, column: str) -> Q:
    letters = folded(word)
    if not letters.isascii() or not letters:
        return said(COMMITTEE.sub("", narrowed(word)) or word, f"{column}sought")
    code: Any = {f"{column}code__startswith": code_of(word).upper()}
    return Q(**{f"{column}pinyin__startswith": letters}) | Q(**code)


def shown_name(name: str) -> str:
    """A village's name without its committee: 梅渚村村委会 and 梅渚村民委员会 are both 梅渚村."""
    place = COMMITTEE.sub("", name.strip())
    if place == name.strip() or place.endswith(("村", "社区")):
        return place
    return place + ("社区" if name.endswith(("居民委员会", "居委会")) else "村")
