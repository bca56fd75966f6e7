"""How templates say days, moments and deadlines: filters `day`, `days`, `moment`, `by`, `local`, `deadline`, `until`, `left`,
and points: `score`, `two_places`; and periods: `brief`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from models.base.clock import TOWN_ZONE, is_end_of_day, now, today, town_day
from models.evaluation.statistics import rounded
from models.schemes.periods import Period


def day(value: date | datetime | None) -> str:
    """3月5日, with the year where it is not this one."""
    if value is None:
        return "—"
    on = town_day(value) if isinstance(value, datetime) else value
    year = "" if on.year == today().year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def moment(value: datetime | None) -> str:
    """3月5日 14:30, by the town's clock."""
    return "—" if value is None else f"{day(value)} {value.astimezone(TOWN_ZONE):%H:%M}"


def by(value: datetime) -> str:
    """A deadline as it was said: 3月5日, or in an emergency 3月5日 20:00."""
    return day(value) if is_end_of_day(value) else moment(value)


def local(value: datetime) -> str:
    """2026-03-05T20:00, as a field for a day and time takes it, by the town's clock."""
    return f"{value.astimezone(TOWN_ZONE):%Y-%m-%dT%H:%M}"


def deadline(due_on: date | None) -> str:
    """3月5日（还有 2 天）: what a person wants to know about a deadline."""
    if due_on is None:
        return "不限期"
    left = (due_on - today()).days
    if left < 0:
        return f"{day(due_on)}（已逾期 {-left} 天）"
    return f"{day(due_on)}（{'今天截止' if left == 0 else '明天截止' if left == 1 else f'还有 {left} 天'}）"


class Span(Protocol):
    """Days from one to another, both included."""

    since: date
    until: date


def days(span: Span) -> str:
    """2026年1月1日至11月28日: always with its year, for it stands on paper too."""
    since, until = span.since, span.until
    year = "" if until.year == since.year else f"{until.year}年"
    return f"{since.year}年{since.month}月{since.day}日至{year}{until.month}月{until.day}日"


class Dated(Protocol):
    """Work with the one moment it is due."""

    due_at: datetime


def until(work: Dated) -> str:
    """By when: the clock time of an emergency (3月5日 20:00 前，还有 5 小时), or else the day."""
    if is_end_of_day(work.due_at):
        return deadline(town_day(work.due_at))
    left = (work.due_at - now()).total_seconds()
    hours = f"还有 {int(left // 3600)} 小时" if left >= 3600 else f"还有 {max(int(left // 60), 1)} 分钟"
    return f"应急：{moment(work.due_at)} 前（{hours if left > 0 else '时限已过'}）"


def left(at: datetime) -> str:
    """还剩 3 天 5 小时: how long a board still takes bids, as of now."""
    minutes = int((at - now()).total_seconds() // 60)
    if at <= now():
        return "已截止"
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"还剩 {days} 天 {hours} 小时"
    return f"还剩 {hours} 小时 {minutes % 60} 分钟" if hours else f"还剩 {max(minutes, 1)} 分钟"


def brief(period: Period) -> str:
    """As much of a period's name as there is room for in a row of chips: 11月, 四季度, 2026年; the year where it is another."""
    year, _, rest = period.name.partition("年")
    if not rest:
        return period.name
    named = rest.removeprefix("第")
    return named if period.since.year == today().year else f"{year}年{named}"


def score(hundredths: int) -> str:
    """92.31: points kept in hundredths, as people read them."""
    sign, whole = "-" if hundredths < 0 else "", abs(hundredths)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def two_places(value: Fraction | None) -> str:
    """A fraction rounded half up to two places; a dash where there is none."""
    return "—" if value is None else str(rounded(value, 2))


TONES = {
    "dispatched": "wait",
    "returned": "bad",
    "received": "go",
    "reported": "wait",
    "accepted": "good",
    "closed": "good",
    "pending_review": "wait",
    "admitted": "good",
    "answered": "good",
    "rejected": "bad",
    "forbidden": "bad",
    "not_listed": "bad",
    "too_often": "bad",
    "submitted": "wait",
    "approved": "go",
    "published": "good",
    "proposed": "wait",
    "draft": "wait",
    "objected": "wait",
    "exception": "good",
    "open": "wait",
    "asked": "wait",
    "appealed": "wait",
    "granted": "good",
    "upheld": "good",
    "raised": "wait",
    "forwarded": "go",
    "declined": "wait",
    "reanswered": "good",
    "unsettled": "bad",
    "opened": "go",
    "announced": "wait",
    "awarded": "go",
    "delivered": "good",
    "failed": "bad",
    "cancelled": "bad",
    "reopened": "wait",
    "adopted": "good",
}


def tone(state: str) -> str:
    """The colour of a state's tag; the words on it say the same, for who cannot see colours."""
    return TONES.get(state, "plain")


def month(told: str) -> str:
    """2026-03 as people say it."""
    year, _, number = told.partition("-")
    return f"{year}年{int(number)}月"


def trimmed(number: Decimal | int) -> str:
    """A number without the noughts that say nothing: 2.00 is 2, 2.50 is 2.5."""
    told = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return told.rstrip("0").rstrip(".") if "." in told else told


FILTERS = {
    "day": day,
    "days": days,
    "moment": moment,
    "by": by,
    "local": local,
    "deadline": deadline,
    "until": until,
    "left": left,
    "tone": tone,
    "brief": brief,
    "score": score,
    "two_places": two_places,
    "month": month,
    "trimmed": trimmed,
}
