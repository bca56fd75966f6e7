"""What may well be right and is listed to be looked at: beside the last figure, and beside the others of a table."""

from __future__ import annotations

from models.base.clock import today
from models.registry import Element
from models.registry.import_doubts import doubts_on
from models.registry.value_import import Told
from models.units import Unit

VILLAGE = Unit(id=1, name="梅渚村", code="330624004201", level="village", path="/1/")


def told(code: str, value: str, checks: str = "", line: int = 2) -> Told:
    element = Element(id=len(code), code=code, name=code, kind="count", checks=checks)
    return Told(line, VILLAGE, element, value, today())


def test_ten_times_the_last_figure_is_doubted_and_less_is_not() -> None:
    lamps = told("lamps", "120")
    assert [line for line, _ in doubts_on([lamps], {(1, lamps.element.pk): "12"})] == [2]
    assert list(doubts_on([lamps], {(1, lamps.element.pk): "13"})) == []
    assert list(doubts_on([lamps], {})) == []


def test_what_does_not_add_up_is_doubted_where_the_table_tells_both_sides() -> None:
    land = told("land", "10", "= wet + dryer", line=3)
    parts = [told("wet", "6"), told("dryer", "5")]
    assert [line for line, _ in doubts_on([land, *parts], {})] == [3]
    assert list(doubts_on([land, parts[0]], {})) == []
