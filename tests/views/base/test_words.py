"""How templates say periods."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from models.base.clock import today
from models.ledger import Period as Span
from models.schemes import Period
from views.base.pages import templates
from views.base.words import brief, days

METHOD = "schemes/_method.html"
STATISTICS = re.compile("贝叶斯|置信(?!息)|方差|标准差|正态|卡方|均匀分布|模拟检验|显著性|μ|s²|t²|σ")
"""Words that a village secretary need not know."""


def test_a_period_is_named_in_as_few_words_as_leave_no_doubt() -> None:
    year = today().year
    assert brief(Period(kind="quarter", since=date(year, 10, 1))) == "四季度"
    assert brief(Period(kind="month", since=date(year, 3, 1))) == "3月"
    assert brief(Period(kind="year", since=date(year, 1, 1))) == f"{year}年"
    assert brief(Period(kind="quarter", since=date(year - 1, 1, 1))) == f"{year - 1}年一季度"


def test_a_span_of_days_is_told_with_its_year_once_and_with_both_where_it_crosses_them() -> None:
    assert days(Span(date(2026, 1, 1), date(2026, 11, 28))) == "2026年1月1日至11月28日"
    assert days(Span(date(2025, 12, 30), date(2026, 1, 2))) == "2025年12月30日至2026年1月2日"


def test_statistics_are_explained_on_the_page_of_the_method_alone() -> None:
    said = {name for name in templates.list_templates() if STATISTICS.search(_source(name))}
    assert said == {METHOD}
    root = Path(__file__).parents[3]
    code = (file for folder in ("views", "schema") for file in (root / folder).rglob("*.py"))
    assert not [file for file in code if STATISTICS.search(file.read_text("utf-8"))]


def _source(name: str) -> str:
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]
