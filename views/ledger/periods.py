"""The span of days a page looks at, as its address tells it, and the spans people usually want."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.requests import Request

from models import ledger
from models.base.clock import today
from models.base.days import day_of
from models.base.refusals import Invalid
from models.ledger import Period


def read_period(request: Request) -> Period:
    """What ?since= and ?until= ask for, or this year; raises Invalid for what makes no sense."""
    query = request.query_params
    return ledger.period_of(_day(query.get("since", "")), _day(query.get("until", "")))


def period_or_year(request: Request) -> Period:
    """The same; one that makes no sense is told, and this year shown instead."""
    try:
        return read_period(request)
    except Invalid as no:
        request.state.refusal = no
        return ledger.period_of(None, None)


def dates(span: Period) -> dict[str, date]:
    return {"since": span.since, "until": span.until}


def usual(asked: dict[str, object]) -> list[tuple[str, str]]:
    """The usual spans, each with its address beside whatever else is asked for."""
    return [(label, urlencode(asked | dates(span))) for label, span in _usual()]


def _usual() -> list[tuple[str, Period]]:
    day = today()
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    a_year_ago = day.year - 1
    return [
        ("今年", Period(date(day.year, 1, 1), day)),
        ("本季", Period(quarter, day)),
        ("本月", Period(day.replace(day=1), day)),
        ("近 30 天", Period(day - timedelta(days=29), day)),
        ("去年", Period(date(a_year_ago, 1, 1), date(a_year_ago, 12, 31))),
    ]


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        raise Invalid("请填写日期，例如 2026-03-05。", field="since") from None
