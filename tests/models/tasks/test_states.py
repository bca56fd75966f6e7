"""Every path through tasks and assignments that people could take, taken at random by all of them at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
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
from models.base.clock import today
from models.base.database import close_database, open_database
from models.base.refusals import Refusal
from models.base.viewer import Hat, Viewer
from models.intake import WorkRequest
from models.people import Post
from models.policies import Policy
from models.tasks import Assignment, Report, Task, TaskSource, TaskUnit
from tests.builders import (
    DAY,
    LONG_AGO,
    Town,
    a_list,
    a_request,
    a_town,
    a_viewer,
    an_admitted_request,
)

BEFORE_VILLAGES = ("draft", "submitted", "approved")
AT_VILLAGES = ("dispatched", "closed", "withdrawn")


class Cast:
    """The town and everybody in it, one of them with two posts."""

    town: Town
    everybody: list[Viewer]

    async def gather(self) -> Cast:
        self.town = await a_town()
        await a_list(self.town.city)
        roles = [
            ("coordinator", self.town.township),
            ("leader", self.town.township),
            ("head", self.town.township),
            ("coordinator", self.town.other_township),
            ("department_officer", self.town.department),
            ("department_officer", self.town.other_department),
            ("secretary", self.town.village),
            ("secretary", self.town.second_village),
            ("list_keeper", self.town.county),
        ]
        self.everybody = [await a_viewer(role, unit) for role, unit in roles]
        self.everybody.append(await self._two_posts_at_once())
        setter = self.everybody[0].post_id
        for name in ("open_tasks", "hours_a_week", "collisions"):
            await Policy.create(
                unit=self.town.city,
                name=name,
                value=100_000,
                reason="试验",
                from_on=LONG_AGO,
                set_by_id=setter,
                made_at="2026-01-01T00:00:00Z",
            )
        return self

    async def _two_posts_at_once(self) -> Viewer:
        """一肩挑: whoever drafts as coordinator is still the same person as head."""
        viewer = await a_viewer("coordinator", self.town.township)
        place = self.town.township
        post = await Post.create(person_id=viewer.person_id, unit=place, role="head", from_on=LONG_AGO)
        hat = Hat(post.pk, "head", place.pk, place.path, place.level, place.name)
        return replace(viewer, hats=(*viewer.hats, hat))


Deed = tuple[Any, Any, dict[str, Any]]
"""A command, what it is done to, and its details."""


def deeds(cast: Cast, requests: list[WorkRequest], found: list[Task], copies: list[Assignment]) -> list[Deed]:
    """Everything anybody could try in this moment, allowed or not."""
    why = {"reason": "再想想。"}
    planned = {"title": "巡查", "body": "巡查", "due_on": today() + 9 * DAY}
    planned["units"] = [cast.town.village, cast.town.second_village]
    listed: list[Deed] = []
    for request in requests:
        same = {n: getattr(request, n) for n in ("title", "body", "matter_code", "demands", "deadline")}
        listed += [
            (screening.admit, request, {}),
            (screening.reject, request, why),
            (tasks.amend_request, request, same | why),
            (tasks.withdraw_request, request, why),
            (tasks.draft, cast.town.township, planned | {"requests": [request]}),
        ]
    for task in found:
        listed += [(act, task, {}) for act in (tasks.submit_for_approval, tasks.approve, tasks.dispatch)]
        listed += [(tasks.send_back, task, why), (tasks.withdraw, task, why)]
        listed += [(tasks.merge, task, {"requests": [request]}) for request in requests]
        listed += [(tasks.unmerge, task, {"request": request}) for request in requests]
    for copy in copies:
        listed += [(act, copy, {}) for act in (tasks.receive, tasks.accept)]
        listed += [
            (tasks.report, copy, {"words": "办了。"}),
            (tasks.return_report, copy, {"what_to_mend": "请补充。"}),
            (tasks.object_to, copy, {"kind": "not_ours", "words": "不是本村的事。"}),
        ]
    return listed


def machine(run: Callable[[Awaitable[Any]], Any], cast: Cast) -> type[RuleBasedStateMachine]:
    """The machine over one open database; each example works on requests and tasks of its own."""

    class People(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.requests: list[int] = []
            self.tasks: list[int] = []
            self.merged: dict[int, set[int]] = {}

        @initialize(state=st.sampled_from((*BEFORE_VILLAGES, "dispatched")))
        def begin(self, state: str) -> None:
            """Somewhere in the middle of the work, so that short walks see every state."""
            self.requests = [run(an_admitted_request(cast.town)).pk for _ in range(2)]
            first = run(_fetched(WorkRequest, self.requests[0]))
            task = run(_brought_to(cast, state, first))
            self.tasks, self.merged = [task.pk], {task.pk: {first.pk}}

        @rule(seed=st.integers(0, 2**30))
        def somebody_acts(self, seed: int) -> None:
            """Mostly what somebody may do, sometimes anything at all, sometimes a further request."""
            chance = random.Random(seed)
            luck, possible = chance.random(), run(self.possible())
            if luck < 0.1 and len(self.requests) < 4:
                self.requests.append(run(a_request(cast.town)).pk)
            elif luck < 0.3:
                self.attempt(chance.choice(cast.everybody), chance.choice(possible))
            elif allowed := _allowed(cast.everybody, possible, ending=luck > 0.95):
                self.attempt(*chance.choice(chance.choice(allowed)))

        async def possible(self) -> list[Deed]:
            requests = [await _fetched(WorkRequest, number) for number in self.requests]
            found = [await _fetched(Task, number) for number in self.tasks]
            return deeds(cast, requests, found, await _copies(self.tasks))

        def attempt(self, actor: Viewer, deed: Deed) -> None:
            """A command either does its work or says no; anything else fails the test."""
            command, subject, details = deed
            try:
                made = run(command(actor, subject, **details))
            except Refusal:
                return
            if command is tasks.draft:
                self.tasks.append(made.pk)
                self.merged[made.pk] = {details["requests"][0].pk}
            elif command is tasks.merge:
                self.merged[subject.pk].add(details["requests"][0].pk)
            elif command is tasks.unmerge:
                self.merged[subject.pk].remove(details["request"].pk)

        @invariant()
        def holds(self) -> None:
            run(self.check())

        async def check(self) -> None:
            found = await Task.filter(id__in=self.tasks).prefetch_related("drafted_by", "approved_by")
            for task in found:
                copies = await Assignment.filter(task=task).prefetch_related("unit")
                await self.nothing_reaches_villages_unapproved(task, copies)
                sources = set(await TaskSource.filter(task=task).values_list("request_id", flat=True))
                assert sources == self.merged[task.pk], "merging and un-merging are exact"
                assert sources, "a task answers somebody"
            await self.nobody_is_lost_or_answered_twice()

        async def nothing_reaches_villages_unapproved(self, task: Task, copies: list[Assignment]) -> None:
            assert not copies or task.state in AT_VILLAGES
            if copies:
                assert task.approved_by is not None and task.dispatched_at is not None
                planned = await TaskUnit.filter(task=task).values_list("unit_id", flat=True)
                assert {copy.unit_id for copy in copies} == set(planned)
            for village in (cast.everybody[6], cast.everybody[7]):
                seen = await Task.visible_to(village).filter(pk=task.pk).exists()
                assert seen == bool(copies)
            if task.state in ("approved", "dispatched"):
                assert task.approved_by is not None
            if task.approved_by is not None:
                assert task.approved_by.person_id != task.drafted_by.person_id
            if task.state in BEFORE_VILLAGES:
                assert not await Report.filter(assignment__task=task).exists()

        async def nobody_is_lost_or_answered_twice(self) -> None:
            assert await WorkRequest.filter(id__in=self.requests).count() == len(self.requests)
            live = TaskSource.filter(request_id__in=self.requests).exclude(task__state="withdrawn")
            linked = await live.values_list("request_id", flat=True)
            assert len(linked) == len(set(linked)), "no request is answered by two tasks"
            bare = TaskSource.filter(request_id__in=self.requests, screening__code=None)
            assert not await bare.exists(), "every link is to a coded screening"

    return People


ENDING = (screening.reject, tasks.withdraw_request, tasks.withdraw)
"""What makes an end of everything, and would soon leave nothing to do if it were as likely as the rest."""


def _allowed(
    everybody: list[Viewer], possible: list[Deed], *, ending: bool
) -> list[list[tuple[Viewer, Deed]]]:
    """By command, who may do it to what: so that no command is crowded out by those with more subjects."""
    may: dict[str, list[tuple[Viewer, Deed]]] = {}
    for deed in possible:
        for one in everybody if ending or deed[0] not in ENDING else ():
            if deed[0].allows(one, deed[1]):
                may.setdefault(deed[0].name, []).append((one, deed))
    return [may[name] for name in sorted(may)]


async def _brought_to(cast: Cast, state: str, request: WorkRequest) -> Task:
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


async def _fetched(record: type, number: int) -> Any:
    return await record.get(pk=number).prefetch_related(*record.judged_with)  # type: ignore[attr-defined]


async def _copies(numbers: list[int]) -> list[Assignment]:
    rows = Assignment.filter(task_id__in=numbers).order_by("id")
    return await rows.prefetch_related(*Assignment.judged_with)


def test_no_path_leads_to_a_village_past_another_persons_approval_and_no_request_is_lost(
    town_url: str,
) -> None:
    with asyncio.Runner() as runner:
        runner.run(open_database(migrate=False))
        try:
            cast = runner.run(Cast().gather())
            run_state_machine_as_test(
                machine(runner.run, cast),
                settings=settings(
                    max_examples=25,
                    stateful_step_count=30,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(close_database())
