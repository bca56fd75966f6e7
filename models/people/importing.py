"""Importing people with their posts and, where named, their accounts: all or none, and again without effect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from models.base.clock import today
from models.base.commands import Secret, command
from models.base.days import day_of
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import Viewer, subtree
from models.importing import Import, Row, read_table
from models.people.managing import manages, tied, who_manages
from models.people.posts import PHONE, manages_people_here, must_manage
from models.people.records import LEVELS_OF, ROLES, Person, Post
from models.units import LEVELS, Unit

COLUMNS = ("name", "phone", "unit_code", "role")
"""Further columns, if present: title, from_on, until_on, duties (separated by spaces)."""


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


async def import_people(
    actor: Viewer, root: Unit, name: str, content: bytes, *, dry_run: bool = False
) -> Import:
    """Bring in a table of name, phone, unit_code, role; raises Invalid with every error by row."""
    take_people.judge(actor, root)
    outcome = Import()
    units = {unit.code: unit for unit in await Unit.filter(subtree("path", root.path))}
    read = [
        (line, _entry(actor, line, row, units, outcome)) for line, row in read_table(name, content, COLUMNS)
    ]
    entries = _each_once([(line, entry) for line, entry in read if entry is not None], outcome)
    outcome.must_be_right()
    new = await _new_ones(entries)
    outcome.made, outcome.same = len(new), len(entries) - len(new)
    if new and not dry_run:
        digest = hashlib.sha256(content).hexdigest()
        await take_people(actor, root, file=name, digest=digest, made=len(new), entries=new)
    return outcome


@command(who=manages_people_here)
async def take_people(
    actor: Viewer, root: Unit, *, file: str, digest: str, made: int, entries: Secret[list[Entry]]
) -> None:
    """Write the people of a checked table; the trail keeps the file's name and digest, not the people."""
    for entry in entries:
        must_manage(actor, entry.unit, entry.role)
    known = await _people_by_key()
    await _tie_known(actor, {known[e.name, e.phone] for e in entries if (e.name, e.phone) in known})
    fresh = dict.fromkeys((entry.name, entry.phone) for entry in entries)
    until = tied(actor)
    missing = [
        Person(name=name, phone=phone, tied_until=until)
        for name, phone in fresh
        if (name, phone) not in known
    ]
    await Person.bulk_create(missing, batch_size=500)
    known = await _people_by_key()
    await Post.bulk_create(
        (
            Post(
                person_id=known[entry.name, entry.phone],
                unit_id=entry.unit.pk,
                role=entry.role,
                title=entry.title,
                from_on=entry.from_on,
                until_on=entry.until_on,
                duties=list(entry.duties),
            )
            for entry in entries
        ),
        batch_size=500,
    )


async def _tie_known(actor: Viewer, persons: set[int]) -> None:
    """Whoever is known already is appointed by the table: never the actor, and tied like the new ones."""
    if actor.person_id in persons:
        raise NotAllowed("表里有您自己的任职，请由别人办理。")
    rows = await Person.select_for_update().filter(id__in=sorted(persons)) if actor.person_id else []
    for person in rows:
        person.tied_until = tied(actor, person.tied_until)
    if rows:
        await Person.bulk_update(rows, ["tied_until"], batch_size=500)


async def _people_by_key() -> dict[tuple[str, str], int]:
    rows = await Person.all().values_list("name", "phone", "id")
    return {(str(name), str(phone)): int(pk) for name, phone, pk in rows}


async def _new_ones(entries: list[Entry]) -> list[Entry]:
    held = {
        (str(name), str(phone), int(unit), str(role))
        for name, phone, unit, role in await Post.all().values_list(
            "person__name", "person__phone", "unit_id", "role"
        )
    }
    return [e for e in entries if (e.name, e.phone, e.unit.pk, e.role) not in held]


def _each_once(read: list[tuple[int, Entry]], outcome: Import) -> list[Entry]:
    """Nobody holds the same post twice: a second row about it is an error."""
    lines: dict[tuple[str, str, int, str], int] = {}
    for line, e in read:
        first = lines.setdefault((e.name, e.phone, e.unit.pk, e.role), line)
        if first != line:
            outcome.fault(line, f"与第 {first} 行重复")
    return [entry for _, entry in read]


def _entry(actor: Viewer, line: int, row: Row, units: dict[str, Unit], outcome: Import) -> Entry | None:
    unit, role = units.get(row["unit_code"].upper()), _role(row["role"])
    try:
        if unit is None:
            raise Invalid(f"单位编码“{row['unit_code']}”不存在或不在管理范围内")
        if role is None:
            raise Invalid(f"职务“{row['role']}”无效")
        if unit.level not in LEVELS_OF[role]:
            raise Invalid(f"{ROLES[role]}不能设在{LEVELS[unit.level]}")
        if not manages(actor, role, unit.path):
            raise Invalid(f"{ROLES[role]}由{who_manages(role)}登记，您不能导入")
        if not row["name"] or len(row["name"]) > 40:
            raise Invalid("姓名为空或太长")
        if row["phone"] and not PHONE.fullmatch(row["phone"]):
            raise Invalid(f"电话“{row['phone'][:20]}”只能用数字")
        from_on, until_on = _day(row.get("from_on", "")) or today(), _day(row.get("until_on", ""))
        if until_on is not None and until_on < from_on:
            raise Invalid("结束日期不能早于开始日期")
        return Entry(
            name=row["name"],
            phone=row["phone"],
            unit=unit,
            role=role,
            title=row.get("title", "")[:40],
            from_on=from_on,
            until_on=until_on,
            duties=tuple(row.get("duties", "").split()),
        )
    except Invalid as wrong:
        outcome.fault(line, wrong.reason)
        return None


def _role(text: str) -> str | None:
    """A role by its code or its Chinese name."""
    return text if text in ROLES else next((role for role, name in ROLES.items() if name == text), None)


def _day(text: str) -> date | None:
    try:
        return day_of(text[:10]) if text else None
    except ValueError:
        raise Invalid(f"日期“{text}”应写成 2026-01-31 的样子") from None
