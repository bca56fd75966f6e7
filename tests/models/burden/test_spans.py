"""A stretch of days, cut as the town's calendar cuts it: nothing lost, nothing twice, and never too many pieces."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.refusals import Invalid
from models.burden.spans import INTERVALS, MOST_PIECES, pieces
from models.ledger import Period

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(0, 800), st.sampled_from(sorted(INTERVALS)))
def test_the_pieces_are_the_whole_again_day_by_day(since: date, many: int, interval: str) -> None:
    until = min(since + timedelta(days=many), date(2099, 12, 31))
    found = pieces(Period(since, until), interval)
    assert (found[0].days.since, found[-1].days.until) == (since, until)
    for one, after in pairwise(found):
        assert after.days.since - one.days.until == timedelta(days=1)
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(
    ("interval", "keys"),
    [
        ("week", ["2026-W53", "2027-W01"]),
        ("month", ["2026-12", "2027-01"]),
        ("quarter", ["2026-Q4", "2027-Q1"]),
        ("year", ["2026", "2027"]),
    ],
)
def test_a_piece_is_called_as_the_calendar_calls_it_also_over_the_end_of_a_year(
    interval: str, keys: list[str]
) -> None:
    assert [one.key for one in pieces(Period(date(2026, 12, 31), date(2027, 1, 4)), interval)] == keys


def test_more_pieces_than_a_page_holds_are_refused_and_exactly_as_many_are_not() -> None:
    last = date(2011, 1, 1) - timedelta(days=1)
    assert len(pieces(Period(date(2001, 1, 1), last), "month")) == MOST_PIECES
    with pytest.raises(Invalid, match="120 段"):
        pieces(Period(date(2001, 1, 1), last + timedelta(days=1)), "month")
    assert [one.days for one in pieces(Period(date(2001, 1, 1), last), None)] == [
        Period(date(2001, 1, 1), last)
    ]
