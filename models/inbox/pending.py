"""What still waits: by kind of message, the state in which its thing has something left for whoever was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tortoise.expressions import Q, Subquery

from models.base.records import Record
from models.bidding import AwardObjection, Milestone, Project, Scorer, StepExtension
from models.complaints import AWAITS_ANSWER as COMPLAINED
from models.complaints import AWAITS_WORD, Complaint
from models.concerns import AWAITS_ANSWER, AWAITS_CONFIRMATION, Concern
from models.evaluation import Appeal
from models.matters import MatterList
from models.registry import DataValue
from models.requests import WorkRequest
from models.schemes import Scheme
from models.surveys import Survey
from models.tasks import (
    BEFORE_RELEASE,
    OPEN,
    UNDECIDED,
    WITH_THE_VILLAGE,
    Assignment,
    Extension,
    Message,
    Objection,
    Participant,
    Task,
    TaskVersion,
    awaiting_the_head,
)

CHUNK = 500


class Thing(NamedTuple):
    """A kind of message with what it is about."""

    kind: str
    subject_type: str
    subject_id: int


DOING = Q(state__in=WITH_THE_VILLAGE)
UNAPPROVED = Q(state="dispatched", response_id__isnull=False, approved_by_id__isnull=True)
AWAY = Q(handled_by_id__isnull=False) & ~Q(state="declined")


def _asked() -> Q:
    return Q(id__in=Subquery(Message.filter(waits=True).values("assignment_id")), state__in=OPEN)


def _changed() -> Subquery:
    return Subquery(TaskVersion.filter(state="proposed").values("task_id"))


def _reported() -> Q:
    return Q(id__in=Subquery(Assignment.filter(state="reported").values("task_id")))


def _still(kind: str) -> tuple[type[Record], Q] | None:
    """The record and the condition under which a message of this kind waits; None where it is news."""
    return {
        **dict.fromkeys(("emergency", "dispatched", "handed", "returned", "urged"), (Assignment, DOING)),
        "question": (Assignment, _asked()),
        "approval": (Task, Q(state="submitted") | UNAPPROVED | Q(id__in=_changed())),
        "overload": (Task, Q(state__in=BEFORE_RELEASE) | Q(id__in=_changed())),
        "reported": (Task, _reported()),
        "sent_back": (Task, Q(state="draft")),
        "seat": (
            Participant,
            Q(
                Q(discussion__task__state__in=UNDECIDED) | Q(discussion__task_id__in=_changed()),
                confirmed_at=None,
                discussion__page_id=None,
            ),
        ),
        "objection": (Objection, Q(state="open")),
        "task_appeal": (Objection, Q(state="appealed")),
        "extension": (Extension, Q(state="asked")),
        "reading": (WorkRequest, Q(state="pending_review")),
        "rerouted": (WorkRequest, Q(office_answer="")),
        "concern": (Concern, Q(state__in=AWAITS_ANSWER) & ~AWAY),
        "concern_given": (Concern, Q(state__in=AWAITS_ANSWER) & AWAY),
        "concern_answered": (Concern, Q(state__in=AWAITS_CONFIRMATION)),
        "complaint": (Complaint, Q(state__in=COMPLAINED)),
        "complaint_answered": (Complaint, Q(state__in=AWAITS_WORD)),
        "board_approval": (Project, Q(state="submitted")),
        "board_open": (Project, Q(state="published")),
        "board_returned": (Project, Q(state="awarded")),
        "milestone": (Milestone, Q(state="reported")),
        "step_time": (StepExtension, Q(state="asked")),
        "scorer": (
            Scorer,
            Q(state__in=("named", "ready"), project__state="opened", project__compared_at=None),
        ),
        "award_objection": (AwardObjection, Q(state="open")),
        "appeal": (Appeal, Q(state="open")),
        "value_disputed": (DataValue, Q(state="disputed")),
        "list_proposed": (MatterList, Q(state="proposed")),
        "scheme": (Scheme, Q(state="draft")),
        "survey": (Survey, Q(state="draft")),
    }.get(kind)


async def standing(things: Iterable[Thing]) -> tuple[set[Thing], set[Thing]]:
    """Of these, those that still wait and those that are news and never did. One statement for each kind."""
    by_kind: dict[str, set[Thing]] = defaultdict(set)
    for thing in things:
        by_kind[thing.kind].add(thing)
    waiting: set[Thing] = set()
    news: set[Thing] = set()
    for kind, some in by_kind.items():
        if (still := _still(kind)) is None:
            news |= some
        else:
            waiting |= await _waiting(some, *still)
    return await _unsigned(waiting), news


async def _unsigned(waiting: set[Thing]) -> set[Thing]:
    """Without what the head has signed for, as it stands now."""
    overloads = {thing for thing in waiting if thing.kind == "overload"}
    rows = await Task.filter(id__in=[thing.subject_id for thing in overloads]) if overloads else []
    needed = await awaiting_the_head(rows)
    return {thing for thing in waiting if thing not in overloads or thing.subject_id in needed}


async def _waiting(things: set[Thing], record: type[Record], still: Q) -> set[Thing]:
    numbers = sorted(thing.subject_id for thing in things)
    found: set[int] = set()
    for first in range(0, len(numbers), CHUNK):
        rows = record.filter(still, id__in=numbers[first : first + CHUNK])
        found |= {int(str(one)) for one in await rows.values_list("id", flat=True)}
    return {thing for thing in things if thing.subject_id in found}
