"""What a draft would change: a past period credited and scored once more under it, village by village and person by person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from fractions import Fraction

from models.base.events import Event
from models.base.pools import RECKONING
from models.base.sealer import DayHead
from models.evaluation.figures import Figures, Found, measures_of
from models.evaluation.scoring import Scored, hundredths
from models.evaluation.tallies import FROM_ENTRIES, NONE, Figure, PersonScore, Tally, plus, tallied
from models.points.book import Book
from models.points.entries import PointEntry
from models.points.rebuild import PAGE, rewritten
from models.points.results import TAKING_BACK, taken_back_by
from models.schemes.calendar import grouped
from models.schemes.indices import VillageIndex
from models.schemes.periods import Period
from models.schemes.records import PeerGroup, Scheme
from models.units import Unit


@dataclass(frozen=True)
class Move:
    """One village as it stood and as it would stand."""

    unit: Unit
    group_before: str
    group_after: str
    rank_before: int | None
    rank_after: int | None
    score_before: int | None
    score_after: int | None
    """Hundredths of a point."""

    @property
    def moved(self) -> int:
        """Ranks gained (above zero) or lost in its group; a village that changes groups is not compared."""
        if self.group_before != self.group_after or not self.rank_before or not self.rank_after:
            return 0
        return self.rank_before - self.rank_after


@dataclass(frozen=True)
class Simulation:
    """A period under a draft beside the same period as it was scored."""

    moves: list[Move]
    persons: list[tuple[int, int, int]]
    """Person, thousandths of a point as credited, and as they would be; only where the two differ."""

    @property
    def moving(self) -> list[Move]:
        """Those whose rank or group would change, the farthest first."""
        changed = [one for one in self.moves if one.moved or one.group_before != one.group_after]
        return sorted(changed, key=lambda one: (-abs(one.moved), one.unit.path))

    @property
    def farthest(self) -> int:
        return max((abs(one.moved) for one in self.moves), default=0)


async def simulate(scheme: Scheme, period: Period) -> Simulation:
    """Credit, score and place the period once more; nothing is written."""
    sums = Sums()
    async for entry in _credited_again(scheme, period):
        sums.add(entry)
    figures = Figures(await measures_of(scheme.pk), await _groups(scheme, period))
    figures.samples = await _samples(period, sums)
    after = await RECKONING.run(figures.scored)
    return Simulation(await _moves(scheme, period, after, figures.groups), await _persons(period, sums))


@dataclass
class Sums:
    """What the entries amount to, so that none of them need be kept."""

    figures: dict[str, dict[int, Figure]] = field(default_factory=lambda: defaultdict(dict))
    persons: Counter[int] = field(default_factory=Counter)

    def add(self, entry: PointEntry) -> None:
        if entry.person_id is not None:
            self.persons[entry.person_id] += entry.points
        for source, figure in tallied(entry).items():
            of = self.figures[source]
            of[entry.unit_id] = plus(of.get(entry.unit_id, NONE), figure)


async def _credited_again(scheme: Scheme, period: Period) -> AsyncIterator[PointEntry]:
    """The entries of the period as the draft would give them, with what was taken back of them since."""
    draft = copy(scheme)
    draft.city, draft.from_on = await Unit.get(pk=scheme.city_id), period.since
    book = Book([draft], written={})
    before, last = await _seq_before(period.since), await _seq_before(period.until, included=True)
    async for page in rewritten(book, before, last):
        for entry in page:
            yield entry
    # What came later counts here only where it takes back a result of the period.
    later = Event.filter(command__in=TAKING_BACK).order_by("seq")
    while events := await later.filter(seq__gt=last).limit(PAGE):
        for event in filter(taken_back_by, events):
            for entry in await book.entries_of(event):
                yield entry
        last = events[-1].seq or last


async def _seq_before(day: object, *, included: bool = False) -> int:
    """The last sealed number before a day (or by its end)."""
    rows = DayHead.filter(day__lte=day) if included else DayHead.filter(day__lt=day)
    head = await rows.order_by("-day").first()
    return head.seq if head else 0


async def _groups(scheme: Scheme, period: Period) -> dict[int, list[int]]:
    """The villages of the period in the draft's groups, by the households on file when the period began."""
    units = await Unit.filter(indices__period=period).order_by("id")
    found: dict[int, list[int]] = defaultdict(list)
    for unit, group in (await grouped(scheme, units, period.until)).items():
        found[group].append(unit)
    return dict(found)


async def _samples(period: Period, sums: Sums) -> Found:
    figures = sums.figures
    stored = Tally.filter(period=period).exclude(source__in=FROM_ENTRIES)
    columns = ("source", "unit_id", "n", "total", "squares", "perfect", "left_out")
    for source, unit, *told in await stored.values_list(*columns):
        figures[source][unit] = tuple(told)
    return dict(figures)


async def _moves(
    scheme: Scheme, period: Period, after: Mapping[int, Scored], groups: Mapping[int, Sequence[int]]
) -> list[Move]:
    names = {one.pk: one.name for one in await PeerGroup.filter(scheme=scheme)}
    group_after = {unit: names[group] for group, units in groups.items() for unit in units}
    lines = await VillageIndex.filter(period=period).order_by("unit_id").select_related("unit", "group")
    before = _ranked({one.unit_id: (one.group.name, one.value) for one in lines if one.value is not None})
    then = _ranked({unit: (group_after[unit], one.score) for unit, one in after.items()})
    return [
        Move(
            one.unit,
            one.group.name,
            group_after.get(one.unit_id, ""),
            before.get(one.unit_id),
            then.get(one.unit_id),
            one.shown if one.value is not None else None,
            hundredths(after[one.unit_id].score) if one.unit_id in after else None,
        )
        for one in lines
    ]


def _ranked(scores: Mapping[int, tuple[str, Fraction]]) -> dict[int, int]:
    """The rank of each within its group; equals share one."""
    by_group: dict[str, list[Fraction]] = defaultdict(list)
    for group, score in scores.values():
        by_group[group].append(score)
    first = {
        (group, score): sum(other > score for other in found)
        for group, found in by_group.items()
        for score in set(found)
    }
    return {unit: first[group, score] + 1 for unit, (group, score) in scores.items()}


async def _persons(period: Period, sums: Sums) -> list[tuple[int, int, int]]:
    """Those whose points would differ, the farthest first."""
    then = sums.persons
    rows = await PersonScore.filter(period=period).values_list("person_id", "points")
    now: Counter[int] = Counter()
    for person, points in rows:
        now[int(str(person))] += int(str(points))
    changed = [(one, now[one], then[one]) for one in sorted({*now, *then}) if now[one] != then[one]]
    return sorted(changed, key=lambda one: (-abs(one[2] - one[1]), one[0]))
