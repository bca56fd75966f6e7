"""What readers of the board look for, how many have bid, and what waits for whom: the same in both doors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.events import Event
from models.base.identities import code_of
from models.base.search import said
from models.base.viewer import Viewer
from models.bidding.awards import Award, AwardObjection, Milestone
from models.bidding.extensions import StepExtension
from models.bidding.offers import Bid
from models.bidding.records import Entrant, Project
from models.bidding.scores import Scorer
from models.bidding.scoring import own_sheets
from models.bidding.states import OBJECTION_STATES, ON_THE_BOARD
from models.people.roles import BIDDERS, COORDINATORS, PROJECT_APPROVERS, PROJECT_DESK, SCORERS
from models.units import Unit

MOST_TOWNSHIPS, MOST_OBJECTIONS = 200, 500
SOON = timedelta(days=14)
"""How long before its day a step of building comes up in the morning."""
SHOWN = (
    "id",
    "title",
    "state",
    "kind",
    "opens_at",
    "closes_at",
    "return_note",
    "township__id",
    "township__path",
)
"""What the morning page shows of a project that waits, and tells whether it takes bids by."""

STAGES = {
    "open": "正在竞榜",
    "judging": "比选公示",
    "building": "建设中",
    "done": "已验收",
    "ended": "流标取消",
}
STATES_OF = {
    "planned": ("draft", "submitted"),
    "open": ("published",),
    "judging": ("opened", "announced"),
    "building": ("awarded",),
    "done": ("delivered",),
    "ended": ("failed", "cancelled"),
}


OPEN_STEPS = ("planned", "returned")
"""Steps of building that are still to be reported."""


async def days_late(viewer: Viewer, projects: Collection[Project]) -> dict[int, int]:
    """By how many whole days the step that is latest is late, for each of these projects; 0 where none is."""
    steps = Milestone.visible_to(viewer).filter(
        award__project_id__in=[one.pk for one in projects],
        award__state="standing",
        state__in=OPEN_STEPS,
        due_on__lt=today(),
    )
    late = {one.pk: 0 for one in projects}
    for number, due_on in await steps.values_list("award__project_id", "due_on"):
        late[int(str(number))] = max(late[int(str(number))], (today() - due_on).days)
    return late


@dataclass
class ProjectFilter:
    """What a reader of the board is looking for."""

    stage: str = ""
    """open, judging, building, done or ended; empty for all that is on the board."""
    kind: str = ""
    township: str = ""
    """The code of a unit: projects of townships at or below it."""
    text: str = ""

    def among(self, rows: QuerySet[Project]) -> QuerySet[Project]:
        if self.stage:
            rows = rows.filter(state__in=STATES_OF.get(self.stage, ()))
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if place := code_of(self.township).upper():
            rows = rows.filter(township__code__startswith=place)
        return rows.filter(said(self.text))


def on_the_board(viewer: Viewer) -> QuerySet[Project]:
    """What everybody may read, whoever looks."""
    return Project.visible_to(viewer).filter(state__in=ON_THE_BOARD)


async def townships_of_the_board(viewer: Viewer) -> list[tuple[str, str]]:
    """Code and name of each township with something on the board, in the order of the tree."""
    offering = Project.visible_to(viewer).filter(state__in=ON_THE_BOARD).values("township_id")
    rows = Unit.filter(id__in=Subquery(offering)).order_by("path").limit(MOST_TOWNSHIPS)
    return [(str(code), str(name)) for code, name in await rows.values_list("code", "name")]


def invitations(viewer: Viewer) -> QuerySet[Entrant]:
    """Where the viewer's own villages may bid."""
    return Entrant.visible_to(viewer).filter(viewer.area("unit__path", *BIDDERS))


@dataclass(frozen=True)
class ToldObjection:
    """What everybody reads of an objection: how it ended and why, not what was said or by whom."""

    state: str
    answer: str
    answered_at: datetime | None

    @property
    def state_label(self) -> str:
        return OBJECTION_STATES[self.state]


async def objections_told(awards: Collection[Award]) -> dict[int, list[ToldObjection]]:
    """By award, oldest first. One statement."""
    rows = AwardObjection.filter(award_id__in=[one.pk for one in awards]).order_by("id")
    found: dict[int, list[ToldObjection]] = {}
    for one in await rows.limit(MOST_OBJECTIONS) if awards else []:
        found.setdefault(one.award_id, []).append(ToldObjection(one.state, one.answer, one.answered_at))
    return found


async def bids_counted(projects: Collection[Project]) -> dict[int, int]:
    """How many bids each has; only of projects that let it be known, or whose bids are opened. One statement."""
    tellable = [p.pk for p in projects if p.opened_at is not None or p.shows_numbers]
    if not tellable:
        return {}
    rows = Bid.filter(project_id__in=tellable, state__in=("submitted", "opened", "broken"))
    counted = await rows.annotate(many=Count("id")).group_by("project_id").values_list("project_id", "many")
    return dict.fromkeys(tellable, 0) | {int(str(project)): int(str(many)) for project, many in counted}


