"""Tallies: what each village and each person has in each open period, moved by every entry and rebuilt from them at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

from tortoise import Tortoise, fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.columns import column, link
from models.base.records import Record
from models.base.viewer import Viewer
from models.people import Person
from models.points.book import written_with
from models.points.entries import TAKES_BACK, PointEntry
from models.schemes.change_numbers import next_move
from models.schemes.periods import Period
from models.schemes.sources import SCALE, TOGETHER
from models.schemes.visibility import evaluates, own_or_evaluated
from models.units import Unit

Figure = tuple[int, int, int, int, int]
"""How many values (each between 0 and SCALE), their sum, the sum of their squares; of spared results, how many perfect, how many left out."""
NONE: Figure = (0, 0, 0, 0, 0)
FROM_ENTRIES = ("quality", "timeliness", "first_pass", "delivery", "standing", *TOGETHER)
"""Sources that the ledger of points alone fills."""


class Tally(Record):
    """What a village shows in a period under one source: how many values, their sum and the sum of their squares."""

    period: fields.ForeignKeyRelation[Period] = link("Period", "tallies")
    period_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "tallies", indexed=True)
    unit_id: int
    source = fields.CharField(max_length=16)
    n = column("几件结果", fields.IntField(default=0))
    total = column("各件得分之和", fields.BigIntField(default=0))
    squares = column("各件得分的平方和", fields.BigIntField(default=0))
    perfect = column("其中满分的件数（异议、中止、超负荷）", fields.IntField(default=0))
    left_out = column("不计入的件数（异议、中止、超负荷）", fields.IntField(default=0))
    """Values of results that may help and must never cost (suspended, imposed): perfect, and left out."""

    called = "统计"
    opens = frozenset({"period", "unit"})

    class Meta:
        table = "tally"
        unique_together = (("period", "unit", "source"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(own_or_evaluated(viewer))


class PersonScore(Record):
    """What one person has earned at one place in a period, in thousandths of a point."""

    period: fields.ForeignKeyRelation[Period] = link("Period", "person_scores")
    period_id: int
    person: fields.ForeignKeyRelation[Person] = link("Person", "scores", indexed=True)
    person_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "person_scores", indexed=True)
    unit_id: int
    points = column("工分（千分之一分）", fields.BigIntField(default=0))
    moved = column("第几次变动改动了它", fields.BigIntField(default=0, db_default=0))
    """The last change of the period that changed these points."""

    called = "个人工分"
    opens = frozenset({"period", "unit"})

    class Meta:
        table = "person_score"
        unique_together = (("period", "person", "unit"),)
        indexes = (("period_id", "points", "id"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own, and those of the people one has the duty to evaluate."""
        own = Q(person_id=viewer.person_id or 0)
        return cls.filter(own | evaluates(viewer) if viewer.hats else own)


def tallied(entry: PointEntry) -> dict[str, Figure]:
    """What an entry adds to its village's tallies; what takes back an earlier one is worked out from that one."""
    if entry.person_id is not None or not entry.counts:
        return {}
    if entry.kind in TAKES_BACK:
        return _taken_back(entry)
    if entry.kind == "failed":
        return {"delivery": _value(entry.share)}
    if entry.kind == "missed":
        return _with_pairs({"timeliness": _value(0), "quality": _value(0)})
    if entry.kind == "task":
        return _of_task(entry)
    if entry.is_spared:
        return {"standing": PERFECT, "delivery": PERFECT if entry.timely else LEFT_OUT}
    return {"standing": _value(SCALE), "delivery": _value(entry.share)}


def _of_task(entry: PointEntry) -> dict[str, Figure]:
    """The values of one task. Spared, its lateness is left out and what is perfect counts for the village alone.

    So a suspension or an imposed load never lowers anything: not against the same result without it, and not against
    having been asked for nothing. A returned report counts all the same.
    """
    good = {"standing": SCALE, "quality": entry.share, "first_pass": SCALE * bool(entry.first_time)}
    timely = SCALE * bool(entry.timely)
    if not entry.is_spared:
        return _with_pairs(
            {source: _value(value) for source, value in (good | {"timeliness": timely}).items()}
        )
    found = {source: PERFECT if value == SCALE else _value(value) for source, value in good.items()}
    return _with_pairs(found | {"timeliness": PERFECT if timely else LEFT_OUT})


def _with_pairs(found: dict[str, Figure]) -> dict[str, Figure]:
    """And for sources that chance moves together, both values of the task added up."""
    fed = {pair: of for pair, of in TOGETHER.items() if found.keys() >= set(of)}
    return found | {pair: _both(found[one], found[other]) for pair, (one, other) in fed.items()}


def _both(one: Figure, other: Figure) -> Figure:
    """Left out where a spared task counts under one of the two in another way than under the other."""
    if one[0] and other[0]:
        return _value(one[1] + other[1])
    return PERFECT if one == other == PERFECT else LEFT_OUT


