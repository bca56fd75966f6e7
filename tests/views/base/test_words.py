"""How templates say periods."""

from __future__ import annotations

from datetime import date

from models.base.clock import today
from models.evaluation import Period
from views.base.words import brief


def test_a_period_is_named_in_as_few_words_as_leave_no_doubt() -> None:
    year = today().year
    assert brief(Period(kind="quarter", since=date(year, 10, 1))) == "四季度"
    assert brief(Period(kind="month", since=date(year, 3, 1))) == "3月"
    assert brief(Period(kind="year", since=date(year, 1, 1))) == f"{year}年"
    assert brief(Period(kind="quarter", since=date(year - 1, 1, 1))) == f"{year - 1}年一季度"
