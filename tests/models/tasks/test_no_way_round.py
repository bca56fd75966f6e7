"""No command that makes or changes work has a village asked again for what it has on file: all of them are tried."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import screening, tasks
from models.base.clock import clock_at, now, today, town_day
from models.base.commands import Command
from models.base.refusals import Refusal
from models.base.viewer import TOWN_CLOCK
from models.matters.decision import DATA_DEMANDS
from models.registry import DataValue, Element
from models.requests import WorkRequest
from models.tasks import AskedField, Assignment, Task, TaskSource, TaskVersion, Waiver
from models.tasks.ask_once import place_of
from models.tasks.asked_fields import OnFile
from tests.builders import DAY, a_task, a_value, an_admitted_request
from tests.models.tasks.cast import Cast
from tests.models.tasks.test_asked_fields import SENDS
from tests.models.test_states import COMMANDS, subject_of

pytestmark = pytest.mark.anyio
WORK = (Task, TaskVersion, Assignment, WorkRequest)
MAKES_OR_CHANGES = {
    name
    for name, one in COMMANDS.items()
    if name.split(".")[0] in ("tasks", "screening", "intake")
    and (subject_of(one) in WORK or "Task" in str(one.act.__annotations__.get("return", "")))
}
IN_PERSON = {"tasks.sign_overload", "tasks.ask_anew", "screening.admit_exceptionally"}
"""Signed with a password: what they let through is tried in test_ask_once."""
NOTHING_SENT = {
    *("screening.expire", "screening.handle", "screening.reroute", "tasks.confirm_discussion"),
    *("tasks.record_discussion", "tasks.note_unanswered", "tasks.urge_all"),
}
"""They neither make nor change what a village is asked."""
GIVES_UP = {
    *("screening.reject", "tasks.withdraw_request", "tasks.withdraw", "tasks.send_back", "tasks.drop_change"),
    *("tasks.unmerge", "tasks.object_to", "tasks.suspend", "tasks.revise"),
}
AMENDS = {"tasks.amend_request"}
ROUNDS: tuple[tuple[int, set[str]], ...] = (
    (0, GIVES_UP | AMENDS),
    (1, GIVES_UP),
    (7, GIVES_UP | AMENDS),
    (8, set()),
)
"""Days after the first, and what nobody tries on them: what is amended must be read again before it goes on."""
DATA = {"demands": ["data"], "elements": ["lamps", "wells"]}
BY_THE_CLOCK: list[tuple[Any, dict[str, Any]]] = [
    (tasks.repeat, {}),
    (tasks.dispatch, {}),
    (tasks.reopen, {"reason": "核对"}),
]
Tried = dict[str, int]


async def a_town_at_work() -> tuple[Cast, list[int], list[int]]:
    """Tasks for data alone in every state, and a request to be read; then one village has all of it on file."""
    cast = await Cast().gather()
    for code, name in (("lamps", "路灯数"), ("wells", "水井数")):
        await Element.create(code=code, name=name, kind="count", freshness_days=100)
    requests, made = [], []
    for state in ("draft", "approved", "dispatched"):
        asked = await an_admitted_request(cast.town, **DATA)
        more = {"repeats": "week", "repeats_until": today() + 60 * DAY} if state == "dispatched" else {}
        task = await a_task(cast.town, state, requests=[asked], **more)
        requests.append(asked.pk)
        made.append(task.pk)
    requests.append((await an_admitted_request(cast.town, **DATA)).pk)
    for element in await Element.filter(code__in=DATA["elements"]):
        await a_value(element, cast.town.village, "3", number=3)
    return cast, requests, made


async def everything(cast: Cast, requests: list[int], made: list[int]) -> Tried:
    """Every deed by whoever may, what gives something up last of all, and the clock's own on the days that follow."""
    tried: Tried = {}
    for days, left_out in ROUNDS:
        with clock_at(now() + timedelta(days=days, minutes=1)):
            cast.at = now()
            for command, subject, details in await cast.deeds(requests, made):
                if command.name not in left_out:
                    await _try(tried, cast, command, subject, details)
            made = [int(str(pk)) for pk in await Task.all().order_by("id").values_list("id", flat=True)]
            for command, details in BY_THE_CLOCK:
                for task in await Task.filter(id__in=made).prefetch_related(*Task.judged_with):
                    await _try(tried, cast, command, task, details)
    return tried


async def _try(tried: Tried, cast: Cast, command: Command[Any, Any, Any], subject: Any, details: Any) -> None:
    tried.setdefault(command.name, 0)
    fresh = await type(subject).get(pk=subject.pk).prefetch_related(*subject.judged_with)
    who = next((one for one in (*cast.everybody, TOWN_CLOCK) if command.allows(one, fresh)), None)
    if who is None:
        return
    try:
        await command(who, fresh, **details)
    except Refusal:
        return
    tried[command.name] += 1


async def asked_again() -> list[str]:
    """Fields that stand open at a place which had the answer when it was asked, and copies with nothing to fill in."""
    found = []
    for row in await AskedField.all().select_related("element", "assignment__unit", "assignment__task"):
        had = await _had(row)
        signed = row.how == "waived" and await Waiver.filter(task_id=row.assignment.task_id).exists()
        if row.how != "held" and had and not signed:
            found.append(f"{row.assignment.unit.name} is asked again for {row.element.code} ({row.how})")
        if row.how == "held" and not had:
            found.append(f"{row.assignment.unit.name} is taken to have {row.element.code}")
    for copy in await Assignment.all().select_related("unit"):
        demands = await TaskSource.filter(task_id=copy.task_id).values_list("request__demands", flat=True)
        if (
            all(DATA_DEMANDS.issuperset(each) for each in demands)
            and not await AskedField.filter(assignment=copy).exclude(how="held").exists()
        ):
            found.append(f"{copy.unit.name} has nothing to fill in")
    return found


async def _had(row: AskedField) -> bool:
    """By the rows themselves: a value that was there by then, and fresh on that day."""
    values = DataValue.filter(
        element=row.element, unit_id=place_of(row.element, row.assignment.unit), at__lt=row.asked_at
    )
    return any(row.element.is_fresh(one.as_of, town_day(row.asked_at)) for one in await values)


async def test_whatever_anybody_tries_no_village_is_asked_again_for_what_it_has_on_file(town: str) -> None:
    cast, requests, made = await a_town_at_work()
    tried = await everything(cast, requests, made)
    assert await asked_again() == []
    assert MAKES_OR_CHANGES - tried.keys() <= IN_PERSON | NOTHING_SENT, "a command nobody tries"
    assert tried.keys() >= SENDS and len(MAKES_OR_CHANGES) > 40
    assert await Assignment.filter(unit=cast.town.second_village).count() > 1, "the other village is asked"


async def test_a_gate_that_stands_open_is_found(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same walk with the file unread: so it would look if one of them went round the gate."""
    monkeypatch.setattr(OnFile, "how", lambda *_, **__: "missing")
    monkeypatch.setattr(tasks.Cells, "idle", lambda *_: [])
    cast, requests, made = await a_town_at_work()
    await everything(cast, requests, made)
    assert "梅渚村 is asked again for lamps (missing)" in await asked_again()


def test_the_lists_of_what_is_not_tried_name_commands_there_are() -> None:
    assert set(COMMANDS) >= IN_PERSON | NOTHING_SENT and screening.admit.name in MAKES_OR_CHANGES
