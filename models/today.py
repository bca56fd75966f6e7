"""今日待办: what is mine to do, most urgent first, in a fixed number of statements for each post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tortoise.expressions import Case, Q, Subquery, When
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.bidding import projects_waiting
from models.complaints import answers_complaints
from models.complaints import awaiting as complaints_awaiting
from models.concerns import awaiting
from models.evaluation import to_answer
from models.inbox import InboxMessage
from models.matters import bases_due
from models.oversight import NOTHING_LATE, SHOWN, late_copies, looks_after, watched
from models.people.roles import ASKERS, BIDDERS, COORDINATORS, DESK, DOERS, KEEPERS, OFFICES, SCORERS
from models.requests.records import WorkRequest
from models.schemes import Scheme, adopt_scheme
from models.surveys import to_open
from models.tasks import (
    OPEN,
    UNDECIDED,
    WITH_THE_VILLAGE,
    Assignment,
    Extension,
    Message,
    Task,
    TaskSource,
    approve_afterwards,
    progress_of,
    seats_awaiting,
    waiting_for_review,
)
from models.tasks import approve as approve_task
from models.tasks.visibility import TAKEN, handed_to, marked, village_reach

SHOWN_OF_AN_ASSIGNMENT = (*SHOWN, "return_note")
"""What the morning page shows of an assignment: half of its cost is in columns nobody reads."""
SHOWN_OF_A_TASK = ("id", "title", "state", "due_at", "response_id", "approval_note")
JUDGED_OF_A_TASK = ("township__id", "township__path", "matter__id", "matter__domain", "drafted_by__id")
SHOWN_OF_A_REQUEST = ("id", "title", "state", "deadline", "department__id", "department__name")
SHOWN_OF_A_CONCERN = ("id", "title", "state", "due_on", "unit__id", "unit__name")
ASKED = "待回答的提问"
MOST = 20
"""Rows of one section; one more is fetched to know whether there are more."""


@dataclass(frozen=True)
class Section:
    """One kind of work waiting for the viewer; `kind` names how a row of it is shown."""

    kind: str
    title: str
    rows: Sequence[Any]
    more: bool
    all_at: str


@dataclass(frozen=True)
class Today:
    """The sections with something in them, and what to say where there are none."""

    sections: list[Section]
    nothing: str = "今天没有要办的事。有新任务时会出现在这里。"

    @property
    def count(self) -> int:
        return sum(len(section.rows) for section in self.sections)


async def today(viewer: Viewer) -> Today:
    """What waits for this viewer, by their posts."""
    found: list[Section] = []
    if viewer.hats_as(*DOERS):
        found += await _to_do(viewer)
    if viewer.hats_as(*DESK):
        found += await _at_the_township(viewer)
    if viewer.hats_as(*ASKERS):
        found += await _asked(viewer)
    if viewer.hats_as(*DOERS, *DESK, *ASKERS):
        found.append(await _concerns(viewer))
    if viewer.hats_as(*BIDDERS, *SCORERS):
        found.append(await _on_the_board(viewer))
    if answers_complaints(viewer):
        found.append(await _complaints(viewer))
    if viewer.hats_as(*KEEPERS):
        found.append(await _appeals(viewer))
        found.append(await _surveys(viewer))
        found.append(await _bases(viewer))
    if any(hat.unit_level == "city" for hat in viewer.hats_as(*KEEPERS)):
        found.append(await _schemes(viewer))
    found.append(Section("late_copies", "逾期的任务单", await late_copies(viewer), False, "/burden"))
    for kind, title, rows, all_at in watched(viewer):
        found.append(await _section(kind, title, rows, all_at))
    found = [section for section in found if section.rows]
    return Today(found, NOTHING_LATE) if looks_after(viewer) else Today(found)


async def _section(kind: str, title: str, rows: QuerySet[Any], all_at: str) -> Section:
    return _cut(kind, title, await rows.limit(MOST + 1), all_at)


def _cut(kind: str, title: str, rows: Sequence[Any], all_at: str) -> Section:
    return Section(kind, title, rows[:MOST], len(rows) > MOST, all_at)


async def _to_do(viewer: Viewer) -> list[Section]:
    """Emergencies first, then what was asked, then the rest by its day."""
    mine = Assignment.visible_to(viewer).filter(
        viewer.area("unit__path", *DOERS) | handed_to(viewer), state__in=WITH_THE_VILLAGE
    )
    copies = mine.select_related("task", "unit").only(*SHOWN_OF_AN_ASSIGNMENT)
    calm = Q(task__response_id__isnull=True)
    told = copies.annotate(calm=Case(When(calm, then="1"), default="0")).order_by("calm", "due_at", "id")
    fetched = await told.limit(2 * MOST + 2)
    urgent, rest = marked(fetched, "calm", "0"), marked(fetched, "calm")
    if len(urgent) > MOST + 1:  # so many emergencies left no room for the rest
        rest = await copies.filter(calm).order_by("due_at", "id").limit(MOST + 1)
    return [
        _cut("assignment", "应急任务", urgent, "/tasks"),
        await _asked_at_the_village(viewer),
        _cut("assignment", "要办的任务", rest, "/tasks"),
    ]


async def _asked_at_the_village(viewer: Viewer) -> Section:
    """What the township asked and nobody at the village has answered; each task once."""
    here = village_reach(viewer, "assignment__")
    asked = Message.visible_to(viewer).filter(
        here, waits=True, from_village=False, assignment__state__in=OPEN
    )
    some = asked.order_by("id").limit(MOST + 1).select_related("assignment__task", "assignment__unit")
    rows = await some.only("id", "assignment_id", *(f"assignment__{one}" for one in SHOWN))
    copies = {row.assignment_id: row.assignment for row in rows}
    return Section("question", ASKED, list(copies.values())[:MOST], len(rows) > MOST, "/tasks")


async def _at_the_township(viewer: Viewer) -> list[Section]:
    """What the desk reads, merges, approves, sends and reviews, each by the post that does it."""
    return [*await _to_move(viewer), *await _requests(viewer), *await _to_review(viewer)]


async def _requests(viewer: Viewer) -> list[Section]:
    """Requests to read, and for the coordinator admitted ones that no task answers: one statement for both."""
    waits = viewer.desk("township_id", *DESK) & Q(state="pending_review")
    if viewer.hats_as(*COORDINATORS):
        free = Q(state="admitted") & ~Q(id__in=TAKEN)
        waits |= viewer.desk("township_id", *COORDINATORS) & free
    rows = WorkRequest.visible_to(viewer).filter(waits).order_by("deadline", "id")
    fetched = await rows.limit(4 * MOST).select_related("department").only(*SHOWN_OF_A_REQUEST)
    sections = []
    for kind, state, title, all_at in (
        ("reading", "pending_review", "待复核的申请", "/screening"),
        ("admitted", "admitted", "已过筛，待合并成任务", "/screening?state=admitted"),
    ):
        sections.append(_cut(kind, title, marked(fetched, "state", state), all_at))
    return sections


async def _to_move(viewer: Viewer) -> list[Section]:
    """Tasks to approve, to dispatch, sent back, or discussed and to be confirmed, also a change: one statement for all."""
    at_desk = viewer.desk("township_id", *DESK)
    alarm = Q(response_id__isnull=False, state="dispatched")
    seats = seats_awaiting(viewer, [hat.post_id for hat in viewer.hats_as(*DESK)])
    seat = Q(id__in=Subquery(seats.values("discussion__task_id")))
    over = Q(id__in=Subquery(_overloads(viewer).values("subject_id")))
    rows = Task.visible_to(viewer).filter(
        at_desk, Q(state__in=(*UNDECIDED, "approved")) | alarm | seat | over
    )
    told = rows.annotate(
        seat=Case(When(seat, then="1"), default="0"), over=Case(When(over, then="1"), default="0")
    )
    some = told.order_by("due_at", "id").limit(3 * MOST).select_related(*Task.judged_with)
    judged = ("approved_by_id", "drafted_by__person__id", "drafted_by__person__tied_until")
    fetched = await some.only(*SHOWN_OF_A_TASK, *JUDGED_OF_A_TASK, *judged)
    urgent = [t for t in fetched if t.state == "dispatched" and t.response_id is not None]
    to_follow = [t for t in fetched if approve_afterwards.allows(viewer, t)]
    to_approve = [t for t in fetched if approve_task.allows(viewer, t)]
    sections = [
        _cut("task", "应急任务", urgent, "/tasks"),
        _cut("task", "应急任务，24 小时内补批", to_follow, "/tasks"),
        _cut("task", "超负荷，待您签署理由", marked(fetched, "over"), "/messages?show=waiting"),
        _cut("task", "待审批的任务", to_approve, "/tasks?state=submitted"),
        Section("discussion", "待本人确认的集体讨论", marked(fetched, "seat")[:MOST], False, "/tasks"),
    ]
    if viewer.hats_as(*COORDINATORS):
        for state, title in (("approved", "已批准，待下派"), ("draft", "起草中的任务")):
            sections.append(_cut("task", title, marked(fetched, "state", state), f"/tasks?state={state}"))
    return sections


async def _to_review(viewer: Viewer) -> list[Section]:
    """Questions, objections and requests for time to answer in one statement; tasks with reports to review, a row each."""
    time = Extension.filter(state="asked").values("assignment_id")
    asked = Message.filter(waits=True, from_village=True).values("assignment_id")
    question = Q(id__in=Subquery(asked), state__in=OPEN)
    waits = Q(state="objected") | Q(id__in=Subquery(time), state__in=OPEN)
    at_desk = viewer.desk("task__township_id", *DESK)
    rows = Assignment.visible_to(viewer).filter(at_desk, waits | question)
    place = Case(When(question & waits, then="0"), When(question, then="1"), default="2")
    told = rows.annotate(place=place).order_by("place", "due_at", "id")
    fetched = await told.limit(3 * MOST).select_related("task", "unit").only(*SHOWN)
    asking, to_answer = marked(fetched, "place", "0", "1"), marked(fetched, "place", "0", "2")
    found = [
        _cut("question", ASKED, asking, "/tasks"),
        _cut("answer", "待答复的异议和延期", to_answer, "/tasks"),
    ]
    if viewer.hats_as(*COORDINATORS):
        here = viewer.desk("task__township_id", *COORDINATORS)
        found.append(
            _cut("review", "待审核的反馈", await waiting_for_review(viewer, here, MOST + 1), "/tasks")
        )
    return found


def _overloads(viewer: Viewer) -> QuerySet[InboxMessage]:
    """What the head was told of: villages would be over their ceiling, and nobody has signed for it."""
    return InboxMessage.visible_to(viewer).filter(kind="overload", subject_type="Task", waits=True)


async def _asked(viewer: Viewer) -> list[Section]:
    """One's own requests as they stand, and what was sent on to one's office: one statement for both."""
    own, sent_on = viewer.desk("department_id", *ASKERS), viewer.desk("rerouted_to_id", *OFFICES)
    rows = WorkRequest.visible_to(viewer).filter(own | (sent_on & Q(office_answer="")))
    fetched = await rows.order_by("-id").limit(2 * MOST).select_related("department", "township")
    units = {hat.unit_id for hat in viewer.hats_as(*OFFICES)}
    to_handle = [r for r in fetched if r.awaits_office and r.rerouted_to_id in units]
    mine = [r for r in fetched if r not in to_handle]
    return [
        Section("handling", "转来办理的工作", to_handle[:MOST], False, "/requests"),
        Section("request", "我的申请", await _followed(viewer, mine[:10]), len(mine) > 10, "/requests"),
    ]


class Followed(NamedTuple):
    """One of one's own requests, and how far the villages are with it: "6 个村社，已反馈 4"."""

    request: WorkRequest
    progress: str


