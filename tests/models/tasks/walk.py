"""A walk of everybody at once through tasks and their copies, at random, with what must hold after every step."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models import screening, tasks
from models.base.clock import clock_at, today
from models.base.database import close_database, open_database
from models.base.events import Event
from models.base.refusals import Refusal
from models.base.viewer import Viewer
from models.requests import WorkRequest
from models.tasks import (
    Assignment,
    Extension,
    Objection,
    Report,
    Task,
    TaskSource,
    TaskUnit,
)
from tests.builders import DAY, a_request, an_admitted_request
from tests.models.moves import Seen, must_be_told
from tests.models.tasks.cast import Cast, Deed, allowed_by_command, the_calendar
from tests.models.test_states import table, upwards

BEFORE_VILLAGES = ("draft", "submitted", "approved")
EVERYWHERE = ("dispatched", *BEFORE_VILLAGES)
AT_VILLAGES = ("dispatched", "closed", "withdrawn")
OVER = ("accepted", "withdrawn")
STATEFUL: tuple[Any, ...] = (WorkRequest, Task, Assignment, Objection, Extension)
ENDING = (screening.reject, tasks.withdraw_request, tasks.withdraw)
"""What makes an end of everything, and would soon leave nothing to do if it were as likely as the rest."""


async def what_stands(requests: list[int], numbers: list[int]) -> Seen:
    """The state of every row of these requests and tasks that has one."""
    of_a_copy = {"assignment__task_id__in": numbers}
    own: dict[Any, dict[str, Any]] = {
        WorkRequest: {"id__in": requests},
        Task: {"id__in": numbers},
        Assignment: {"task_id__in": numbers},
        Objection: of_a_copy,
        Extension: of_a_copy,
    }
    return {
        (record.__name__, int(number)): str(state)
        for record in STATEFUL
        for number, state in await record.filter(**own[record]).values_list("id", "state")
    }


def machine(
    run: Callable[[Awaitable[Any]], Any],
    people: Cast,
    reached: Counter[str],
    begins: Sequence[str],
) -> type[RuleBasedStateMachine]:
    """The machine over one open database; each example works on requests and tasks of its own."""

    class People(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.requests: list[int] = []
            self.tasks: list[int] = []
            self.merged: dict[int, set[int]] = {}
            self.steps = 0

        @initialize(state=st.sampled_from(begins))
        def begin(self, state: str) -> None:
            """Somewhere in the middle of the work, so that short walks see every state."""
            self.requests = [run(_at(people, an_admitted_request(people.town))).pk for _ in range(2)]
            first = run(_one(WorkRequest, self.requests[0]))
            task = run(_at(people, brought_to(people, state, first)))
            self.tasks, self.merged = [task.pk], {task.pk: {first.pk}}

        @rule(days=st.sampled_from((1, 3, 7)))
        def time_goes_by(self, days: int) -> None:
            """Planned work goes out, repeated work comes round, what nobody answers is noted."""
            people.at += days * DAY
            reached["steps"] += 1
            run(self.watched(the_calendar()))
            run(self.take_in_rounds())

        @rule(seed=st.integers(0, 2**30))
        def somebody_acts(self, seed: int) -> None:
            """Mostly what somebody may do, sometimes anything at all, sometimes a further request."""
            self.steps += 1
            reached["steps"] += 1
            # By the step as well: the first walks that are drawn are all alike, and would do one thing for ever.
            chance = random.Random(f"{seed} {self.steps} {self.tasks[0]}")
            luck, possible = chance.random(), run(people.deeds(self.requests, self.tasks))
            if luck < 0.05 and len(self.requests) < 4:
                self.requests.append(run(_at(people, a_request(people.town))).pk)
            elif luck < 0.2:
                self.attempt(chance.choice(people.everybody), chance.choice(possible))
            elif allowed := may_be_done(people.everybody, possible, ending=luck > 0.93):
                self.attempt(*chance.choice(chance.choice(allowed)))

        def attempt(self, actor: Viewer, deed: Deed) -> None:
            """A command either does its work or says no; anything else fails the test."""
            command, subject, details = deed
            try:
                made = run(self.watched(command(actor, subject, **details)))
            except Refusal:
                return
            if command in (tasks.draft, tasks.dispatch_at_once):
                self.tasks.append(made.pk)
                self.merged[made.pk] = {one.pk for one in details.get("requests", ())} or run(
                    _sources(made.pk)
                )
            elif command is tasks.merge:
                self.merged[subject.pk].add(details["requests"][0].pk)
            elif command is tasks.unmerge:
                self.merged[subject.pk].remove(details["request"].pk)

        async def watched(self, work: Awaitable[Any]) -> Any:
            """Done at the hour it is, and held against the tables by the verbs that the trail tells of."""
            here = (self.requests, self.tasks)
            before, last = await what_stands(*here), await Event.all().order_by("-id").first()
            try:
                return await _at(people, work)
            finally:
                told = await Event.filter(id__gt=last.pk if last else 0).values_list("command", flat=True)
                reached.update(str(one) for one in told)
                must_be_told(before, await what_stands(*here), {str(one) for one in told}, STATEFUL)

        async def take_in_rounds(self) -> None:
            for later in await Task.filter(series_id__in=self.tasks).exclude(id__in=self.tasks):
                self.tasks.append(later.pk)
                self.merged[later.pk] = await _sources(later.pk)

        @invariant()
        def holds(self) -> None:
            if self.tasks:
                run(_at(people, self.check()))

        async def check(self) -> None:
            found = await Task.filter(id__in=self.tasks).prefetch_related("drafted_by", "approved_by")
            for task in found:
                reached[f"Task:{task.state}"] += 1
                copies = await Assignment.filter(task=task).prefetch_related("unit")
                await self.nothing_reaches_villages_unapproved(task, copies)
                self.what_is_over_is_over_whole(task, copies)
                assert await _sources(task.pk) == self.merged[task.pk], "merging and un-merging are exact"
                assert self.merged[task.pk], "a task answers somebody"
            await self.nobody_is_lost_or_answered_twice()
            await self.what_is_asked_is_asked_about_something_open()

        async def nothing_reaches_villages_unapproved(self, task: Task, copies: list[Assignment]) -> None:
            assert not copies or task.state in AT_VILLAGES
            if copies:
                assert task.dispatched_at is not None
                assert task.approved_by is not None or task.response_id is not None
                planned = await TaskUnit.filter(task=task).values_list("unit_id", flat=True)
                assert {copy.unit_id for copy in copies} == set(planned)
            for village in (people.everybody[6], people.everybody[7]):
                seen = await Task.visible_to(village).filter(pk=task.pk).exists()
                assert seen == any(copy.unit_id == village.unit_id for copy in copies)
            if task.state == "approved":
                assert task.approved_by is not None
            if task.approved_by is not None:
                assert task.approved_by.person_id != task.drafted_by.person_id
            if task.state in BEFORE_VILLAGES:
                assert not await Report.filter(assignment__task=task).exists()

        def what_is_over_is_over_whole(self, task: Task, copies: list[Assignment]) -> None:
            ended = all(copy.state in OVER for copy in copies)
            if task.state in ("closed", "withdrawn"):
                assert ended, "nothing is left open under what is over"
            if task.state == "dispatched":
                assert not ended, "a task ends with its last copy"

        async def nobody_is_lost_or_answered_twice(self) -> None:
            assert await WorkRequest.filter(id__in=self.requests).count() == len(self.requests)
            live = TaskSource.filter(request_id__in=self.requests).exclude(task__state="withdrawn")
            answering: dict[int, set[int]] = {}
            for one in await live.select_related("task"):
                answering.setdefault(one.request_id, set()).add(one.task.series_id or one.task_id)
            assert all(len(series) == 1 for series in answering.values()), (
                "no request is answered by two tasks"
            )
            bare = TaskSource.filter(request_id__in=self.requests, screening__code=None)
            assert not await bare.exists(), "every link is to a coded screening"

        async def what_is_asked_is_asked_about_something_open(self) -> None:
            here: dict[str, Any] = {"assignment__task_id__in": self.tasks}
            waiting = Objection.filter(state__in=("open", "appealed"), **here)
            objected = Assignment.filter(task_id__in=self.tasks, state="objected")
            assert await waiting.count() == await objected.count(), "each question rests its own copy"
            assert not await Extension.filter(state="asked", assignment__state__in=OVER, **here).exists()

        def teardown(self) -> None:
            """However it went, somebody has a next step in everything that is not over."""
            possible = run(people.deeds(self.requests, self.tasks))
            moving = [(act, subject) for act, subject, _ in possible if type(subject) in STATEFUL]
            for record, number, state in run(_unfinished(self.requests, self.tasks)):
                own = [act for act, subject in moving if type(subject) is record and subject.pk == number]
                subject = next(one for _, one in moving if type(one) is record and one.pk == number)
                may = {act.name for act in own for one in people.everybody if act.allows(one, subject)}
                parts = {
                    act.name
                    for act, one in moving
                    if record in upwards(type(one)) and type(one) is not record
                }
                assert may or parts, f"{record.__name__} is stuck in {state}"

    return People


def may_be_done(
    everybody: list[Viewer], possible: list[Deed], *, ending: bool
) -> list[list[tuple[Viewer, Deed]]]:
    """By command, who may do it to what; what makes an end of everything only where that is wanted."""
    return allowed_by_command(everybody, [one for one in possible if ending or one[0] not in ENDING])


async def _unfinished(requests: list[int], numbers: list[int]) -> list[tuple[Any, int, str]]:
    own = {WorkRequest: {"id__in": requests}, Task: {"id__in": numbers}, Assignment: {"task_id__in": numbers}}
    return [
        (record, row.pk, row.state)
        for record, wanted in own.items()
        for row in await record.filter(**wanted).exclude(state__in=(*table(record).over, "rejected"))  # type: ignore[attr-defined]
    ]


async def _one(record: Any, number: int) -> Any:
    return await record.get(pk=number).prefetch_related(*record.judged_with)


async def _at(cast: Cast, work: Awaitable[Any]) -> Any:
    with clock_at(cast.at):
        return await work


async def _sources(task: int) -> set[int]:
    return {
        int(str(one)) for one in await TaskSource.filter(task_id=task).values_list("request_id", flat=True)
    }


async def brought_to(cast: Cast, state: str, request: WorkRequest) -> Task:
    """A task drafted by the one who is coordinator and head at once."""
    drafter, leader = cast.everybody[-1], cast.everybody[1]
    task: Task = await tasks.draft(
        drafter,
        cast.town.township,
        requests=[request],
        title="巡查",
        body="巡查",
        due_on=today() + 9 * DAY,
        units=[cast.town.village, cast.town.second_village],
    )
    steps = ((tasks.submit_for_approval, drafter), (tasks.approve, leader), (tasks.dispatch, drafter))
    for act, who in steps[: (*BEFORE_VILLAGES, "dispatched").index(state)]:
        await act(who, task)
    return task


def walk(examples: int, *begins: Sequence[str]) -> Counter[str]:
    """So many walks from somewhere among each of these states."""
    reached: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        runner.run(open_database(migrate=False))
        try:
            people = runner.run(Cast().gather())
            for states in begins:
                run_state_machine_as_test(
                    machine(runner.run, people, reached, states),
                    settings=settings(
                        max_examples=examples,
                        stateful_step_count=20,
                        deadline=None,
                        database=None,
                        suppress_health_check=list(HealthCheck),
                    ),
                )
        finally:
            runner.run(close_database())
    return reached
