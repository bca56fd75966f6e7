"""Rankings through GraphQL: boards, and who stands where on them, as far as each board is published."""

from __future__ import annotations

import strawberry

from models import rankings
from schema.base.fills import computed
from schema.base.nodes import Node, type_for
from schema.base.response_cache import Keeping
from schema.base.roots import pages, single
from schema.evaluation import PeerGroup, Period, VillageIndex
from schema.people import Person
from schema.units import Unit


@type_for(rankings.Board)
class Board(Node):
    area: Unit
    audience: str
    audience_label: str = computed(rankings.AUDIENCES.get, "audience")
    period: Period
    mode: str
    mode_label: str = computed(rankings.MODES.get, "mode")


@type_for(rankings.Placing)
class Placing(Node):
    board: Board
    group: PeerGroup | None
    unit: Unit
    person: Person | None
    score: VillageIndex | None
    rank: int
    band: int
    among: int
    tier: str
    shown: int


@strawberry.input(description="Which board to read.")
class RankingFilter(rankings.RankingFilter):
    audience: str = "villages"
    area: str = ""
    period: str = ""
    group: str = ""


@strawberry.type
class Queries:
    boards = pages(Board)
    board = single(Board)
    rankings = pages(
        Placing,
        order=("rank", "id"),
        wanted=RankingFilter,
        description="Places on boards, best first, as far as the board's mode publishes them to the viewer; "
        "villages of one group at a time: the one named, or the first that stands there.",
    )
    placing = single(Placing)


KEEPING = Keeping(
    frozenset(
        {"rankings", "boards", "edges", "node", "cursor", "pageInfo", "totalCount", "count", "isExact"}
        | {"hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename", "id"}
        | {"rank", "band", "among", "tier", "shown", "group", "board", "area", "period", "audience"}
        | {"audienceLabel", "mode", "modeLabel", "unit", "parent", "code", "name", "level", "kind", "key"}
        | {"since", "until", "closedAt"}
    ),
    rankings.version,
)
"""What a board shows of places, none of it personal: kept until some board moves."""