def _taken_back(entry: PointEntry) -> dict[str, Figure]:
    """A reversal leaves a mark in "standing"; a correction leaves the result as good as it could be.

    A correction may also take back a reversal, and then starts from the result that was reversed.
    """
    before = entry.reverses
    if before is None:
        return {}
    if before.kind == "reversal":
        # A project that came to nothing and is reversed leaves nothing, and so there is nothing to better.
        result, stands = before.reverses, {"standing": _value(0)}
    else:
        result, stands = before, tallied(before)
    if result is None:
        return {}
    minus = {source: _minus(figure) for source, figure in stands.items()}
    if result.kind in LEFT_UNDONE:
        return minus if before is result else {}
    if entry.kind == "reversal":
        return minus | {"standing": plus(minus["standing"], _value(0))}
    better = dict.fromkeys(tallied(result), PERFECT)
    return {source: plus(minus.get(source, NONE), better[source]) for source in better}


LEFT_UNDONE = ("failed", "missed")
"""Nothing was done that could be better: taken back, they leave nothing."""


def _value(value: int) -> Figure:
    return 1, value, value * value, 0, 0


PERFECT: Figure = (0, 0, 0, 1, 0)
LEFT_OUT: Figure = (0, 0, 0, 0, 1)


def _minus(figure: Figure) -> Figure:
    return -figure[0], -figure[1], -figure[2], -figure[3], -figure[4]


async def add_up(entries: Sequence[PointEntry]) -> None:
    """Move the tallies and the persons' scores of every open period that the entries count in."""
    periods = await _open_periods([entry.counts_on for entry in entries])
    rows = Unit.filter(id__in=sorted({entry.unit_id for entry in entries})).values_list("id", "path")
    paths = {int(unit): str(path) for unit, path in await rows}
    villages: dict[tuple[int, int, str], Figure] = {}
    persons: Counter[tuple[int, int, int]] = Counter()
    for entry in entries:
        for period in periods:
            if not period.since <= entry.counts_on <= period.until:
                continue
            if not paths[entry.unit_id].startswith(period.city.path):
                continue
            if entry.person_id is not None:
                persons[period.pk, entry.person_id, entry.unit_id] += entry.points
            for source, figure in tallied(entry).items():
                key = (period.pk, entry.unit_id, source)
                villages[key] = plus(villages.get(key, NONE), figure)
    await move(villages, persons)


written_with.append(add_up)


async def _open_periods(days: Sequence[date]) -> list[Period]:
    rows = Period.filter(since__lte=max(days), until__gte=min(days), closed_at=None)
    return await rows.order_by("id").select_related("city")


async def move(
    villages: Mapping[tuple[int, int, str], Figure], persons: Mapping[tuple[int, int, int], int]
) -> None:
    """Add to what is there, with the number of this change beside all that it touches."""
    touched = {key[0] for key in (*villages, *persons)}
    numbers = await next_move(touched) if touched else {}
    await _add(MOVE_VILLAGES, [[*key, *figure] for key, figure in sorted(villages.items())])
    lines = sorted({(period, unit) for period, unit, _ in villages})
    await _add(MARK_LINES, [[numbers.get(key[0], 0), *key] for key in lines])
    whose = [[*key, points, numbers.get(key[0], 0)] for key, points in sorted(persons.items())]
    await _add(MOVE_PERSONS, whose)


MOVE_VILLAGES = (
    "INSERT INTO tally (period_id, unit_id, source, n, total, squares, perfect, left_out) "
    "VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (period_id, unit_id, source) DO UPDATE SET "
    "n = tally.n + excluded.n, total = tally.total + excluded.total, "
    "squares = tally.squares + excluded.squares, perfect = tally.perfect + excluded.perfect, "
    "left_out = tally.left_out + excluded.left_out"
)
MARK_LINES = "UPDATE village_index SET moved = {} WHERE period_id = {} AND unit_id = {}"
MOVE_PERSONS = (
    "INSERT INTO person_score (period_id, person_id, unit_id, points, moved) VALUES ({}, {}, {}, {}, {}) "
    "ON CONFLICT (period_id, person_id, unit_id) DO UPDATE SET "
    "points = person_score.points + excluded.points, moved = excluded.moved"
)


async def _add(statement: str, rows: list[list[Any]]) -> None:
    """One prepared statement for all rows: the databases add, so that two writers lose nothing."""
    if rows:
        await Tortoise.get_connection("default").execute_many(marked(statement, len(rows[0])), rows)


def marked(statement: str, many: int) -> str:
    """The statement with the places for its values as this database writes them."""
    sqlite = Tortoise.get_connection("default").capabilities.dialect == "sqlite"
    return statement.format(*("?" if sqlite else f"${number}" for number in range(1, many + 1)))


def plus(one: Figure, other: Figure) -> Figure:
    n, total, squares, perfect, left_out = (a + b for a, b in zip(one, other, strict=True))
    return n, total, squares, perfect, left_out
