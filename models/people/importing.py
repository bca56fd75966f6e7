"""Importing people with their posts and, where named, their accounts: all or none, and again without effect."""

from __future__ import annotations

import hashlib

from models.base.commands import Secret, command
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer, subtree
from models.importing import Import, each, read_table
from models.people.import_rows import COLUMNS, Entries, Entry, entry_of
from models.people.known import Key, known_as, known_people
from models.people.managing import tied
from models.people.posts import manages_people_here, must_manage
from models.people.records import Person, Post
from models.units import Unit


async def import_people(
    actor: Viewer, root: Unit, name: str, content: bytes, *, dry_run: bool = False
) -> Import:
    """Bring in a table of name, phone, unit_code, role; raises Invalid with every error by row."""
    take_people.judge(actor, root)
    table = await read_table(name, content, COLUMNS)
    outcome, entries = Import(notes=table.notes), Entries()
    units = {unit.code: unit for unit in await Unit.filter(subtree("path", root.path))}
    async for row in each(table):
        entry = entry_of(row, units, actor)
        if entry is not None:
            entries.add(row, entry, outcome)
        outcome.accepts(row)
    outcome.must_be_right()
    new = await _new_ones(entries.all)
    outcome.made, outcome.same = len(new), len(entries.all) - len(new)
    if new and not dry_run:
        digest = hashlib.sha256(content).hexdigest()
        made = await take_people(actor, root, file=name, digest=digest, made=len(new), entries=new)
        outcome.made, outcome.same = made, len(entries.all) - made
    return outcome


@command(who=manages_people_here)
async def take_people(
    actor: Viewer, root: Unit, *, file: str, digest: str, made: int, entries: Secret[list[Entry]]
) -> int:
    """Write the people of a checked table; the trail keeps the file's name and digest, not the people."""
    for entry in entries:
        must_manage(actor, entry.unit, entry.role)
    # Somebody may have brought in the same table since it was read.
    entries = await _new_ones(entries)
    persons = await _persons(actor, entries)
    await Post.bulk_create(
        (
            Post(
                person_id=persons[entry.key],
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
    return len(entries)


async def _persons(actor: Viewer, entries: list[Entry]) -> dict[Key, int]:
    """Whom each row is about: known already and tied from now on, or made."""
    known = await known_people(entry.key for entry in entries)
    await _tie_known(actor, set(known.values()))
    until = tied(actor)
    fresh = {
        key: Person(name=entry.name, phone=entry.phone, tied_until=until)
        for key, entry in {one.key: one for one in reversed(entries)}.items()
        if key not in known
    }
    await Person.bulk_create([one for one in fresh.values() if one.phone], batch_size=500)
    for key, one in fresh.items():
        if not one.phone:
            # Nobody could tell which of several of this name it was.
            await one.save()
            known[key] = one.pk
    return known | await known_people(key for key, one in fresh.items() if one.phone)


async def _tie_known(actor: Viewer, persons: set[int]) -> None:
    """Whoever is known already is appointed by the table: never the actor, and tied like the new ones."""
    if actor.person_id in persons:
        raise NotAllowed("表里有您自己的任职，请由别人办理。")
    rows = await Person.select_for_update().filter(id__in=sorted(persons)) if actor.person_id else []
    for person in rows:
        person.tied_until = tied(actor, person.tied_until)
    if rows:
        await Person.bulk_update(rows, ["tied_until"], batch_size=500)


async def _new_ones(entries: list[Entry]) -> list[Entry]:
    places = {entry.unit.pk for entry in entries}
    held = {
        (*known_as(str(name), str(phone), int(unit)), int(unit), str(role))
        for name, phone, unit, role in await Post.filter(unit_id__in=sorted(places)).values_list(
            "person__name", "person__phone", "unit_id", "role"
        )
    }
    return [entry for entry in entries if entry.post not in held]
