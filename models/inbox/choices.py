"""What a person does not want to hear of outside; it stands in 消息 all the same, and what presses reaches them always."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.commands import command, rule
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import NOTHING, Viewer
from models.inbox.kinds import TOPICS
from models.people import Person


class InboxSilence(Record):
    """A subject of which a person wants no reminder outside the application."""

    person_id = fields.BigIntField()
    topic = fields.CharField(max_length=12)

    called = "提醒的选择"

    class Meta:
        table = "inbox_silence"
        unique_together = (("person_id", "topic"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        if not viewer.signed_in or viewer.watched_by is not None:
            return cls.filter(NOTHING)
        return cls.filter(person_id=viewer.person_id)


@rule("只能由本人决定。")
def is_oneself(actor: Viewer, person: Person) -> bool:
    return actor.signed_in and actor.person_id == person.id


@command(said="选择系统外的提醒", who=is_oneself, apart=True)
async def choose_outside(actor: Viewer, person: Person, *, topics: list[str]) -> Person:
    """Say of which subjects one wants reminders outside; emergencies, urging and what is late come always."""
    if unknown := sorted(set(topics) - set(TOPICS)):
        raise Invalid(f"没有“{unknown[0]}”这一类消息。", field="topics")
    await InboxSilence.filter(person_id=person.pk).delete()
    await InboxSilence.bulk_create(
        InboxSilence(person_id=person.pk, topic=topic) for topic in TOPICS if topic not in topics
    )
    return person


async def silenced(persons: Collection[int]) -> set[tuple[int, str]]:
    """Each person with each subject they want no reminder of."""
    rows = InboxSilence.filter(person_id__in=sorted(persons))
    return {(int(person), str(topic)) for person, topic in await rows.values_list("person_id", "topic")}
