"""Putting reminders down, and who looks after the tasks of a township."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from models.base.clock import now
from models.people import Post, in_force
from models.reminders.records import Reminder
from models.reminders.words import TOLD, told_of


@dataclass(frozen=True)
class Wanted:
    """That a person should hear of a thing."""

    person_id: int
    kind: str
    subject_type: str
    subject_id: int
    stage: str = ""


async def queue(wanted: Iterable[tuple[Wanted, date]]) -> None:
    """Put down each reminder with its day, once: the database holds no second of the same day."""
    rows = [
        Reminder(
            person_id=one.person_id,
            kind=one.kind,
            subject_type=one.subject_type,
            subject_id=one.subject_id,
            stage=one.stage,
            day=day,
            words=TOLD[told_of(one.stage) or one.kind].format(1),
            made_at=now(),
        )
        for one, day in wanted
    ]
    if rows:
        await Reminder.bulk_create(rows, ignore_conflicts=True, batch_size=200)


async def at_the_desks(townships: Collection[int], role: str) -> dict[int, set[int]]:
    """By township, the persons who hold a role there."""
    found: dict[int, set[int]] = defaultdict(set)
    posts = Post.filter(in_force(), unit_id__in=sorted(townships), role=role)
    for unit_id, person_id in await posts.values_list("unit_id", "person_id"):
        found[unit_id].add(person_id)
    return found
