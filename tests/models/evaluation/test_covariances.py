"""The range beside a score holds the true score nine times out of ten, whatever errs together."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from models.evaluation.scoring import Scored, score_group
from models.schemes.sources import TOGETHER
from tests.models.evaluation.working import MEASURES, Drawn, Work, draw


def scored(drawn: Drawn, villages: int) -> dict[int, Scored]:
    return score_group(MEASURES, range(villages), drawn.samples)


def true_score(drawn: Drawn, unit: int, one: Scored) -> float:
    """What the village would come to if everything were known, in hundredths."""
    counted = [part for part in json.loads(one.parts) if part["counts"]]
    return sum(
        100 * float(Fraction(part["weight"])) * drawn.truth[MEASURES[part["indicator"]].source][unit]
        for part in counted
    )


def covered(villages: int, work: Work, among: int) -> float:
    """The share of true scores within the range shown."""
    rng, hits = np.random.default_rng(villages), []
    for _ in range(among // villages):
        drawn = draw(rng, villages, work)
        for unit, one in scored(drawn, villages).items():
            hits.append(one.low <= true_score(drawn, unit, one) <= one.high)
    return float(np.mean(hits))


KINDS = {
    "tasks": Work(),
    "late ones returned": Work(together=True),
    "some hardly any": Work(thin=0.2),
    "late ones returned, some hardly any": Work(together=True, thin=0.2),
    "more sources": Work(more=True, thin=0.2),
    "more sources, all together": Work(more=True, together=True, thin=0.2),
}


@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize("kind", KINDS)
def test_the_range_beside_a_score_holds_the_true_one_nine_times_out_of_ten(villages: int, kind: str) -> None:
    # A village with too few results is as unsure as its whole group, which is a little too much where many are few.
    most = 0.925 if KINDS[kind].thin else 0.92
    assert 0.88 <= covered(villages, KINDS[kind], 2_400) <= most


@pytest.mark.nightly
@pytest.mark.parametrize("villages", [15, 60, 400])
@pytest.mark.parametrize("kind", KINDS)
def test_so_it_does_among_twelve_thousand(villages: int, kind: str, figure: Callable[[str], None]) -> None:
    held = covered(villages, KINDS[kind], 12_000)
    figure(f"{held:.4f}")
    # Few villages of which a fifth show hardly anything, and all they show together: the page of the method says so.
    most = 0.93 if (villages, kind) == (15, "more sources, all together") else 0.92
    assert 0.88 <= held <= most


@pytest.mark.parametrize("together", [False, True])
def test_where_villages_hardly_differ_the_range_rather_holds_more(together: bool) -> None:
    assert covered(15, Work(apart=0.05, together=together), 1_500) >= 0.88


def without_tasks_together(drawn: Drawn) -> Drawn:
    return replace(drawn, samples={s: of for s, of in drawn.samples.items() if s not in TOGETHER})


def test_what_the_same_tasks_do_to_several_indicators_makes_the_range_wider() -> None:
    drawn = draw(np.random.default_rng(5), 60, Work(together=True))
    wide, narrow = scored(drawn, 60), scored(without_tasks_together(drawn), 60)
    assert all(wide[unit].variance > narrow[unit].variance for unit in wide)
    assert all(wide[unit].parts == narrow[unit].parts for unit in wide), "the score itself is the same"


def test_the_order_in_which_villages_and_sources_are_met_changes_nothing() -> None:
    drawn = draw(np.random.default_rng(6), 30, Work(more=True, thin=0.3))
    turned = {source: dict(reversed(of.items())) for source, of in reversed(drawn.samples.items())}
    assert score_group(MEASURES, range(30), turned) == scored(drawn, 30)


def test_the_whole_is_never_surer_than_the_least_sure_of_its_parts() -> None:
    drawn = draw(np.random.default_rng(7), 15, Work(more=True, thin=0.3))
    alone = [one for one in MEASURES if one.source == "delivery"]
    single = score_group(alone, range(15), drawn.samples)
    assert single.keys() & scored(drawn, 15).keys()
    for unit, one in scored(drawn, 15).items():
        share = next(
            Fraction(p["weight"]) for p in json.loads(one.parts) if p["counts"] and p["dimension"] == 3
        )
        if unit in single:
            assert one.variance >= single[unit].variance * (share / 100) ** 2 - Fraction(1, 10**6)


def test_nobody_having_enough_of_the_same_is_no_obstacle() -> None:
    figures = {
        "quality": {1: (4, 30_000, 250_000_000, 0, 0)},
        "timeliness": {2: (3, 20_000, 200_000_000, 0, 0), 3: (0, 0, 0, 3, 0)},
    }
    found = score_group(MEASURES, [1, 2, 3], figures)
    assert set(found) == {1, 2, 3} and all(one.low <= one.shown <= one.high for one in found.values())


def test_a_county_of_500_villages_is_scored_in_an_instant() -> None:
    drawn, times = draw(np.random.default_rng(1), 500, Work(more=True)), []
    for _ in range(3):
        start = time.process_time()
        scored(drawn, 500)
        times.append(time.process_time() - start)
    assert min(times) < 1, "alone it is a tenth of that"
