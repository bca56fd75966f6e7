"""What residents said: how many answered, the mean of each question, and how far chance alone could have moved it.

The interval holds in nine of ten such draws. It is Student's, with the correction for a finite register; it tells
nothing of what those think who did not answer, and the pages say so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import sqrt
from typing import cast

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.base.clock import town_day
from models.base.events import Event
from models.base.viewer import Viewer, for_all_eyes, subtree
from models.people.roles import KEEPERS, SURVEY_LEADERS, VILLAGE_READERS
from models.surveys.records import GRADES, Survey, SurveyVillage
from models.units import Unit

STEP = 10_000 // (GRADES - 1)
"""From one grade to the next, on a scale from 0 to 10000."""
NORMAL = 1.6449
"""Nineteen twentieths of the normal distribution lie below: two sides make 90 %."""


@dataclass(frozen=True)
class Answers:
    """How many answered, and the sums of their answers and of the squares.

    Each answer is one whole number from 0 to 10000: the mean of its two questions.
    """

    n: int
    total: int
    squares: int


@dataclass(frozen=True)
class Mean:
    """The mean of some answers out of 100, with the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """What the residents of one village said in one round."""

    first: Mean
    second: Mean
    both: Mean


async def answers_between(since: date, until: date, region: Unit) -> dict[int, Answers]:
    """By village, the answers of rounds that were closed within these days and count.

    A village counts where enough answered and no keeper left it out.
    """
    rows = SurveyVillage.filter(
        subtree("unit__path", region.path),
        survey__state="closed",
        survey__closed_on__gte=since,
        survey__closed_on__lte=until,
        excluded_reason="",
    )
    found: dict[int, list[SurveyVillage]] = defaultdict(list)
    for row in await rows.order_by("id").select_related("survey"):
        if row.counts:
            found[row.unit_id].append(row)
    return {unit: _summed(value for row in rows for value in _both(row)) for unit, rows in found.items()}


def result_of(village: SurveyVillage) -> Result:
    """The means of one village, whose round is loaded with it."""
    pairs = list(_pairs(village))
    return Result(
        _mean([(first - 1) * STEP for first, _ in pairs], village.households),
        _mean([(second - 1) * STEP for _, second in pairs], village.households),
        _mean(list(_both(village)), village.households),
    )


@for_all_eyes
def reads_results_of(viewer: Viewer, village: SurveyVillage) -> bool:
    """The village's own people, the leaders of its township, and the keepers above them."""
    path = village.unit.path
    own = viewer.narrowed(frozenset({"village", "grid"})).hats_as(*VILLAGE_READERS)
    leaders = viewer.hats_as(*SURVEY_LEADERS)
    return (
        viewer.oversees(path, *KEEPERS)
        or any(hat.covers(path) for hat in leaders)
        or any(hat.unit_path.startswith(path) for hat in own)
    )


def results_for(viewer: Viewer, villages: Iterable[SurveyVillage]) -> dict[int, Result]:
    """What this viewer may read of these villages: only closed rounds, and only where enough answered."""
    return {
        one.pk: result_of(one)
        for one in villages
        if one.survey.state == "closed" and one.counts and reads_results_of(viewer, one)
    }


async def recounted(survey: Survey) -> list[SurveyVillage]:
    """The villages whose number of answers is not the one the trail remembers: none, unless somebody meddled."""
    rows = await SurveyVillage.filter(survey=survey, invited__gt=0).order_by("id").select_related("unit")
    happened = _answers_told([row.pk for row in rows]).annotate(many=Count("id")).group_by("subject_id")
    told = dict(await happened.values_list("subject_id", "many"))
    return [row for row in rows if not row.answered == told.get(row.pk, 0) == sum(row.tally)]


async def answers_by_day(village: SurveyVillage) -> dict[date, int]:
    """How many answers of a village the trail remembers, day by day."""
    moments = await _answers_told([village.pk]).order_by("id").values_list("at", flat=True)
    return dict(Counter(town_day(cast(datetime, at)) for at in moments))


def _answers_told(villages: list[int]) -> QuerySet[Event]:
    return Event.filter(subject_type="SurveyVillage", subject_id__in=villages, command="surveys.answer")


def _pairs(village: SurveyVillage) -> Iterator[tuple[int, int]]:
    """Every answer as its two grades, in no order that ever was."""
    for place, many in enumerate(village.tally):
        for _ in range(many):
            yield place // GRADES + 1, place % GRADES + 1


def _both(village: SurveyVillage) -> Iterator[int]:
    return ((first + second - 2) * STEP // 2 for first, second in _pairs(village))


def _summed(values: Iterable[int]) -> Answers:
    told = list(values)
    return Answers(len(told), sum(told), sum(value * value for value in told))


def _mean(values: list[int], households: int) -> Mean:
    """Of answers from 0 to 10000, shown out of 100 with one decimal."""
    sums = _summed(values)
    middle = float(Fraction(sums.total, sums.n))
    off = _student(sums.n - 1) * sqrt(_variance(sums) / sums.n * _rest(sums.n, households))
    return Mean(_shown(middle), _shown(max(middle - off, 0)), _shown(min(middle + off, 10_000)))


def _variance(sums: Answers) -> float:
    """As it was met, but never less than with one answer a grade away: that all agree is no proof of everybody."""
    met = Fraction(sums.n * sums.squares - sums.total**2, sums.n * (sums.n - 1))
    return float(max(met, Fraction(STEP**2, sums.n)))


def _rest(n: int, households: int) -> float:
    """The share of the register that did not answer."""
    return max(0.0, 1 - n / households) if households else 1.0


def _student(free: int) -> float:
    """The 95 % point of Student's distribution, by the first terms of its expansion about the normal one."""
    z = NORMAL
    return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)


def _shown(value: float) -> float:
    return round(value / 100, 1)
