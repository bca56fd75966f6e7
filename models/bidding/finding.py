"""What readers of the board look for, how many have bid, and what waits for whom: the same in both doors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.viewer import NOTHING, Viewer
from models.bidding.awards import Award, AwardObjection, Milestone
from models.bidding.drafting import APPROVERS, DESK
from models.bidding.judging import Scorer
from models.bidding.offers import BIDDERS, Bid
from models.bidding.records import Entrant, Project
from models.bidding.scoring import own_sheets
from models.bidding.states import ON_THE_BOARD

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


async def standing_award(project: Project) -> Award | None:
    """The award that stands, with the village that won."""
    rows = Award.filter(project=project, stands_for__isnull=False)
    return await rows.prefetch_related(*Award.judged_with, "bid").first()
