"""A year's days as people write them down, one a line or in a table."""

from __future__ import annotations

from datetime import date

import pytest

from models.base.refusals import Invalid
from models.holidays import read_days, read_year, spans

pytestmark = pytest.mark.anyio
FIFTH, SIXTH, SEVENTH = date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027-02-05 至 2027-02-07", [FIFTH, SIXTH, SEVENTH]),
        ("2027年2月5日—2027年2月6日", [FIFTH, SIXTH]),
        ("2027/2/5\r\n\r\n2027.2.7", [FIFTH, SEVENTH]),
        ("2027-02-05、2027-02-06；", [FIFTH, SIXTH]),
        ("2027-02-05 00:00:00", [FIFTH]),
        ("２０２７年２月５日（周五）至２０２７年２月６日", [FIFTH, SIXTH]),
        (" ", []),
    ],
)
def test_days_are_read_however_they_are_written(text: str, days: list[date]) -> None:
    assert read_days(text, "days_off") == days


@pytest.mark.parametrize(
    "text",
    [
        "春节",
        "2027-02-30",
        "2027-02-07 至 2027-02-05",
        "2027-01-01 至 2027-12-31",
        "2027-2",
        "2027-02-051",
        "2027-02-05 不放假",
        "٢٠٢٧-02-05",
    ],
)
def test_what_is_no_day_is_named_with_its_line(text: str) -> None:
    with pytest.raises(Invalid, match="看不懂“") as no:
        read_days(f"2027-02-05\n{text}", "make_up")
    assert no.value.field == "make_up" and text[:40] in no.value.reason


async def test_a_table_tells_days_off_and_days_worked() -> None:
    table = "日期,安排\n2027-02-05 至 2027-02-06,放假\n2027-02-07,上班\n".encode()
    assert await read_year("2027.csv", table) == ([FIFTH, SIXTH], [SEVENTH])


async def test_errors_in_a_table_are_told_by_row() -> None:
    table = "日期,安排\n春节,放假\n2027-02-07,补休\n".encode()
    with pytest.raises(
        Invalid, match=r"第 2 行“日期”：日期“春节”看不懂.*\n第 3 行“安排”：“补休”.*可填：放假、上班"
    ):
        await read_year("2027.csv", table)


def test_days_that_follow_each_other_are_told_as_one_span() -> None:
    assert spans([SEVENTH, FIFTH, SIXTH, date(2027, 3, 1)]) == [
        (FIFTH, SEVENTH),
        (date(2027, 3, 1), date(2027, 3, 1)),
    ]
    assert read_days("\n".join(f"{a} 至 {b}" for a, b in spans([FIFTH, SIXTH])), "") == [FIFTH, SIXTH]
