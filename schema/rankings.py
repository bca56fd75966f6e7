"""Rankings through GraphQL: boards, and who stands where on them, as far as each board is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import Info

from models import rankings, schemes
from models.base.text import NO_TEXT, one_line
from models.base.viewer import Viewer
from models.schemes.periods import kind_and_start
from schema.base.enums import code_in, coded, enum_of
from schema.base.errors import BadInput
from schema.base.fetch import found, one
from schema.base.fills import computed, later
from schema.base.filters import Part, Path, any_of, any_row, any_unit, below, filter_of, nowhere
from schema.base.nodes import Node, also, number_in, type_for
from schema.base.numbers import PeriodKey, hundredths
from schema.base.response_cache import Keeping
from schema.base.roots import ById, many, pages, said_of, single
from schema.evaluation import VillageIndex
from schema.people import Person
from schema.schemes.schemes import PeerGroup, Period
from schema.schemes.words import any_period
from schema.units import Unit, UnitRef, place_named

TIERS = {"top": "靠前", "middle": "居中", "bottom": "末尾"}
Audience = enum_of("Audience", rankings.AUDIENCES, "Who stands on a board.")
BoardMode = enum_of("BoardMode", rankings.MODES, "How much of a board is published.")
Tier = enum_of("Tier", TIERS, "How far up a place stands.")


@type_for(rankings.Board)
class Board(Node):
    area: Unit
    audience: str = coded(Audience)
    audience_label: str = computed(rankings.AUDIENCES.get, "audience")
    period: Period
    mode: str = coded(BoardMode)
    mode_label: str = computed(rankings.MODES.get, "mode")


@type_for(rankings.Placing)
class Placing(Node):
    board: Board
    group: PeerGroup | None = strawberry.field(
        name="peerGroup", description="「分组」 The villages it is compared with."
    )
    unit: Unit
    person: Person | None
    score: VillageIndex | None = strawberry.field(
        name="index", description="What the place comes of, where the viewer may read it."
    )
    rank: int
    previous_rank: int | None = later(
        rankings.ranks_before,
        "Rank on the board of the same area one period earlier; null where it was not shown to the viewer.",
    )
    band: int
    among: int
    tier: str = coded(Tier)
    shown: float = computed(
        hundredths, "shown", name="score", description="「得分」 What the band has on average, of 100."
    )


PlacingFilter = filter_of(
    "PlacingFilter",
    "What to look for on a board.",
    peer_groups=any_row("group_id", schemes.PeerGroup, "Places in any of these groups."),
    within=below("unit__path", "Places of units at or below this one."),
)


def _of_the_board(rows: Any, told: Mapping[str, Any]) -> Any:
    area = told["area"].code if "area" in told else ""
    plain = {name.removeprefix("peer_"): value for name, value in told.items() if name != "area"}
    return rankings.RankingFilter(area=area, **plain).among(rows)


also(
    Board,
    places=many(
        Placing,
        "board_id",
        order=("rank", "id"),
        wanted=PlacingFilter,
        description="Places on it, as far as its mode publishes them, best first: those of several groups side by side, "
        "each with its group and its rank there.",
    ),
)
also(Period, boards=many(Board, "period_id"))
PLACES = "As far as the mode of each board publishes it to the viewer."
also(Unit, placings=many(Placing, "unit_id", description=f"「位次」 Its places on boards. {PLACES}"))
also(PeerGroup, placings=many(Placing, "group_id", description=f"「位次」 Places of its villages. {PLACES}"))
also(
    VillageIndex, placings=many(Placing, "score_id", description=f"「位次」 Places that come of it. {PLACES}")
)


async def _a_period(viewer: Viewer, key: str, path: Path) -> str:
    if kind_and_start(key) is None:
        raise BadInput("请用 2026-11、2026-Q4 或 2026 写明周期。", "period", path)
    return key


async def _a_group(viewer: Viewer, name: str, path: Path) -> str:
    there = schemes.PeerGroup.visible_to(viewer).filter(name=one_line(name))
    if NO_TEXT.search(name) or not await there.exists():
        raise nowhere("没有这个分组。", path)
    return name


def _unused(rows: Any, _: Any) -> Any:
    return rows


RankingFilter = filter_of(
    "RankingFilter",
    "Which board to read.",
    _of_the_board,
    audience=Part(Audience, "Whose board; by default the villages'.", _unused),
    area=Part(UnitRef, "The board of just this city, county or township.", _unused),
    period=Part(PeriodKey, "2026-11, 2026-Q4 or 2026.", _unused, _a_period),
    peer_group=Part(
        str, "The name of a peer group; by default the first that stands there.", _unused, _a_group
    ),
)


BoardFilter = filter_of(
    "BoardFilter",
    "What to look for among boards.",
    areas=any_unit("area_id", "Boards of just these areas."),
    audiences=any_of("audience", Audience, "Boards of villages, or of people."),
    modes=any_of("mode", BoardMode, "Boards published in any of these ways."),
    periods=any_row("period_id", schemes.Period, "Boards of any of these periods."),
    period_keys=any_period("period", "The same by what people call them."),
)


OfArea = Annotated[
    UnitRef | None, strawberry.argument(description="The city, county or township: just this.")
]
OfPeriod = Annotated[PeriodKey | None, strawberry.argument(description="2026-11, 2026-Q4 or 2026.")]
OfAudience = Annotated[
    Audience | None,  # type: ignore[valid-type]
    strawberry.argument(description="Whose board; by default the villages'."),
]


async def _board(
    info: Info,
    id: ById = None,
    area: OfArea = None,
    period: OfPeriod = None,
    audience: OfAudience = None,
) -> Any:
    if (id is None) == (area is None) or (area is None) != (period is None):
        raise BadInput("请写 id，或者同时写 area 和 period。", "area")
    if period is None:
        return one(rankings.Board, number_in(str(id), rankings.Board))
    place = await place_named(info.context.viewer, area)
    kind, since = kind_and_start(await _a_period(info.context.viewer, period, ("period",))) or ("", None)
    wanted = {"period__kind": kind, "period__since": since, "audience": code_in(audience) or "villages"}
    return found(rankings.Board, lambda rows: rows.filter(area=place, **wanted))


@strawberry.type
class Queries:
    boards = pages(Board, wanted=BoardFilter)
    board: Any = strawberry.field(
        resolver=_board,
        graphql_type=Board | None,
        description="By its id, or the one of just this area over this period, or null: "
        + said_of(rankings.Board),
    )
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
        {
            "rankings",
            "boards",
            "edges",
            "nodes",
            "node",
            "cursor",
            "pageInfo",
            "totalCount",
            "count",
            "isExact",
        }
        | {"hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename", "id"}
        | {"rank", "band", "among", "tier", "score", "peerGroup", "board", "area", "period", "audience"}
        | {"audienceLabel", "mode", "modeLabel", "unit", "parent", "code", "name", "level", "kind", "key"}
        | {"since", "until", "closedAt"}
    ),
    rankings.version,
    frozenset({"rankings", "boards"}),
)
"""What a board shows of places, none of it personal: kept until some board moves."""
