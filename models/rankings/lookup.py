"""Which board somebody looks at, and what of it they may see: the same for pages, tables and any other door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tortoise.expressions import Case, Q, Subquery, When
from tortoise.queryset import QuerySet

from models.base.clock import TOWN_ZONE
from models.base.records import row_number
from models.base.refusals import NotFound
from models.base.viewer import NOTHING, Viewer, subtree
from models.evaluation import Adjustment, PersonScore
from models.points import Commendation, Commended, opted_out
from models.policies import upwards
from models.rankings.placement import PUBLISHED
from models.rankings.records import LEVELS_WITH_BOARDS, Board, Placing
from models.schemes import Period, VillageIndex, in_region, kind_and_start
from models.schemes.publication import is_on_show
from models.schemes.records import PeerGroup
from models.units import Unit

SHOWN_PERIODS = 40
"""More than two years of months, quarters and years; older ones are reached by their address."""
SHOWN_CORRECTIONS = 20
ONLY_ONESELF = "（只有您自己看得到）"
"""Beside one's own name in praise, for those who do not wish to be named."""


@dataclass(frozen=True)
class Wanted:
    """One board as somebody asked for it; without results yet there is no period or no board."""

    audience: str
    area: Unit
    period: Period | None
    board: Board | None
    group: PeerGroup | None = None


async def areas_of(viewer: Viewer) -> list[Unit]:
    """The places with boards that the viewer's own posts lie in, the city first."""
    paths = sorted({path for hat in viewer.hats for path in upwards(hat.unit_path)})
    return await _with_boards(viewer).filter(path__in=paths).order_by("path")


def areas_below(viewer: Viewer, area: Unit) -> QuerySet[Unit]:
    """The places with boards right below this one, as far as they are published to the viewer."""
    return _with_boards(viewer).filter(in_region(viewer, "path"), parent=area).order_by("path")


async def find_area(viewer: Viewer, pk: object) -> Unit:
    number = row_number(pk)
    rows = _with_boards(viewer).filter(in_region(viewer, "path"))
    found = await rows.get_or_none(pk=number) if number is not None else None
    if found is None:
        raise NotFound("没有找到这个榜。")
    return found


def _with_boards(viewer: Viewer) -> QuerySet[Unit]:
    return Unit.visible_to(viewer).filter(level__in=LEVELS_WITH_BOARDS)


async def periods_of(viewer: Viewer, area: Unit) -> list[Period]:
    """The periods of the area's city, the newest first."""
    rows = Period.visible_to(viewer).filter(city__path=upwards(area.path)[0])
    return await rows.order_by("-since", "-id").limit(SHOWN_PERIODS).select_related("scheme")


async def find_period(viewer: Viewer, area: Unit, key: str) -> Period:
    asked = kind_and_start(key)
    rows = Period.visible_to(viewer).filter(city__path=upwards(area.path)[0])
    named = rows.select_related("scheme")
    found = await named.get_or_none(kind=asked[0], since=asked[1]) if asked else None
    if found is None:
        raise NotFound("没有找到这个评价周期。")
    return found


async def board_of(viewer: Viewer, area: Unit, period: Period | None, audience: str) -> Board | None:
    """The board of a period, which its page has read already."""
    if period is None:
        return None
    board = await Board.visible_to(viewer).get_or_none(area=area, audience=audience, period=period)
    if board is not None:
        board.period = period
    return board


async def groups_of(viewer: Viewer, board: Board) -> list[PeerGroup]:
    """The groups of which the viewer sees anything on this board."""
    seen = Placing.visible_to(viewer).filter(board=board).values("group_id")
    return await PeerGroup.visible_to(viewer).filter(id__in=Subquery(seen)).order_by("position")


