"""Importing people with their posts and, where named, their accounts: all or none, and again without effect."""

from __future__ import annotations

import hashlib

from tortoise.expressions import Q, Subquery

from models.base.batches import page_by_page
from models.base.commands import Secret, command
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer, subtree
from models.importing import Import, each, read_table
from models.people.import_rows import COLUMNS, Entries, Entry, Key, entry_of, known_as
from models.people.managing import not_managed, tied
from models.people.posts import held_elsewhere, manages_people_here, must_manage
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
    if dry_run:
        await _must_manage_known(actor, root, new, await _people_by_key(root))
    elif new:
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
    known = await _people_by_key(root)
    await _must_manage_known(actor, root, entries, known)
    fresh = dict.fromkeys(entry.key for entry in entries)
    until = tied(actor)
    missing = [
        Person(name=name, phone=phone, tied_until=until)
        for name, phone in fresh
        if (name, phone) not in known
    ]
    await Person.bulk_create(missing, batch_size=500)
    known = await _people_by_key(root)
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


async def _must_manage_known(actor: Viewer, root: Unit, entries: list[Entry], known: dict[Key, int]) -> None:
    """Whoever is known already and gets another post by the table: never somebody of whose posts one is another's."""
    named = {known[entry.key]: entry.name for entry in entries if entry.key in known}
    if actor.person_id in named:
        raise NotAllowed("表里有您自己的任职，请由别人办理。")
    here = Post.filter(subtree("unit__path", root.path)).values("person_id")
    held = not_managed(actor).filter(person_id__in=Subquery(here)).order_by("id")
    async for page in page_by_page(held.only("id", "person_id"), 1_000):
        for post in page:
            if post.person_id in named:
                raise held_elsewhere(f"表里的{named[post.person_id]}")


async def _people_by_key(root: Unit) -> dict[Key, int]:
    """Everybody with a post there, or with none yet, under the form in which they are compared, the first of several."""
    here = Q(id__in=Subquery(Post.filter(subtree("unit__path", root.path)).values("person_id")))
    fresh = ~Q(id__in=Subquery(Post.all().values("person_id")))
    known: dict[Key, int] = {}
    async for page in page_by_page(Person.filter(here | fresh).only("id", "name", "phone"), 1_000):
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
