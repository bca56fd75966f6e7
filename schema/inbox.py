"""Messages (消息) through GraphQL: the viewer's own, and the mark that only the viewer sees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import ID, Info

from models import inbox, reminders
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from schema.base.connections import LARGEST_PAGE
from schema.base.enums import coded, enum_of
from schema.base.fetch import some
from schema.base.fills import column, computed
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, id_of, number_in, type_for
from schema.base.payloads import KEY, answered, input_type, mutation_of, payload_type, said_in
from schema.people import Person

MESSAGES = {name: one.label for name, one in inbox.KINDS.items()}
OF_TIME = {"deadline": "任务期限", "alarm": "应急任务期限"}
OUTCOMES = {"sent": "已发出", "waiting": "待发", "given_up": "不再发"}
REJECTED = {"request_refused": "REQUEST_REJECTED"}
MessageKind = enum_of("MessageKind", MESSAGES, "What a message tells.", names=REJECTED)
Topic = enum_of("Topic", inbox.TOPICS, "What one may hear of outside, or not.")
ReminderKind = enum_of(
    "ReminderKind",
    MESSAGES | OF_TIME,
    "What a reminder goes back to: a message, or the time itself.",
    names=REJECTED,
)
ReminderOutcome = enum_of("ReminderOutcome", OUTCOMES, "What became of a reminder.")


@type_for(inbox.InboxMessage)
class InboxMessage(Node):
    kind: str = coded(MessageKind, description="The kind of message, one word of the catalogue of kinds.")
    kind_label: str = computed(MESSAGES.get, "kind", description="The kind in words.")
    title: str = strawberry.field(description="What it is about, by its name.")
    words: str | None = strawberry.field(
        description="What was decided or said; empty where the kind says it all."
    )
    due_on: date | None = strawberry.field(description="The last day to act, where there is one.")
    at: datetime = strawberry.field(name="createdAt", description="When it happened.")
    waits: bool = strawberry.field(
        name="isWaiting", description="Whether it still waits for the viewer's word."
    )
    is_new: bool = column("fresh", description="Until the viewer marks it as read; nobody else is told.")
    about: ID | None = computed(
        id_of, "subject_type", "subject_id", description="The id of what it is about, for `node`."
    )


@type_for(inbox.InboxSilence)
class InboxSilence(Node):
    topic: str = coded(Topic, description="The subject.")
    topic_label: str | None = computed(inbox.TOPICS.get, "topic", description="The subject in words.")


def _outcome(sent_at: Any, given_up: bool) -> str:
    return "sent" if sent_at else "given_up" if given_up else "waiting"


@type_for(reminders.Reminder)
class Reminder(Node):
    kind: str = coded(ReminderKind, description="What it goes back to.")
    words: str = strawberry.field(description="What it says outside: a count, never a content.")
    made_at: datetime = strawberry.field(name="createdAt", description="When it was put down.")
    sent_at: datetime | None = strawberry.field(description="When it left, or null.")
    outcome: str = computed(
        _outcome, "sent_at", "given_up", codes=ReminderOutcome, description="What became of it."
    )
    about: ID | None = computed(
        id_of, "subject_type", "subject_id", description="The id of what it is about, for `node`."
    )


async def _marked(viewer: Viewer, messages: list[ID]) -> tuple[Any, bool]:
    if not 1 <= len(messages) <= LARGEST_PAGE:
        raise Invalid(f"请选择 1 到 {LARGEST_PAGE} 条消息。", field="messages")
    numbers = [number_in(one, inbox.InboxMessage) for one in messages]
    rows = await inbox.InboxMessage.find_all(viewer, numbers)
    await inbox.put_away(viewer, rows)
    return some(inbox.InboxMessage, [row.pk for row in rows]), False


async def _mark(info: Info, input: Any) -> Any:
    viewer, given = info.context.viewer, said_in(input)
    return await answered("messages", lambda: _marked(viewer, given["messages"]), lambda name: [name])


MARK = {
    "idempotency_key": (str, KEY),
    "messages": (list[ID], f"At most {LARGEST_PAGE} of one's own messages."),
}


@mutations
class Mutations:
    choose_outside = mutation(inbox.choose_outside, Person, "person", topics=Topic)
    mark_messages_read = mutation_of(
        _mark,
        input_type("MarkMessagesRead", MARK, "Which of one's own messages have been read."),
        payload_type("MarkMessagesRead", "messages", list[InboxMessage]),
        "Take the mark of being new from one's own messages; no trace of it is kept, not even of the key.",
    )
