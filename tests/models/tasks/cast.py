"""Everybody who has to do with a task, and all they could try in a moment: every verb of tasks and requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from models import screening, tasks
from models.base.clock import clock_at, now, today
from models.base.versions import version_of
from models.base.viewer import Hat, Viewer
from models.matters import Matter
from models.people import Post
from models.policies import Policy
from models.requests import WorkRequest
from models.tasks import (
    Assignment,
    EmergencyResponse,
    Extension,
    Objection,
    Task,
    timing,
    unanswered,
    validity,
)
from tests.builders import DAY, LONG_AGO, Town, a_list, a_town, a_viewer
from tests.models.tasks.test_emergency_dispatch import TYPHOON

Deed = tuple[Any, Any, dict[str, Any]]
"""A command, what it is done to, and its details."""
LEFT_OUT = {
    "screening.admit_exceptionally": "signed with a password",
    "screening.expire": "the clock's",
    "screening.handle": "moves nothing",
    "screening.reroute": "moves nothing",
    "tasks.ask_anew": "signed with a password",
    "tasks.confirm_discussion": "moves nothing",
    "tasks.note_unanswered": "the clock's",
    "tasks.record_discussion": "moves nothing",
    "tasks.reopen": "the clock's",
    "tasks.repeat": "the clock's",
    "tasks.sign_overload": "signed with a password",
    "tasks.urge_all": "moves nothing",
}
"""What nobody here plays, and why."""
WHY = {"reason": "再想想。"}


class Cast:
    """The town and everybody in it, one of them with two posts, and the hour it is."""

    town: Town
    everybody: list[Viewer]
    response: EmergencyResponse
    flood: Matter
    at: datetime

    async def gather(self) -> Cast:
        self.at = now()
        self.town = await a_town()
        await a_list(self.town.city, TYPHOON)
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
        await self._lift_the_ceilings()
        self.flood = await Matter.get(code=TYPHOON["code"])
        self.response = await tasks.declare_response(
            self.everybody[2], self.town.township, name="防台风", level="Ⅲ级", reason="县防指通知"
        )
        return self

    async def _two_posts_at_once(self) -> Viewer:
        """一肩挑: whoever drafts as coordinator is still the same person as head."""
        viewer = await a_viewer("coordinator", self.town.township)
        place = self.town.township
        post = await Post.create(person_id=viewer.person_id, unit=place, role="head", from_on=LONG_AGO)
        hat = Hat(post.pk, "head", place.pk, place.path, place.level, place.name)
        return replace(viewer, hats=(*viewer.hats, hat))

    async def _lift_the_ceilings(self) -> None:
        for name in ("open_tasks", "hours_a_week", "collisions"):
            await Policy.create(
                unit=self.town.city,
                name=name,
                value=100_000,
                reason="试验",
                from_on=LONG_AGO,
                set_by_id=self.everybody[0].post_id,
                made_at="2026-01-01T00:00:00Z",
            )

    async def deeds(self, requests: list[int], numbers: list[int]) -> list[Deed]:
        """Everything anybody could try at this hour, allowed or not."""
        asked = await _all_of(WorkRequest, id__in=requests)
        found = await _all_of(Task, id__in=numbers)
        with clock_at(self.at):
            listed = [deed for request in asked for deed in self._of_a_request(request)]
            listed += [deed for task in found for deed in self._of_a_task(task, asked)]
            listed += [self._at_once()]
            for copy in await _all_of(Assignment, task_id__in=numbers):
                listed += await self._of_a_copy(copy)
            for one in await _all_of(Objection, assignment__task_id__in=numbers):
                listed += _of_an_objection(one)
            for time in await _all_of(Extension, assignment__task_id__in=numbers):
                listed += [(tasks.answer_extension, time, {"granted": True})]
                listed += [(tasks.take_back_extension, time, {})]
                listed += [(tasks.answer_extension, time, {"granted": False, "answer": "不行。"})]
        return listed

    def _plan(self, due: timedelta = 9 * DAY) -> dict[str, Any]:
        units = [self.town.village, self.town.second_village]
        return {"title": "巡查", "body": "巡查", "due_on": today() + due, "units": units}

    def _of_a_request(self, request: WorkRequest) -> list[Deed]:
        same = {n: getattr(request, n) for n in ("title", "body", "matter_code", "demands")}
        same["deadline"] = today() + 20 * DAY
        weekly = {"repeats": "week", "repeats_until": today() + 30 * DAY}
        later = {"release_on": today() + DAY}
        drafted = self._plan() | {"requests": [request]}
        return [
            (screening.admit, request, {}),
            (screening.reject, request, WHY),
            (tasks.amend_request, request, same | WHY),
            (tasks.withdraw_request, request, WHY),
            *((tasks.draft, self.town.township, drafted | more) for more in ({}, weekly, later)),
        ]

    def _of_a_task(self, task: Task, asked: list[WorkRequest]) -> list[Deed]:
        moved = {"title": task.title, "body": f"{task.body}。", "due_on": today() + 10 * DAY} | WHY
        listed: list[Deed] = [
            (act, task, {})
            for act in (tasks.submit_for_approval, tasks.approve, tasks.dispatch, tasks.spare_villages)
        ]
        listed += [(tasks.send_back, task, WHY), (tasks.withdraw, task, WHY)]
        listed += [(tasks.revise, task, self._plan(12 * DAY)), (tasks.carry_over, task, moved)]
        listed += [(tasks.approve_afterwards, task, {"note": "同意"})]
        listed += [(tasks.approve_change, task, {}), (tasks.drop_change, task, WHY)]
        listed += [(tasks.merge, task, {"requests": [request]}) for request in asked]
        listed += [(tasks.unmerge, task, {"request": request}) for request in asked]
        return listed

    def _at_once(self) -> Deed:
        given = {"title": "转移", "body": "今晚转移完毕。", "due_at": now() + timedelta(hours=6)}
        given |= {"response": self.response, "matter": self.flood, "units": [self.town.village]}
        return tasks.dispatch_at_once, self.town.township, given

    async def _of_a_copy(self, copy: Assignment) -> list[Deed]:
        hand = await Post.get(pk=self.everybody[6].post_id).prefetch_related("unit")
        together = {"assignments": [copy], "versions": [await version_of(copy)]}
        whole = await _one(Task, copy.task_id)
        return [
            *(
                (act, copy, {})
                for act in (tasks.receive, tasks.accept, tasks.resume, tasks.urge, tasks.take_back_report)
            ),
            (tasks.report, copy, {"words": "办了。"}),
            (tasks.return_report, copy, {"what_to_mend": "请补充。"}),
            (tasks.object_to, copy, {"kind": "not_ours", "words": "不是本村的事。"}),
            (tasks.ask_for_time, copy, {"until": max(copy.due_on, today()) + DAY} | WHY),
            (tasks.suspend, copy, WHY),
            (tasks.say, copy, {"words": "几点去？"}),
            (tasks.hand_to, copy, {"post": hand}),
            (tasks.accept_reports, whole, together),
            (tasks.return_reports, whole, together | {"what_to_mend": "请补充。"}),
        ]


def _of_an_objection(one: Objection) -> list[Deed]:
    answers = ({"upheld": upheld, "answer": "看过了。"} for upheld in (True, False))
    listed: list[Deed] = [
        (act, one, told) for told in answers for act in (tasks.answer_objection, tasks.answer_appeal)
    ]
    return [*listed, (tasks.take_back_objection, one, {}), (tasks.appeal, one, {"words": "请县里看看。"})]


async def _all_of(record: Any, **wanted: Any) -> list[Any]:
    return list(await record.filter(**wanted).order_by("id").prefetch_related(*record.judged_with))


async def _one(record: Any, number: int) -> Any:
    return await record.get(pk=number).prefetch_related(*record.judged_with)


def allowed_by_command(everybody: list[Viewer], possible: list[Deed]) -> list[list[tuple[Viewer, Deed]]]:
    """By command, who may do it to what: so that no command is crowded out by those with more subjects."""
    may: dict[str, list[tuple[Viewer, Deed]]] = {}
    for deed in possible:
        for one in everybody:
            if deed[0].allows(one, deed[1]):
                may.setdefault(deed[0].name, []).append((one, deed))
    return [may[name] for name in sorted(may)]


async def the_calendar() -> None:
    """What the calendar does to tasks and requests, and nothing else."""
    for job in (
        timing.release_what_is_ready,
        timing.bring_round_what_repeats,
        validity.end_exceptions,
        validity.reopen_what_lost_its_ground,
        unanswered.note_what_was_left_unanswered,
    ):
        await job()
