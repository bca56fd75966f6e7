"""今日待办: what is mine to do, most urgent first, in a fixed number of statements for each post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Case, Q, Subquery, When
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.bidding import BIDDERS, projects_waiting
from models.complaints import answers_complaints
from models.complaints import awaiting as complaints_awaiting
from models.concerns import awaiting
from models.evaluation import Scheme, adopt_scheme, to_answer
from models.intake.requests import ASKERS, KEEPERS, TOWNSHIP_READERS, WorkRequest
from models.surveys import to_open
from models.tasks import (
    WITH_THE_VILLAGE,
    Assignment,
    Extension,
    Participant,
    Task,
    TaskSource,
    approve_afterwards,
)
from models.tasks import approve as approve_task
from models.tasks.doing import DOERS
from models.tasks.reach import handed_to

UNDECIDED = ("draft", "submitted")
SHOWN_OF_AN_ASSIGNMENT = (
    "id",
    "state",
    "due_at",
    "return_note",
    "task__id",
    "task__title",
    "unit__id",
    "unit__name",
    "unit__level",
)
"""What the morning page shows of an assignment: half of its cost is in columns nobody reads."""
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
    """The sections with something in them."""

    sections: list[Section]

    @property
    def count(self) -> int:
        return sum(len(section.rows) for section in self.sections)


async def today(viewer: Viewer) -> Today:
    """What waits for this viewer, by their posts."""
    found: list[Section] = []
    if viewer.hats_as(*DOERS):
        found.append(await _to_do(viewer))
    if viewer.hats_as(*TOWNSHIP_READERS):
        found += await _at_the_township(viewer)
    if viewer.hats_as(*ASKERS):
        found += await _asked(viewer)
    if viewer.hats_as(*DOERS, *TOWNSHIP_READERS, *ASKERS):
        found.append(await _concerns(viewer))
    if viewer.hats_as(*BIDDERS, *TOWNSHIP_READERS, "office"):
        found.append(await _on_the_board(viewer))
    if answers_complaints(viewer):
        found.append(await _complaints(viewer))
    if viewer.hats_as(*KEEPERS):
        found.append(await _appeals(viewer))
        found.append(await _surveys(viewer))
    if any(hat.unit_level == "city" for hat in viewer.hats_as(*KEEPERS)):
        found.append(await _schemes(viewer))
    return Today([section for section in found if section.rows])


async def _section(kind: str, title: str, rows: QuerySet[Any], all_at: str) -> Section:
    fetched = await rows.limit(MOST + 1)
    return Section(kind, title, fetched[:MOST], len(fetched) > MOST, all_at)


async def _to_do(viewer: Viewer) -> Section:
    mine = Assignment.visible_to(viewer).filter(
        viewer.area("unit__path", *DOERS) | handed_to(viewer), state__in=WITH_THE_VILLAGE
    )
    rows = mine.order_by("due_at", "id").select_related("task", "unit").only(*SHOWN_OF_AN_ASSIGNMENT)
    return await _section("assignment", "要办的任务", rows, "/tasks")


async def _at_the_township(viewer: Viewer) -> list[Section]:
    """What the desk reads, merges, approves, sends and reviews, each by the post that does it."""
    found = []
    at_desk = viewer.desk("township_id", *TOWNSHIP_READERS)
    waiting = WorkRequest.visible_to(viewer).filter(at_desk, state="pending_review")
    rows = waiting.order_by("deadline", "id").select_related("department")
    found.append(await _section("reading", "待复核的申请", rows, "/screening"))
    if viewer.hats_as("coordinator"):
        found.append(await _to_become_tasks(viewer))
    found += await _to_move(viewer)
    found += await _to_review(viewer)
    return found


async def _to_become_tasks(viewer: Viewer) -> Section:
    taken = TaskSource.exclude(task__state="withdrawn").values("request_id")
    rows = (
        WorkRequest.visible_to(viewer)
        .filter(viewer.desk("township_id", "coordinator"), state="admitted")
        .exclude(id__in=Subquery(taken))
    )
    ordered = rows.order_by("deadline", "id").select_related("department")
    return await _section("admitted", "已过筛，待合并成任务", ordered, "/screening?state=admitted")


async def _to_move(viewer: Viewer) -> list[Section]:
    """Tasks to approve, to dispatch, sent back, or discussed and to be confirmed: one statement for all."""
    at_desk = viewer.desk("township_id", *TOWNSHIP_READERS)
    alarm = Q(response_id__isnull=False, approved_by_id__isnull=True, state="dispatched")
    rows = Task.visible_to(viewer).filter(at_desk, Q(state__in=("submitted", "approved", "draft")) | alarm)
    seat = Q(id__in=Subquery(_seats(viewer).values("discussion__task_id")))
    told = rows.annotate(seat=Case(When(seat, then="1"), default="0")).order_by("due_at", "id")
    fetched = await told.limit(3 * MOST).select_related("township", "matter", "drafted_by")
    to_approve = [t for t in fetched if approve_task.allows(viewer, t)]
    to_confirm = [t for t in fetched if str(getattr(t, "seat", "0")) == "1"]
    to_follow = [t for t in fetched if approve_afterwards.allows(viewer, t)]
    sections = [
        Section("task", "应急任务，24 小时内补批", to_follow[:MOST], len(to_follow) > MOST, "/tasks"),
        Section("task", "待审批的任务", to_approve[:MOST], len(to_approve) > MOST, "/tasks?state=submitted"),
    ]
    sections.append(Section("discussion", "待本人确认的集体讨论", to_confirm[:MOST], False, "/tasks"))
    if viewer.hats_as("coordinator"):
        for state, title in (("approved", "已批准，待下派"), ("draft", "起草中的任务")):
            rows_of = [t for t in fetched if t.state == state]
            sections.append(
                Section("task", title, rows_of[:MOST], len(rows_of) > MOST, f"/tasks?state={state}")
            )
    return sections


async def _to_review(viewer: Viewer) -> list[Section]:
    """Reports to review, and objections and requests for time to answer: one statement for both."""
    asked = Extension.filter(state="asked").values("assignment_id")
    waits = Q(state__in=("reported", "objected")) | Q(id__in=Subquery(asked), state__in=WITH_THE_VILLAGE)
    rows = Assignment.visible_to(viewer).filter(viewer.desk("task__township_id", *TOWNSHIP_READERS), waits)
    fetched = await rows.order_by("reported_at", "id").limit(2 * MOST).select_related("task", "unit")
    to_answer = [row for row in fetched if row.state != "reported"]
    to_review = [row for row in fetched if row.state == "reported"] if viewer.hats_as("coordinator") else []
    return [
        Section("answer", "待答复的异议和延期", to_answer[:MOST], len(to_answer) > MOST, "/tasks"),
        Section("review", "待审核的反馈", to_review[:MOST], len(to_review) > MOST, "/tasks?state=reported"),
    ]


def _seats(viewer: Viewer) -> QuerySet[Participant]:
    """The viewer's own seats in discussions that nobody filed a page for and they have not confirmed."""
    posts = [hat.post_id for hat in viewer.hats_as(*TOWNSHIP_READERS)]
    return Participant.visible_to(viewer).filter(
        post_id__in=posts, confirmed_at=None, discussion__page=None, discussion__task__state__in=UNDECIDED
    )


