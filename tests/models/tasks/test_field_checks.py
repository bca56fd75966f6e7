"""What figures of one form say of each other."""

from __future__ import annotations

from models.registry import Element
from models.tasks.field_checks import doubts_of, sums_among, terms_of


def test_a_sum_is_worked_out_from_its_parts_and_what_is_ten_times_the_last_figure_looks_odd() -> None:
    whole = Element(code="arable", name="耕地", kind="decimal", checks="= paddy + dry - lent")
    assert terms_of(whole) == ((1, "paddy"), (1, "dry"), (-1, "lent"))
    assert terms_of(Element(code="note", name="备注", kind="text", checks="= a + b")) == ()
    assert sums_among([whole], {"paddy", "dry"}) == {}, "a part of it is not known here"
    assert list(sums_among([whole], {"paddy", "dry", "lent"})) == ["arable"]
    part = Element(code="dibao", name="低保人数", kind="count", checks="<= people")
    assert doubts_of(part, "12", {"people": "300"}, "11") == []
    assert doubts_of(part, "120", {"people": "100"}, "12") == [
        "“低保人数”填的是 120，上次是 12，相差十倍以上。",
        "“低保人数”填的是 120，大于有关各项算出来的 100。",
    ]
