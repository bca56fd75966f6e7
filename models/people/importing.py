"""Importing people with their posts and, where named, their accounts: all or none, and again without effect."""

from __future__ import annotations

import hashlib

from models.base.batches import page_by_page
from models.base.commands import Secret, command
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer, subtree
from models.importing import Import, each, read_table
from models.people.import_rows import COLUMNS, Entries, Entry, Key, entry_of, known_as
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
    await _tie_known(actor, {known[entry.key] for entry in entries if entry.key in known})
    fresh = dict.fromkeys(entry.key for entry in entries)
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
                person_id=known[entry.key],
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


async def _people_by_key() -> dict[Key, int]:
    """Everybody under the form in which they are compared, the first of several who are alike."""
    known: dict[Key, int] = {}
    async for page in page_by_page(Person.all().only("id", "name", "phone"), 1_000):
        for one in page:
            known.setdefault(known_as(one.name, one.phone), one.pk)
    return known


async def _new_ones(entries: list[Entry]) -> list[Entry]:
    places = {entry.unit.pk for entry in entries}
    held = {
        (*known_as(str(name), str(phone)), int(unit), str(role))
        for name, phone, unit, role in await Post.filter(unit_id__in=sorted(places)).values_list(
            "person__name", "person__phone", "unit_id", "role"
        )
    }
    return [entry for entry in entries if entry.post not in held]
