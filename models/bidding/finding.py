"""What readers of the board look for, how many have bid, and what waits for whom: the same in both doors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.events import Event
from models.base.viewer import NOTHING, Viewer
from models.bidding.awards import Award, AwardObjection, Milestone
from models.bidding.drafting import APPROVERS, DESK
from models.bidding.judging import Scorer
from models.bidding.offers import BIDDERS, Bid
from models.bidding.records import Entrant, Project
from models.bidding.scoring import own_sheets
from models.bidding.states import OBJECTION_STATES, ON_THE_BOARD
from models.units import Unit

MOST_TOWNSHIPS, MOST_OBJECTIONS = 200, 500

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
        if self.township.strip():
            rows = rows.filter(township__code__startswith=self.township.strip())
        if self.text.strip():
            rows = rows.filter(title__contains=self.text.strip())
        return rows


def on_the_board(viewer: Viewer) -> QuerySet[Project]:
    """What everybody may read, whoever looks."""
    return Project.visible_to(viewer).filter(state__in=ON_THE_BOARD)


async def townships_of_the_board(viewer: Viewer) -> list[Unit]:
    """Townships with something on the board, in the order of the tree."""
    offering = Project.visible_to(viewer).filter(state__in=ON_THE_BOARD).values("township_id")
    return await Unit.filter(id__in=Subquery(offering)).order_by("path").limit(MOST_TOWNSHIPS)


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


def projects_awaiting(viewer: Viewer) -> QuerySet[Project]:
    """What waits for the township: to be finished, approved, opened, compared or awarded."""
    mine = viewer.desk("township_id", *DESK)
    writing = viewer.desk("township_id", "coordinator") & Q(state="draft")
    approving = viewer.desk("township_id", *APPROVERS) & Q(state="submitted")
    opening = Q(state="published", closes_at__lte=now())
    return Project.visible_to(viewer).filter(writing | approving | mine & (opening | Q(state="opened")))


def entrances_awaiting(viewer: Viewer) -> QuerySet[Entrant]:
    """Open projects for which the viewer's village may bid and has not submitted."""
    here = viewer.area("unit__path", *BIDDERS)
    if here is NOTHING:
        return Entrant.filter(NOTHING)
    sent = Bid.filter(viewer.area("unit__path", *BIDDERS), state="submitted").values("project_id")
    at = now()
    taking = Q(project__state="published", project__opens_at__lte=at, project__closes_at__gt=at)
    return Entrant.visible_to(viewer).filter(here & taking).exclude(project_id__in=Subquery(sent))


def milestones_awaiting(viewer: Viewer) -> QuerySet[Milestone]:
    """Steps the viewer's village is to take, or the viewer's township is to inspect."""
    standing = Q(award__state="standing")
    building = viewer.area("award__unit__path", *BIDDERS) & Q(state__in=("planned", "returned"))
    inspecting = viewer.desk("award__project__township_id", "coordinator") & Q(state="reported")
    return Milestone.visible_to(viewer).filter(standing & (building | inspecting))


def objections_awaiting(viewer: Viewer) -> QuerySet[AwardObjection]:
    mine = viewer.desk("award__project__township_id", *APPROVERS)
    return AwardObjection.visible_to(viewer).filter(mine, state="open")


def sheets_awaiting(viewer: Viewer) -> QuerySet[Scorer]:
    return Scorer.visible_to(viewer).filter(own_sheets(viewer)) if viewer.hats else Scorer.filter(NOTHING)


def projects_waiting(viewer: Viewer) -> QuerySet[Project]:
    """Every project in which something waits for the viewer, whatever it is."""
    waiting = [
        projects_awaiting(viewer).values("id"),
        entrances_awaiting(viewer).values("project_id"),
        milestones_awaiting(viewer).values("award__project_id"),
        objections_awaiting(viewer).values("award__project_id"),
        sheets_awaiting(viewer).values("project_id"),
    ]
    return Project.visible_to(viewer).filter(Q(*(Q(id__in=Subquery(one)) for one in waiting), join_type="OR"))


async def standing_award(project: Project) -> Award | None:
    """The award that stands, with the village that won."""
    rows = Award.filter(project=project, stands_for__isnull=False)
    return await rows.prefetch_related(*Award.judged_with, "bid").first()


SHOWING = frozenset(
    {"approve_project", "cancel_project", "open_bids", "compare", "hand_in", "release_scorer"}
    | {"discuss_scores", "announce_award", "let_award_stand", "undo_award", "give_up_award"}
    | {"end_without_award", "answer_award_objection", "dispute_fact"}
    | {"report_milestone", "accept_milestone", "return_milestone"}
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
