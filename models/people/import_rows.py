"""Rows of a table of people: each a person, known by name and telephone, and the post to hold, every cell through its gate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.base.choices import choice
from models.base.clock import today
from models.base.identities import code_of, name_of
from models.base.refusals import Invalid
from models.base.telephones import telephone
from models.base.text import one_line, says_something
from models.base.viewer import Viewer
from models.importing import Column, Import, Row, day
from models.people.duplicates import Key, known_as
from models.people.management import manages, who_manages
from models.people.roles import LEVELS_OF, ROLES
from models.plausibility import doubts_on_a_person, doubts_on_a_telephone
from models.units import LEVELS, Unit

COLUMNS = (
    Column("name", "姓名", ("名字",), needed=True),
    Column("phone", "电话", ("手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式"), needed=True),
    Column("unit_code", "单位编码", ("单位代码", "编码"), needed=True),
    Column("role", "职务", ("角色", "岗位"), needed=True),
    Column("title", "称呼", ("职务名称",)),
    Column("from_on", "任职日期", ("开始日期", "任职开始", "任职时间")),
    Column("until_on", "结束日期", ("任职结束", "到期日期")),
    Column("duties", "分管领域", ("分管", "领域")),
)
BETWEEN_WORDS = re.compile(r"[\s、，,；;/]+")


@dataclass(frozen=True)
class Entry:
    """One row that is right: a person, known by name and telephone, and the post to hold."""

    name: str
    phone: str
    unit: Unit
    role: str
    title: str
    from_on: date
    until_on: date | None
    duties: tuple[str, ...]

    @cached_property
    def key(self) -> Key:
        return known_as(self.name, self.phone, self.unit.pk)

    @property
    def post(self) -> tuple[str, str, int, int, str]:
        return *self.key, self.unit.pk, self.role


@dataclass
class Entries:
    """The rows that are right so far, and which of them was first to name a post, and a telephone."""

    all: list[Entry] = field(default_factory=list)
    posts: dict[tuple[str, str, int, int, str], int] = field(default_factory=dict)
    phones: dict[str, tuple[int, str]] = field(default_factory=dict)
    names: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    """The first of each name without a telephone."""

    def add(self, row: Row, entry: Entry, outcome: Import) -> None:
        """Nobody holds the same post twice: a second row about it is an error."""
        first = self.posts.setdefault(entry.post, row.line)
        if first != row.line:
            row.fault(f"与第 {first} 行重复（{entry.name}，{ROLES[entry.role]}）")
        self.all.append(entry)
        for what in (*doubts_on_a_person(entry.name), *doubts_on_a_telephone(entry.phone)):
            outcome.doubt(row.line, what)
        other, name = self.phones.setdefault(entry.phone, (row.line, entry.name))
        if entry.phone and name != entry.name:
            outcome.doubt(row.line, f"“{entry.name}”与第 {other} 行的“{name}”电话相同")
        if not entry.phone:
            line, before = self.names.setdefault(entry.key[0], (row.line, entry))
            if before.key != entry.key:
                outcome.doubt(row.line, f"“{entry.name}”没有电话，与第 {line} 行的同名，当作两个人")


def entry_of(row: Row, units: Mapping[str, Unit], actor: Viewer) -> Entry | None:
    """The row as a person and a post, or None with its faults noted."""
    name, phone = row.take("name", _name), row.take("phone", telephone)
    unit, role = row.take("unit_code", lambda text: _unit(text, units)), row.take("role", _role)
    from_on, until_on = row.take("from_on", day, days=True), row.take("until_on", day, days=True)
    title, duties = row.take("title", _title), row.take("duties", _duties)
    if unit is not None and role is not None:
        _must_fit(row, unit, role, actor)
    begins = from_on or today()
    if until_on is not None and until_on < begins:
        row.fault("结束日期不能早于开始日期", "until_on")
    if row.faults or name is None or phone is None or unit is None or role is None:
        return None
    return Entry(name, phone, unit, role, title or "", begins, until_on, duties or ())


def _must_fit(row: Row, unit: Unit, role: str, actor: Viewer) -> None:
    if unit.level not in LEVELS_OF[role]:
        places = "、".join(LEVELS[level] for level in LEVELS if level in LEVELS_OF[role])
        row.fault(f"{ROLES[role]}不能设在{LEVELS[unit.level]}，应设在{places}", "role")
    elif not manages(actor, role, unit.path):
        row.fault(f"{ROLES[role]}由{who_manages(role)}登记，您不能导入", "role")


def _name(text: str) -> str:
    name = name_of(text)
    if not 1 <= len(name) <= 40:
        raise Invalid("没有填姓名" if not name else f"姓名有 {len(name)} 个字，最多 40 个字")
    if not says_something(name):
        raise Invalid("姓名没有文字")
    return name


def _unit(text: str, units: Mapping[str, Unit]) -> Unit:
    code = code_of(text).upper()
    if not code:
        raise Invalid("没有填单位编码")
    if code not in units:
        raise Invalid(f"单位编码“{code[:40]}”不存在或不在管理范围内")
    return units[code]


def _role(text: str) -> str:
    return choice(text, ROLES)


def _title(text: str) -> str:
    title = one_line(text)
    if len(title) > 40:
        raise Invalid(f"有 {len(title)} 个字，最多 40 个字")
    return title


def _duties(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in BETWEEN_WORDS.split(one_line(text)) if word))
