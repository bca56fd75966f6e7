"""What a table of units would make and change: each row through its gates, parents found wherever they stand in the table."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from models.base.choices import choice
from models.base.folding import folded
from models.base.identities import code_of, name_of
from models.base.pools import TABLES
from models.base.refusals import Invalid
from models.base.text import says_something
from models.importing import Import, Row, each
from models.pinyin import initials
from models.plausibility import doubts_on_a_place
from models.tables.table import Table
from models.units.management import BELOW, CODE
from models.units.records import LEVELS, Unit, shown_name

OFFICIAL = {"street": "township", "town": "township", "village": "village", "community": "village"} | {
    "township": "township",
    "village_like": "village",
}
"""Official kinds that are levels of ours; every other kind is a level by its own name."""
KINDS = LEVELS | {
    "street": "街道",
    "town": "镇",
    "community": "社区",
    "village_like": "类似村",
}
ALSO = {
    "地级市": "city",
    "设区市": "city",
    "县": "county",
    "区": "county",
    "县级市": "county",
    "乡": "township",
} | {
    "村": "village",
    "行政村": "village",
    "居委会": "community",
    "居民委员会": "community",
    "社区居委会": "community",
    "社区居民委员会": "community",
    "村委会": "village",
    "村民委员会": "village",
    "街道办事处": "street",
    "镇人民政府": "town",
    "乡人民政府": "township",
}
ANY_KIND = frozenset({LEVELS["village"], LEVELS["township"]})
"""Words that name a level and leave its kinds open."""
LONGEST, DEEPEST = 80, 8


class Planned(NamedTuple):
    """A unit that the table makes or changes, and the row that says so."""

    line: int
    unit: Unit


@dataclass
class Entry:
    """One row as it is written: what passes its gates alone, without its place in the tree."""

    line: int
    code: str
    name: str
    kind: str
    parent_code: str
    any_kind: bool

    @property
    def level(self) -> str:
        return OFFICIAL.get(self.kind, self.kind)


async def plan(table: Table, known: Mapping[str, Unit], outcome: Import) -> list[Planned]:
    """The units a table would make or change, in its order, with faults and doubts noted by row."""
    entries, refused = dict[str, Entry](), set[str]()
    short = partial(official_code, known=known)
    padded = dict[str, str]()
    async for row in each(table):
        entry = _read(row, short, padded)
        first = entries.get(entry.code) if entry is not None else None
        if first is not None:
            row.fault(f"{first.code} 与第 {first.line} 行重复", "code")
        if not outcome.accepts(row) or entry is None:
            refused.add(short(code_of(str(row.cells.get("code", ""))).upper()))
        else:
            entries[entry.code] = entry
    if padded:
        long, kept = next(iter(padded.items()))
        outcome.notes = [*outcome.notes, f"{len(padded)} 个编码末尾补位的零不算在内，例如 {long} 记作 {kept}"]
    return await TABLES.run(_Tree(known, entries, refused, table.heads, outcome).grown)


def official_code(code: str, known: Mapping[str, Unit]) -> str:
    """A code without the zeros it was filled up with: 330624004000 is the 330624004 of the town, 330600 the 3306 of the city."""
    if code in known or not re.fullmatch(r"[0-9]{12}|[0-9]{6}", code):
        return code
    for length, rest in ((4, code[4:]), (6, code[6:]), (9, code[9:])):
        if rest and not rest.strip("0"):
            return code[:length]
    return code


def _read(row: Row, short: partial[str], padded: dict[str, str]) -> Entry | None:
    def code(text: str) -> str:
        long = code_of(text).upper()
        if long and short(long) != long:
            padded[long] = short(long)
        return short(long)

    own, parent = row.take("code", lambda text: _code(code(text))), row.take("parent_code", code)
    name, kind = row.take("name", _name), row.take("level", _kind)
    if own is None or parent is None or name is None or kind is None:
        return None
    said = folded(str(row.cells.get("level", "")))
    return Entry(row.line, own, name, kind, parent, any_kind=said in map(folded, ANY_KIND))


def _code(code: str) -> str:
    if not CODE.fullmatch(code):
        raise Invalid(f"“{code[:40]}”不是编码，编码只能用数字、大写字母和连字符，最多 32 个")
    return code


def _name(text: str) -> str:
    name = shown_name(name_of(text))
    if not name or len(name) > LONGEST:
        raise Invalid(f"名称没有填，或者超过 {LONGEST} 个字")
    if not says_something(name):
        raise Invalid("名称里没有文字")
    return name


def _kind(text: str) -> str:
    return ALSO.get(folded(text)) or choice(text, KINDS)


class _Tree:
    """The tree as it stands with the rows of a table hung into it, each below its parent."""

    def __init__(
        self,
        known: Mapping[str, Unit],
        entries: dict[str, Entry],
        refused: set[str],
        heads: Mapping[str, str],
        outcome: Import,
    ) -> None:
        self.known, self.entries, self.refused, self.outcome = known, entries, refused, outcome
        self.heads = heads
        self.units: dict[str, Unit] = dict(known)
        self.judged: set[str] = set()
        self.below: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries.values():
            self.below[entry.parent_code].append(entry)
        self.city = next((unit.code for unit in known.values() if unit.level == "city"), "")

    def grown(self) -> list[Planned]:
        planned = [one for entry in self._from_the_top() if (one := self._placed(entry))]
        missing = {code: one for code, one in self.entries.items() if code not in self.judged}
        for entry in missing.values():
            if what := self._without_parent(entry, missing):
                self._fault(entry, "parent_code", what)
        self._doubt()
        return sorted(planned)

    def _from_the_top(self) -> Iterator[Entry]:
        """Each entry after its parent: first those whose parent stands, or who have none."""
        tops = [one for one in self.entries.values() if one.level == "city" or one.parent_code in self.known]
        line = deque(tops)
        while line:
            entry = line.popleft()
            yield entry
            if entry.code not in self.known:
                line.extend(one for one in self.below.get(entry.code, ()) if one.level != "city")

    def _without_parent(self, entry: Entry, missing: Mapping[str, Entry]) -> str:
        """What is wrong with an entry that hangs from nothing; nothing where its parent is told of: one cause is told once."""
        above, seen = entry.parent_code, 0
        if above not in missing and above not in self.refused:
            return f"“{above[:40]}”不存在，表里和系统里都没有这个单位" if above else "没有填，只有市没有上级"
        while above in missing and above != entry.code and seen < DEEPEST:
            above, seen = missing[above].parent_code, seen + 1
        return f"“{entry.parent_code}”又在这个单位下面，上下级绕成了圈" if above in missing else ""

    def _placed(self, entry: Entry) -> Planned | None:
        self.judged.add(entry.code)
        parent, standing = self.units.get(entry.parent_code), self.known.get(entry.code)
        if entry.level != "city" and (parent is None or parent.code in self.refused):
            return None
        path = f"{parent.path if parent and entry.level != 'city' else ''}{entry.code}/"
        wrong = self._wrong(entry, parent) or _moved(entry, standing, path)
        if wrong:
            self._fault(entry, *wrong)
            return None
        kind = standing.kind if standing is not None and entry.any_kind else entry.kind
        unit = Unit(code=entry.code, name=entry.name, level=entry.level, kind=kind, path=path)
        unit.pinyin = initials(entry.name)[:80]
        self.units[entry.code] = unit
        return self._counted(entry.line, unit, standing)

    def _fault(self, entry: Entry, column: str, what: str) -> None:
        self.outcome.fault(entry.line, f"“{self.heads[column]}”：{what}")
        self.refused.add(entry.code)

    def _counted(self, line: int, unit: Unit, standing: Unit | None) -> Planned | None:
        if standing is None:
            self.outcome.made += 1
        elif (standing.name, standing.kind) == (unit.name, unit.kind):
            self.outcome.same += 1
            return None
        else:
            self.outcome.changed += 1
            unit.pk = standing.pk
        return Planned(line, unit)

    def _wrong(self, entry: Entry, parent: Unit | None) -> tuple[str, str] | None:
        """There is one tree: one city, below nothing of ours, and each level below its own."""
        if entry.level == "city":
            if entry.parent_code in self.units or self.city not in ("", entry.code):
                return (
                    "code",
                    f"{entry.code}：只能有一个市，而且没有上级；已有 {self.city or entry.parent_code}",
                )
            self.city = entry.code
        elif parent is not None and entry.level not in BELOW[parent.level]:
            return "level", f"{parent.name}是{LEVELS[parent.level]}，下面不能设{LEVELS[entry.level]}"
        return None

    def _doubt(self) -> None:
        """Odd names, and two units of one name below one parent."""
        named: dict[tuple[str, str], str] = {
            (one.path.removesuffix(f"{code}/"), folded(one.name)): code for code, one in self.known.items()
        }
        for entry in self.entries.values():
            for what in doubts_on_a_place(entry.name):
                self.outcome.doubt(entry.line, what)
            unit = self.units.get(entry.code)
            above = unit.path.removesuffix(f"{entry.code}/") if unit is not None else ""
            other = named.setdefault((above, folded(entry.name)), entry.code)
            if unit is not None and other != entry.code:
                self.outcome.doubt(entry.line, f"“{entry.name}”与{self._told(other)}在同一个上级下面同名")

    def _told(self, code: str) -> str:
        return f"第 {self.entries[code].line} 行" if code in self.entries else f"已有的单位（{code}）"


def _moved(entry: Entry, standing: Unit | None, path: str) -> tuple[str, str] | None:
    if standing is not None and standing.path != path:
        return "parent_code", f"{entry.name}已在别的单位下面，导入不能移动单位"
    if standing is not None and standing.level != entry.level:
        return "level", f"{entry.name}已是{LEVELS[standing.level]}，导入不能改变级别"
    return None
