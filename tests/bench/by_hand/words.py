"""Days and moments as the pages say them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from models.base.clock import TOWN_ZONE, now, today


def moment_of(told: Any) -> datetime:
    """SQLite keeps instants as text."""
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment.astimezone(TOWN_ZONE)  # type: ignore[no-any-return]


def day_of(told: Any) -> date:
    return date.fromisoformat(told) if isinstance(told, str) else told


def day(told: Any) -> str:
    on = day_of(told)
    year = "" if on.year == today().year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def moment(told: Any) -> str:
    at = moment_of(told)
    return f"{day(at.date())} {at:%H:%M}"


def deadline(told: Any) -> str:
    on = day_of(told)
    left = (on - today()).days
    if left < 0:
        return f"{day(on)}（已逾期 {-left} 天）"
    return f"{day(on)}（{'今天截止' if left == 0 else '明天截止' if left == 1 else f'还有 {left} 天'}）"


def until(told: Any) -> str:
    at = moment_of(told)
    if (at.hour, at.minute) == (23, 59):
        return deadline(at.date())
    hours = int((at - now()).total_seconds() // 3600)
    return f"应急：{moment(told)} 前（{f'还有 {hours} 小时' if hours >= 0 else '时限已过'}）"


def left(told: Any) -> str:
    minutes = int((moment_of(told) - now()).total_seconds() // 60)
    if minutes < 0:
        return "已截止"
    days, hours = minutes // 1440, minutes // 60 % 24
    return f"还剩 {days} 天 {hours} 小时" if days else f"还剩 {hours} 小时 {minutes % 60} 分钟"


def on_day(told: Any) -> str:
    return day(moment_of(told).date())


FILTERS = {
    "day": day,
    "on_day": on_day,
    "moment": moment,
    "deadline": deadline,
    "until": until,
    "left": left,
}
