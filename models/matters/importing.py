"""Importing matters into a draft: all of the table or none of it, and again without effect.

A table may be headed by the names of the columns or by their Chinese heads, and say categories and demands by code
or by label: what `exporting` writes comes back as it was. Matters that the table does not name stay as they are.
A column of aliases (别名) adds everyday words, which no version carries; columns that the list has not are not read.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from models.base.commands import Secret, command
from models.base.events import Event
from models.base.idempotency import first_time, is_done
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.importing import Import, Row, each, read_table
from models.matters.editing import domain_of, keeps_the_list
from models.matters.import_rows import TABLE, Entry, Reading
from models.matters.records import Matter, MatterAlias, MatterList
from models.plausibility import doubts_on_words
from models.tables.table import Table


async def import_matters(
    actor: Viewer,
    matter_list: MatterList,
    name: str,
    content: bytes,
    *,
    dry_run: bool = False,
    seen: str = "",
    key: str = "",
) -> Import:
    """Bring a table of code, title, category, legal_basis and more into a draft; raises Invalid with errors by row.

    `seen` is the version of the list that the table was made from, and `key` what makes a repeat known, where the door
    has them.
    """
    acting = partial(take_matters.must_be_let, actor, matter_list)
    take_matters.judge(actor, matter_list)
    table = await read_table(name, content, TABLE)
    outcome, entries = await _compared(matter_list, table)
    if dry_run or not (entries or (key and await is_done(key, actor))):
        return outcome
    said = {"file": name, "digest": hashlib.sha256(content).hexdigest()}
    counted: dict[str, Any] = {"made": outcome.made, "changed": outcome.changed, "entries": entries}
    take = partial(take_matters.as_seen, seen, actor, matter_list, **said, **counted)
    if not key:
        await take()
    elif (await first_time(key, actor, acting, (take_matters.name, matter_list, said), take)).is_replay:
        await _told_again(outcome, matter_list, said["digest"])
    return outcome


async def _compared(matter_list: MatterList, table: Table) -> tuple[Import, list[Entry]]:
    """What the table would do to the list, and the rows that differ from it."""
    outcome, reading = Import(notes=table.notes), await Reading.of(is_text=table.is_text)
    if len({"evidence_kinds", "evidence_reason"} & set(table.heads)) == 1:
        raise Invalid("“佐证种类”和“佐证理由”两列要么都有，要么都没有。", field="file")
    known = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk)}
    entries, lines = [], dict[str, int]()
    async for row in each(table):
        entry = reading.entry(row)
        if entry is not None:
            _must_be_the_first(row, entry.code, lines)
        if outcome.accepts(row) and entry is not None:
            for what in doubts_on_words(entry.values["title"]):
                outcome.doubt(row.line, what)
            if _differs(entry, known.get(entry.code), outcome):
                entries.append(entry)
    outcome.must_be_right()
    return outcome, entries


async def _told_again(outcome: Import, matter_list: MatterList, digest: str) -> None:
    """Say of a table that came again what the first one did, as the trail tells it."""
    rows = outcome.made + outcome.changed + outcome.same
    taken = Event.filter(command=take_matters.name, subject_type="MatterList", subject_id=matter_list.pk)
    told = [event.told for event in await taken.order_by("-id")]
    first = next(one for one in told if one.get("digest") == digest)
    outcome.made, outcome.changed = int(first["made"]), int(first["changed"])
    outcome.same = rows - outcome.made - outcome.changed


@command(said="导入事项", who=keeps_the_list)
async def take_matters(
    actor: Viewer,
    matter_list: MatterList,
    *,
    file: str,
    digest: str,
    made: int,
    changed: int,
    entries: Secret[list[Entry]],
) -> None:
    """Write the matters of a checked table; the trail keeps the file's name and digest."""
    known = {matter.code: matter for matter in await Matter.filter(list_id=matter_list.pk)}
    new = [
        Matter(list_id=matter_list.pk, code=e.code, **{"domain": domain_of(e.code)} | e.values)
        for e in entries
        if e.code not in known
    ]
    await Matter.bulk_create(new, batch_size=100)
    for entry in entries:
        if entry.code in known:
            await known[entry.code].update_from_dict(entry.values).save()
    words = [MatterAlias(code=entry.code, phrase=one) for entry in entries for one in entry.aliases]
    await MatterAlias.bulk_create(words, batch_size=200, ignore_conflicts=True)


def _differs(entry: Entry, known: Matter | None, outcome: Import) -> bool:
    if known is None:
        outcome.made += 1
    elif not entry.aliases and all(getattr(known, n) == value for n, value in entry.values.items()):
        outcome.same += 1
        return False
    else:
        outcome.changed += 1
    return True


def _must_be_the_first(row: Row, code: str, lines: dict[str, int]) -> None:
    first = lines.setdefault(code, row.line)
    if first != row.line:
        row.fault(f"{code} 与第 {first} 行重复", "code")