async def _followed(viewer: Viewer, requests: Sequence[WorkRequest]) -> list[Followed]:
    """The requests with their progress, in two further statements."""
    sources = await TaskSource.visible_to(viewer).filter(request_id__in=[r.pk for r in requests])
    progress = await progress_of(viewer, {source.task_id for source in sources})
    told = {one.request_id: progress[one.task_id].sentence for one in sources if one.task_id in progress}
    return [Followed(request, told.get(request.pk, "")) for request in requests]


async def _concerns(viewer: Viewer) -> Section:
    """What villages raised and the viewer is to handle, or has raised and is to confirm: one statement for all."""
    rows = awaiting(viewer).order_by("due_on", "id").select_related("unit").only(*SHOWN_OF_A_CONCERN)
    return await _section("concern", "民情上报", rows, "/concerns")


async def _on_the_board(viewer: Viewer) -> Section:
    """Projects that wait for the viewer: to bid or to build, to approve, open, score, award or inspect."""
    return _cut("project", "榜单项目", await projects_waiting(viewer, MOST + 1), "/board")


async def _complaints(viewer: Viewer) -> Section:
    """What the viewer's level is to answer, and what is late one level below."""
    rows = complaints_awaiting(viewer).order_by("due_on", "id").select_related("addressee", "township")
    return await _section("complaint", "待答复的投诉建议", rows, "/complaints?state=open")


