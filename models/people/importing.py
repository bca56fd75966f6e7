"""Importing people with their posts and, where named, their accounts: all or none, and again without effect."""

from __future__ import annotations

import hashlib

from tortoise.expressions import Q, Subquery

from models.base.batches import in_batches, page_by_page
from models.base.commands import Secret, command
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer, subtree
from models.importing import Import, each, read_table
from models.people.duplicates import PEOPLE_AT_ONCE, Key, known_as, known_people
from models.people.import_rows import COLUMNS, Entries, Entry, entry_of
from models.people.management import not_managed, tied
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
        await _must_manage_known(actor, root, new, await _known(root, new))
    elif new:
        digest = hashlib.sha256(content).hexdigest()
        made = await take_people(actor, root, file=name, digest=digest, made=len(new), entries=new)
        outcome.made, outcome.same = made, len(entries.all) - made
    return outcome


@command(said="导入人员", who=manages_people_here)
async def take_people(
    actor: Viewer, root: Unit, *, file: str, digest: str, made: int, entries: Secret[list[Entry]]
) -> int:
    """Write the people of a checked table; the trail keeps the file's name and digest, not the people."""
    for entry in entries:
        must_manage(actor, entry.unit, entry.role)
    await _one_after_the_other(entries)
    # Somebody may have brought in the same table since it was read.
    entries = await _new_ones(entries)
    known = await _known(root, entries)
    await _must_manage_known(actor, root, entries, known)
    persons = known | await _made(actor, root, [one for one in entries if one.key not in known])
    async for some in in_batches(entries, PEOPLE_AT_ONCE):
        await Post.bulk_create(_post(entry, persons[entry.key]) for entry in some)
    return len(entries)


async def _one_after_the_other(entries: list[Entry]) -> None:
    """Lock every unit that gets a post, those above first: tables brought in at two roots at once give nobody one twice."""
    units = Unit.filter(id__in=sorted({entry.unit.pk for entry in entries})).order_by("path")
    await units.select_for_update().only("id", "path")


def _post(entry: Entry, person_id: int) -> Post:
    return Post(
        person_id=person_id,
        unit_id=entry.unit.pk,
        role=entry.role,
        title=entry.title,
        from_on=entry.from_on,
        until_on=entry.until_on,
        duties=list(entry.duties),
    )


async def _made(actor: Viewer, root: Unit, entries: list[Entry]) -> dict[Key, int]:
    """The new people of these rows."""
    until, unreached = tied(actor), dict[Key, int]()
    async for some in in_batches(list({one.key: one for one in reversed(entries)}.values()), PEOPLE_AT_ONCE):
        fresh = {one.key: Person(name=one.name, phone=one.phone, tied_until=until) for one in some}
        await Person.bulk_create([one for one in fresh.values() if one.phone])
        for key, person in fresh.items():
            if not person.phone:
                # Before they hold a post nobody could tell which of several of this name it was.
                await person.save()
                unreached[key] = person.pk
    return await _known(root, entries) | unreached


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


async def _known(root: Unit, entries: list[Entry]) -> dict[Key, int]:
    """Whoever of these has a post there, or none yet."""
    here = Q(id__in=Subquery(Post.filter(subtree("unit__path", root.path)).values("person_id")))
    fresh = ~Q(id__in=Subquery(Post.all().values("person_id")))
    return await known_people((entry.key for entry in entries), Person.filter(here | fresh))


async def _new_ones(entries: list[Entry]) -> list[Entry]:
    places = {entry.unit.pk for entry in entries}
    held = {
        (*known_as(str(name), str(phone), int(unit)), int(unit), str(role))
        for name, phone, unit, role in await Post.filter(unit_id__in=sorted(places)).values_list(
            "person__name", "person__phone", "unit_id", "role"
        )
    }
    return [entry for entry in entries if entry.post not in held]
