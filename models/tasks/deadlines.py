"""The arithmetic of ends: what grants, rests and the township's moves make of an assignment's one moment.

Steps of building (`models/bidding/suspension.py`) are reckoned by the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from models.base.batches import update_page_by_page
from models.base.clock import end_of, is_end_of_day, now, today, town_day
from models.base.refusals import Invalid
from models.matters import Matter
from models.policies import policy
from models.tasks.records import Assignment, Task
from models.tasks.states import OPEN
from models.tasks.trail_facts import tell_excused
from models.workdays import Workdays, workdays_of


async def proposed_due(path: str, matter: Matter, deadlines: Iterable[date]) -> date:
    """The last day a matter's time norm gives from today, in working days; without one, the earliest day asked for."""
    if matter.norm_days:
        return (await workdays_of(path)).after(today(), matter.norm_days)
    return max(today(), min(deadlines))


async def must_be_a_later_end(
    moment: datetime, due_at: datetime, path: str, *, field: str, by_the_clock: bool = False
) -> None:
    """Raise Invalid unless the moment lies after the present end, and within what the place allows at once."""
    if moment <= max(due_at, now() if by_the_clock else end_of(today())):
        raise Invalid("申请的日期应在现在的期限和今天之后。", field=field)
    most = await policy(path, "extension_days")
    last = (await workdays_of(path)).after(max(town_day(due_at), today()), most)
    if moment > end_of(last):
        raise Invalid(f"一次最多延 {most} 个工作日，到 {last} 为止。", field=field)


async def grant(assignment: Assignment, until: datetime) -> None:
    """Give this village until a moment: never less than it has, and not lost by whatever is moved later."""
    assignment.due_at = max(assignment.due_at, until)
    assignment.granted_until = max(assignment.granted_until or until, until)
    assignment.extended = True
    await _moved([assignment], "镇街同意延期")
    await assignment.save(update_fields=["due_at", "granted_until", "extended", "unanswered_on"])


async def begin_rest(assignment: Assignment, state: str) -> None:
    """Let the clock of an assignment stand still, remembering where it stood."""
    assignment.suspended_from, assignment.suspended_at = assignment.state, now()
    assignment.state = state
    await assignment.save(update_fields=["state", "suspended_from", "suspended_at"])


async def end_rest(assignment: Assignment) -> None:
    """Let the clock run again: the state it rested from, and its end put off by exactly what the rest took."""
    since = assignment.suspended_at
    if since is None:
        return
    if not is_end_of_day(assignment.due_at):
        assignment.due_at += now() - since
        assignment.granted_until = assignment.due_at
    else:
        days = await workdays_of(assignment.unit.path)
        stood = days.between(town_day(since), today())
        assignment.due_at = after_rest(assignment.due_at, since, stood, days)
        if assignment.granted_until:
            assignment.granted_until = _put_off(assignment.granted_until, stood, days)
        assignment.rested_days += stood
    assignment.state = assignment.suspended_from or ("received" if assignment.received_at else "dispatched")
    assignment.suspended_at, assignment.suspended_from = None, ""
    await assignment.save()


async def move_with(task: Task) -> None:
    """Bring the task's new end to every open copy: with its own rests, and never sooner than what it was granted."""
    days = await workdays_of(task.township.path)
    copies = await Assignment.filter(task=task, state__in=OPEN).prefetch_related("unit")
    for copy in copies:
        own = task.due_at
        if copy.rested_days and is_end_of_day(own):
            own = _put_off(own, copy.rested_days, days)
        copy.due_at = max(own, copy.granted_until or own)
    await _moved(copies, "镇街改了期限")
    await update_page_by_page(copies, ["due_at", "unanswered_on"])


def after_rest(due_at: datetime, since: datetime, stood: int, days: Workdays) -> datetime:
    """The end of a day, put off by the working days that the clock stood still since then.

    What was in time is not late after it: what rested over its last day into days off has what is left of a day of
    work.
    """
    later = _put_off(due_at, stood, days)
    return end_of(days.after(today(), 0)) if later < now() and due_at >= since else later


def _put_off(at: datetime, count: int, days: Workdays) -> datetime:
    """The end of the day that lies so many working days later; the same moment where none was lost."""
    return end_of(days.after(town_day(at), count)) if count else at


async def _moved(copies: list[Assignment], why: str) -> None:
    """A note that nothing came by the old end falls where the new one has not come yet."""
    ahead = [copy for copy in copies if copy.due_at >= now()]
    await tell_excused(ahead, why)
    for copy in ahead:
        copy.unanswered_on = None