async def projects_waiting(viewer: Viewer, most: int) -> list[Project]:
    """Projects in which something waits for the viewer, whatever it is, those that close first before the others."""
    found = {one.pk: one for one in await _for_bidders(viewer, most)}
    waiting = _for_the_desk(viewer)
    if viewer.hats_as(*SCORERS):
        waiting.append(Q(id__in=Subquery(Scorer.filter(own_sheets(viewer)).values("project_id"))))
    if waiting:
        rows = Project.visible_to(viewer).filter(Q(*waiting, join_type="OR")).order_by("closes_at", "id")
        some = await rows.limit(most).select_related("township").only(*SHOWN)
        found |= {one.pk: one for one in some}
    return sorted(found.values(), key=lambda one: (one.closes_at, one.pk))[:most]


async def _for_bidders(viewer: Viewer, most: int) -> list[Project]:
    """Open projects the viewer's village has not submitted a bid for, and those it builds with a step to come.

    One statement where there is nothing, one or two more where there is.
    """
    if not viewer.hats_as(*BIDDERS):
        return []
    invited = viewer.area("entrants__unit__path", *BIDDERS)
    rows = Project.visible_to(viewer).filter(invited, state__in=("published", "awarded"), opens_at__lte=now())
    some = rows.order_by("state", "closes_at", "id").limit(5 * most).select_related("township")
    found = await some.only(*SHOWN)
    taking = [one for one in found if one.takes_bids]
    built = [one for one in found if one.state == "awarded"]
    sent = await _with_our_bid(viewer, taking) if taking else set()
    due = await _with_our_steps(viewer, built) if built else set()
    return [one for one in found if (one in taking and one.pk not in sent) or one.pk in due]


async def _with_our_bid(viewer: Viewer, projects: list[Project]) -> set[Any]:
    here = viewer.area("unit__path", *BIDDERS)
    rows = Bid.filter(here, state="submitted", project_id__in=[one.pk for one in projects])
    return set(await rows.values_list("project_id", flat=True))


async def _with_our_steps(viewer: Viewer, projects: list[Project]) -> set[Any]:
    soon = Q(state="returned") | Q(state="planned", due_on__lte=today() + SOON)
    here = viewer.area("award__unit__path", *BIDDERS)
    rows = Milestone.filter(here, soon, award__stands_for__in=[one.pk for one in projects])
    return set(await rows.values_list("award__project_id", flat=True))


def _for_the_desk(viewer: Viewer) -> list[Q]:
    """What is to be finished, approved, opened, compared, awarded, inspected or answered."""
    if not viewer.hats_as(*PROJECT_DESK):
        return []
    mine = viewer.desk("township_id", *PROJECT_DESK)
    waiting = [mine & (Q(state="opened") | Q(state="published", closes_at__lte=now()))]
    if viewer.hats_as(*COORDINATORS):
        mine = viewer.desk("township_id", *COORDINATORS)
        reported = Milestone.filter(state="reported", award__state="standing").values("award__project_id")
        asked = StepExtension.filter(state="asked").values("milestone__award__project_id")
        waiting += [
            mine & Q(state="draft"),
            mine & Q(state="awarded", id__in=Subquery(reported)),
            mine & Q(state="awarded", id__in=Subquery(asked)),
        ]
    if viewer.hats_as(*PROJECT_APPROVERS):
        mine = viewer.desk("township_id", *PROJECT_APPROVERS)
        against = AwardObjection.filter(state="open").values("award__project_id")
        waiting += [mine & Q(state="submitted"), mine & Q(id__in=Subquery(against))]
    return waiting


async def standing_award(project: Project) -> Award | None:
    """The award that stands, with the village that won."""
    rows = Award.filter(project=project, stands_for__isnull=False)
    return await rows.prefetch_related(*Award.judged_with, "bid").first()


SHOWING = frozenset(
    {"approve_project", "cancel_project", "open_bids", "compare", "hand_in", "release_scorer"}
    | {"discuss_scores", "announce_award", "let_award_stand", "undo_award", "give_up_award"}
    | {"end_without_award", "answer_award_objection", "dispute_fact"}
    | {"report_milestone", "accept_milestone", "return_milestone"}
    | {"answer_step_time", "suspend_step", "resume_step"}
)
"""Commands that change what everybody reads of the board."""


@dataclass(frozen=True)
class Glance:
    """The public board in three numbers, of which the last two change whenever it reads otherwise."""

    upto: int = 0
    """The last event looked at."""
    shown: int = 0
    """The last event that changed what everybody reads."""
    bids: int = 0
    """Bids for open projects that let them be counted."""

    def same(self, other: Glance) -> bool:
        return (self.shown, self.bids) == (other.shown, other.bids)


async def glance(before: Glance | None = None) -> Glance:
    """How the board stands, looking only at what was sealed since the glance before. Three small statements."""
    last = await Event.filter(seq__isnull=False).order_by("-seq").first().only("seq")
    newest = last.seq if last else 0
    counted = Bid.filter(project__state="published", project__shows_numbers=True, state="submitted")
    if before is None:
        return Glance(newest, newest, await counted.count())
    since = Event.filter(
        seq__gt=before.upto, seq__lte=newest, command__in=[f"bidding.{name}" for name in SHOWING]
    )
    return Glance(newest, newest if await since.exists() else before.shown, await counted.count())
