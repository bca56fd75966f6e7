"""Stepping over what a wrong clock wrote: the trail goes on from the clock as it is, and says that it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.base.canonical import instant
from models.base.clock import now
from models.base.commands import command
from models.base.events import ALLOWED_CLOCK_ERROR, Event, tell
from models.base.facts import Facts
from models.base.refusals import Invalid, NotNow
from models.base.ticking import only_the_clock
from models.base.viewer import Viewer
from models.units import Unit


async def last_entry() -> datetime | None:
    """When the newest entry of the trail was written, by the clock of that time."""
    found = await Event.all().order_by("-id").first()
    return found.at if found else None


async def behind() -> timedelta:
    """By how much the clock stands before the newest entry; nothing where the trail takes it as it is."""
    last = await last_entry()
    lag = last - now() if last else timedelta()
    return lag if lag > ALLOWED_CLOCK_ERROR else timedelta()


@dataclass(frozen=True, kw_only=True)
class SteppedOver(Facts):
    """Where the trail's clock stood, and where it goes on."""

    last: str
    clock: str


@command(said="越过错误的时钟", who=only_the_clock("越过错误的时钟要在服务器上办理（xingcun clock）。"))
async def step_over(actor: Viewer, unit: Unit, *, reason: str) -> None:
    """Let the trail go on from now although its newest entry is of a later time."""
    if not reason.strip():
        raise Invalid("请写明原因。", field="reason")
    last = await last_entry()
    if last is None or not await behind():
        raise NotNow("时钟没有走在最后一条记录之前，不用处理。")
    tell(SteppedOver(last=instant(last), clock=instant(now())))
