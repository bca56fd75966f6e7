"""What is still asked about a village's copy lapses where the copy ends: nobody owes an answer any more."""

from __future__ import annotations

from collections.abc import Collection

from models.base.records import Record

_asked: list[tuple[type[Record], tuple[str, ...]]] = []


def lapses(record: type[Record], *states: str) -> None:
    """Have rows of this record, which asks something about an assignment, lapse with it out of these states."""
    _asked.append((record, states))


async def let_lapse(assignments: Collection[int]) -> None:
    """What was asked about these copies and not answered needs no answer."""
    for record, states in _asked:
        await record.filter(assignment_id__in=list(assignments), state__in=states).update(state="lapsed")