async def _schemes(viewer: Viewer) -> Section:
    """Drafts of the scheme that were tried and wait for somebody else's word: only where that is the viewer's."""
    rows = Scheme.visible_to(viewer).filter(
        viewer.desk("city_id", *KEEPERS), state="draft", simulated_at__not_isnull=True
    )
    fetched = await rows.order_by("id").limit(MOST).select_related("city", "drafted_by__person")
    mine = [row for row in fetched if adopt_scheme.allows(viewer, row)]
    return Section("scheme", "待通过的评价办法", mine, False, "/schemes")


async def _appeals(viewer: Viewer) -> Section:
    """What villages contest in their index, the most urgent first."""
    rows = to_answer(viewer).select_related("score__unit", "score__period")
    return await _section("appeal", "待答复的评价申诉", rows, "/appeals?show=own")


async def _bases(viewer: Viewer) -> Section:
    """Lists in force some of whose matters rest on a text that was not looked at for too long."""
    rows = await bases_due(viewer.hats_as(*KEEPERS))
    return Section("basis", "该复核依据的清单", rows, False, "/lists")


async def _surveys(viewer: Viewer) -> Section:
    """Rounds of residents' answers that another keeper drafted: to be checked and opened."""
    return await _section(
        "survey", "待核对开启的调查", to_open(viewer).select_related("region"), "/surveys?state=draft"
    )
