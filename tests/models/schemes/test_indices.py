"""The line of a village in a period: exact, the sum of what it is made of, and open to appeals for its days."""

from __future__ import annotations

import json
from fractions import Fraction

from models.base.clock import now, today
from models.schemes import Period, VillageIndex
from tests.builders import DAY


def _line(*, closed: bool = False, **told: object) -> VillageIndex:
    period = Period(id=1, closed_at=now() if closed else None)
    period._saved_in_db = True
    return VillageIndex(period=period, **told)


def test_a_score_is_the_fraction_it_was_written_as_and_none_where_nobody_has_evidence() -> None:
    assert _line(exact="200/3").value == Fraction(200, 3)
    assert _line().value is None and _line().contributions == []


def test_contributions_keep_the_order_of_the_scheme() -> None:
    parts = [{"source": "timeliness", "points": "1/3"}, {"source": "quality", "points": "2/3"}]
    assert _line(parts=json.dumps(parts)).contributions == parts


def test_it_takes_appeals_while_its_period_is_open_and_until_a_last_day() -> None:
    assert _line().takes_appeals
    assert _line(closed=True, appeals_until=today()).takes_appeals
    assert not _line(closed=True, appeals_until=today() - DAY).takes_appeals
    assert not _line(closed=True).takes_appeals
