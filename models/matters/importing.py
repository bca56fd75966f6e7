"""Importing matters into a draft: all of the table or none of it, and again without effect.

A table may be headed by the names of the columns or by their Chinese heads, and say categories and demands by code
or by label: what `exporting` writes comes back as it was. Matters that the table does not name stay as they are.
A column of aliases (别名) adds everyday words, which no version carries; columns that the list has not are not read.
"""

from __future__ import annotations

import hashlib

from models.base.commands import Secret, command
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.doubts import doubts_on_words
from models.importing import Import, Row, each, read_table
from models.matters.editing import domain_of, keeps_the_list
from models.matters.import_rows import TABLE, Entry, Reading
from models.matters.records import Matter, MatterAlias, MatterList


async def import_matters(
    actor: Viewer,
    matter_list: MatterList,
    name: str,
    content: bytes,
    *,
    dry_run: bool = False,
    seen: str = "",
) -> Import:
    """Bring a table of code, title, category, legal_basis and more into a draft; raises Invalid with errors by row.

    `seen` is the version of the list that the table was made from, where the door knows it.
    """
    take_matters.judge(actor, matter_list)
    table = await read_table(name, content, TABLE)
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
    if entries and not dry_run:
        digest = hashlib.sha256(content).hexdigest()
        await take_matters.as_seen(
            seen,
            actor,
            matter_list,
            file=name,
            digest=digest,
            made=outcome.made,
            changed=outcome.changed,
            entries=entries,
        )
    return outcome


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
