"""The evaluation of the world: villages with an index, one that stands at the top, praise, and what was contested."""

from __future__ import annotations

from models import evaluation, rankings
from models.base.clock import now, today
from models.base.events import Event
from models.evaluation import Adjustment, Appeal, PersonScore, Tally
from models.evaluation.tallies import move
from models.people import Post
from models.points import Commendation, Commended, OptOut, PointEntry
from models.rankings import Placing
from models.schemes import Period, Scheme, VillageIndex
from models.schemes.calendar import add_lines, open_periods, settle_schemes
from models.schemes.sources import SCALE
from models.units import Unit
from tests.builders import a_unit
from tests.leaks.world import Row, World

EVALUATED = frozenset(
    {Tally, PersonScore, VillageIndex, Adjustment, Appeal, PointEntry, Placing}
    | {Commendation, Commended, OptOut}
)
"""Records of the evaluation whose every row is in the table of rights."""
GOOD = {"own secretary": 40, "secretary of the second village": 25, "secretary of another township": 5}
"""How many of forty results were in time, by whose village it is."""


async def an_evaluation(world: World) -> None:
    """Straight into the tables: what is told to whom does not depend on how it came about."""
    await settle_schemes()
    await open_periods()
    for name, good in GOOD.items():
        await _village(world, name, good)
    await _neighbours(world)
    await rankings.refresh_all()
    await _contested(world)
    await _praised(world)
    await _rows(world)


async def _village(world: World, name: str, good: int) -> None:
    viewer = world.viewers[name]
    unit = await Unit.get(pk=viewer.unit_id)
    keys = [(period.pk, unit.pk) for period in await Period.all()]
    figure = (40, good * SCALE, good * SCALE**2, 0, 0)
    tallies = {(period, village, "timeliness"): figure for period, village in keys}
    await move(tallies, {(period, viewer.person_id or 0, village): 9_000 for period, village in keys})
    scheme, event = await Scheme.get(number=1), await Event.all().order_by("id").first()
    assert event is not None
    for person, post in ((None, None), (viewer.person_id, viewer.post_id)):
        await PointEntry.create(
            event_id=event.pk,
            scheme=scheme,
            unit=unit,
            person_id=person,
            post_id=post,
            kind="task",
            subject_type="Assignment",
            subject_id=unit.pk,
            points=9_000,
            possible=10_000,
            counts_on=today(),
            done_on=today(),
            reason=f"词元工分{name}{'本人' if person else ''}",
            at=now(),
        )


async def _neighbours(world: World) -> None:
    """Of three villages alone none would be published."""
    for number in range(2):
        unit = await a_unit("village", world.town.other_township, f"邻村{number}")
        figure = (40, 5 * SCALE, 5 * SCALE**2, 0, 0)
        await move({(one.pk, unit.pk, "timeliness"): figure for one in await Period.all()}, {})
        await add_lines([unit.pk])


async def _contested(world: World) -> None:
    """One of each village is contested, in words that are not everybody's; one was corrected."""
    for name in GOOD:
        viewer = world.viewers[name]
        score = await VillageIndex.get(unit_id=viewer.unit_id, period__kind="month")
        await score.fetch_related(*VillageIndex.judged_with)
        await evaluation.appeal(viewer, score, words=f"词元申诉{name}，当时停电。")
        correction = {"exact": "1", "shown": 1, "reason": f"词元更正{name}", "made_at": now()}
        await Adjustment.create(score=score, **correction)


async def _praised(world: World) -> None:
    """Two are praised by name, of whom one does not wish to be named."""
    leader = await Post.get(pk=world.viewers["leader"].post_id)
    for name in ("own secretary", "secretary of the second village"):
        viewer = world.viewers[name]
        made = await Commendation.create(
            unit_id=viewer.unit_id,
            subject_type="Assignment",
            subject_id=1,
            title="公开表扬",
            story="公开事迹",
            by=leader,
            by_label="澄潭街道领导",
            named=1,
            made_at=now(),
        )
        shy = name == "secretary of the second village"
        named = "词元不愿上榜" if shy else "公开姓名"
        await Commended.create(commendation=made, post_id=viewer.post_id, name=named)
        if shy:
            await OptOut.create(person_id=viewer.person_id, since=now())


async def _rows(world: World) -> None:
    """Every row under its right, and the words under the rows that may tell them."""
    paths = {unit.pk: unit for unit in await Unit.filter(level="village")}
    for record in (Tally, VillageIndex):
        world.rows += [Row(one, "index", villages=(paths[one.unit_id],)) for one in await record.all()]
    for entry in await PointEntry.all():
        right = "points" if entry.person_id else "index"
        row = Row(entry, right, villages=(paths[entry.unit_id],), owner=entry.person_id)
        world.rows.append(row)
        world.words[entry.reason] = [row]
    for one in await PersonScore.all():
        world.rows.append(Row(one, "points", villages=(paths[one.unit_id],), owner=one.person_id))
    for record in (Appeal, Adjustment):
        for about in await record.all().select_related("score"):
            row = Row(about, "index", villages=(paths[about.score.unit_id],))
            world.rows.append(row)
            world.words[about.words if isinstance(about, Appeal) else about.reason] = [row]
    for place in await Placing.all().select_related("board"):
        shown = place.board.mode == "top" and place.tier == "top"
        world.rows.append(Row(place, "signed in" if shown else "index", villages=(paths[place.unit_id],)))
    for praise in await Commendation.all():
        world.rows.append(Row(praise, "signed in"))
    for named in await Commended.all().select_related("post"):
        shy = named.name.startswith("词元")
        row = Row(named, "own" if shy else "signed in", owner=named.post.person_id if shy else None)
        world.rows.append(row)
        if shy:
            world.words[named.name] = [row]
    world.rows += [Row(one, "own", owner=one.person_id) for one in await OptOut.all()]