async def _asked(viewer: Viewer) -> list[Section]:
    """One's own requests as they stand, and what was sent on to one's office: one statement for both."""
    own, sent_on = viewer.desk("department_id", *ASKERS), viewer.desk("rerouted_to_id", "office")
    rows = WorkRequest.visible_to(viewer).filter(own | (sent_on & Q(office_answer="")))
    fetched = await rows.order_by("-id").limit(2 * MOST).select_related("department", "township")
    units = {hat.unit_id for hat in viewer.hats_as("office")}
    to_handle = [r for r in fetched if r.awaits_office and r.rerouted_to_id in units]
    mine = [r for r in fetched if r not in to_handle]
    return [
        Section("handling", "转来办理的工作", to_handle[:MOST], False, "/requests"),
        Section("request", "我的申请", mine[:10], len(mine) > 10, "/requests"),
    ]


async def _concerns(viewer: Viewer) -> Section:
    """What villages raised and the viewer is to handle, or has raised and is to confirm: one statement for all."""
    rows = awaiting(viewer).order_by("due_on", "id").select_related("unit")
    return await _section("concern", "民情上报", rows, "/concerns")


async def _on_the_board(viewer: Viewer) -> Section:
    """Projects that wait for the viewer: to bid or to build, to approve, open, score, award or inspect."""
    rows = await projects_waiting(viewer, MOST + 1)
    return Section("project", "榜单项目", rows[:MOST], len(rows) > MOST, "/board")


async def _complaints(viewer: Viewer) -> Section:
    """What the viewer's level is to answer, and what is late one level below."""
    rows = complaints_awaiting(viewer).order_by("due_on", "id").select_related("addressee", "township")
    return await _section("complaint", "待答复的投诉建议", rows, "/complaints?state=open")


async def _schemes(viewer: Viewer) -> Section:
    """Drafts of the scheme that were tried and wait for somebody else's word: only where that is the viewer's."""
    rows = Scheme.visible_to(viewer).filter(
        viewer.desk("city_id", *KEEPERS), state="draft", simulated_at__not_isnull=True
    )
    fetched = await rows.order_by("id").limit(MOST).select_related("city", "drafted_by")
    mine = [row for row in fetched if adopt_scheme.allows(viewer, row)]
    return Section("scheme", "待通过的评价办法", mine, False, "/schemes")


async def _appeals(viewer: Viewer) -> Section:
    """What villages contest in their index, the most urgent first."""
    rows = to_answer(viewer).select_related("score__unit", "score__period")
    return await _section("appeal", "待答复的评价申诉", rows, "/appeals?show=own")


async def _surveys(viewer: Viewer) -> Section:
    """Rounds of residents' answers that another keeper drafted: to be checked and opened."""
    return await _section(
        "survey", "待核对开启的调查", to_open(viewer).select_related("region"), "/surveys?state=draft"
    )