def placings(viewer: Viewer, wanted: Wanted) -> QuerySet[Placing]:
    """The lines of the board that the viewer may see; to be ordered by rank and number."""
    if wanted.board is None:
        return Placing.filter(NOTHING)
    rows = Placing.visible_to(viewer).filter(board=wanted.board)
    return rows.filter(group=wanted.group) if wanted.group else rows


async def own_placings(viewer: Viewer, board: Board) -> list[Placing]:
    """The viewer's own lines: those of their villages, or what they earned themselves."""
    at_villages = [hat for hat in viewer.hats if hat.unit_level in ("village", "grid")]
    paths = sorted({path for hat in at_villages for path in upwards(hat.unit_path)})
    own = Q(person_id=viewer.person_id) if board.audience == "persons" else Q(unit__path__in=paths)
    rows = Placing.visible_to(viewer).filter(own, board=board).order_by("rank", "id")
    return await rows.select_related("unit", "group", "person", "score")


def is_published(board: Board | None, line: Placing) -> bool:
    """Whether everybody of the region reads this line, and not only its own people and those who evaluate."""
    return board is not None and line.tier in PUBLISHED[board.mode] and is_on_show(board.period)


def by_name(lines: Iterable[Placing]) -> list[Placing]:
    """Lines of one page as people read them: in the order of the bands, and inside a band by name alone."""
    return sorted(lines, key=lambda one: (one.rank, one.person.name if one.person else one.unit.name, one.pk))


async def explained_to(viewer: Viewer, lines: Collection[Placing]) -> set[int]:
    """Which of the scores behind these lines the viewer may open. One statement."""
    wanted = [one.score_id for one in lines if one.score_id]
    rows = VillageIndex.visible_to(viewer).filter(id__in=wanted)
    return {int(str(number)) for number in await rows.values_list("id", flat=True)} if wanted else set()


def commendations(viewer: Viewer, wanted: Wanted) -> QuerySet[Commendation]:
    """The praise of an area in a period; on the board of persons only what names somebody."""
    if wanted.period is None:
        return Commendation.filter(NOTHING)
    begins = datetime.combine(wanted.period.since, time(0), TOWN_ZONE)
    ends = datetime.combine(wanted.period.until + timedelta(days=1), time(0), TOWN_ZONE)
    rows = Commendation.visible_to(viewer).filter(
        subtree("unit__path", wanted.area.path), made_at__gte=begins, made_at__lt=ends
    )
    if wanted.audience != "persons":
        return rows
    return rows.filter(id__in=Subquery(Commended.visible_to(viewer).values("commendation_id")))


async def named(viewer: Viewer, praise: Collection[Commendation]) -> dict[int, list[str]]:
    """Who is named by each of these, but for those who do not wish it, who read of themselves. One statement."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Commended.visible_to(viewer).filter(commendation_id__in=[one.pk for one in praise])
    away = Case(When(post__person_id__in=opted_out(), then="1"), default="0")
    told = rows.annotate(away=away).order_by("id").values_list("commendation_id", "name", "away")
    for of, name, hidden in await told if praise else []:
        found[int(str(of))].append(f"{name}{ONLY_ONESELF}" if str(hidden) == "1" else str(name))
    return found


def person_scores(viewer: Viewer, wanted: Wanted) -> QuerySet[PersonScore]:
    """What persons have earned in the area, for themselves and for those who evaluate them."""
    if wanted.period is None:
        return PersonScore.filter(NOTHING)
    here = subtree("unit__path", wanted.area.path)
    return PersonScore.visible_to(viewer).filter(here, period=wanted.period, points__gt=0)


async def corrections(viewer: Viewer, wanted: Wanted) -> list[Adjustment]:
    """The newest dated corrections of closed scores; an open period has none."""
    if wanted.period is None or wanted.period.is_open:
        return []
    here = subtree("score__unit__path", wanted.area.path)
    rows = Adjustment.visible_to(viewer).filter(here, score__period=wanted.period).order_by("-id")
    return await rows.limit(SHOWN_CORRECTIONS).select_related("score__unit")
