"""Playing requests through the town: each step an ordinary command, some time after the one before."""

from __future__ import annotations

import base64
from datetime import date, timedelta

from tortoise.expressions import Subquery

from models import intake, screening, tasks
from models.base.clock import today, town_day
from models.base.viewer import Viewer
from models.demo.calendar import Calendar, Step
from models.demo.cast import DEMO_PASSWORD, MEIZHU, TANG, TOWNSHIP
from models.demo.figures import said
from models.demo.requests import Ask, asks
from models.files import keep
from models.matters import Matter, list_in_force
from models.people import Post
from models.requests import RequestUnit, WorkRequest
from models.tasks import Assignment, Participant, Task, TaskSource
from models.units import Unit

DONE = (
    "已按要求办理，涉及农户都已通知到，没有发现问题。",
    "已办结。个别在外务工户通过电话告知。",
    "已完成，名单已核对，没有变动。",
    "已逐户走访，情况正常，困难户 2 户已协助申请。",
    "已在村口、文化礼堂张贴，并在村民代表例会上说明。",
    "已巡查两遍，发现 1 处已当场劝阻并报告。",
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest picture there is, where a matter wants one."""
TAIL = timedelta(days=24)
"""What is asked before this long before the end comes to its own end in time."""


OFTEN_ASKED = slice(3, 13)
"""Beside the two with accounts, the villages that requests are about, so that each comes to enough results to compare."""
SLOW, CARELESS = 3, 2
"""Of four villages in a row one takes its time, of five one forgets something."""


class Play:
    """The township's months: the demo's requests, put on the calendar with everything that follows."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.places, self.viewers, self.calendar = places, viewers, calendar
        self.township = places[TOWNSHIP]
        self.villages: list[Unit] = []

    async def plan(self) -> None:
        self.villages = await Unit.filter(parent=self.township, level="village").order_by("path")
        every = asks()
        spread = [ask for ask in every if ask.days is None]
        first = self.calendar.start + timedelta(days=1)
        span = (self.calendar.end - first - TAIL) / len(spread)
        for number, ask in enumerate(spread):
            self.calendar.at(first + span * number, self._asking(ask))
        for ask in every:
            if ask.days is not None:
                when = self.calendar.end - timedelta(days=ask.days) + timedelta(hours=9)
                self.calendar.at(when, self._asking(ask), weekends=True)

    def _later(self, ask: Ask, hours: float, step: Step) -> None:
        """What must stand at its stage on the last day is not kept waiting by weekends."""
        self.calendar.later(hours, step, weekends=ask.days is not None)

    def _asking(self, ask: Ask) -> Step:
        async def step() -> None:
            matter = await Matter.get_or_none(list=await list_in_force(self.township.path), code=ask.matter)
            viewer = self.viewers[ask.who]
            made = await intake.submit(
                viewer,
                self.places.get(ask.who, self.township),
                title=ask.title,
                body=ask.body,
                matter_code=ask.matter,
                demands=list(ask.demands or tuple(matter.demands[:2] if matter else ())),
                deadline=max(today(), self._due(ask)) + timedelta(days=3),
                units=self._wanted(ask),
                elements=list(ask.elements),
                contact=f"{viewer.name} 19900001234",
            )
            if made[0].state == "pending_review" and ask.until != "read":
                self._later(ask, 18, self._reading(ask, made[0]))

        return step

    def _due(self, ask: Ask) -> date:
        if ask.due is None:
            return today() + timedelta(days=8)
        return town_day(self.calendar.end) + timedelta(days=ask.due)

    def _wanted(self, ask: Ask) -> list[Unit]:
        """梅渚村 and 棠村 first, then others by lot."""
        if ask.villages == "grid":
            return [self.places[f"{MEIZHU}-G01"]]
        named = [unit for unit in self.villages if unit.code in (MEIZHU, TANG)]
        others = [unit for unit in self.villages if unit not in named][OFTEN_ASKED]
        number = int(ask.villages)
        return (named + self.calendar.chance.sample(others, max(0, number - len(named))))[:number]

    def _reading(self, ask: Ask, asked: WorkRequest) -> Step:
        async def step() -> None:
            if ask.refuse:
                office = self.places[ask.office]
                await screening.reject(self.viewers["fenguan"], asked, reason=ask.refuse, office=office)
                if ask.goes("closed"):
                    self._later(ask, 30, self._handling(asked))
                return
            await screening.admit(self.viewers["tongchou"], asked, note="文字与事项相符")
            if ask.goes("drafted"):
                self._later(ask, 5, self._drafting(ask))

        return step

    def _handling(self, asked: WorkRequest) -> Step:
        async def step() -> None:
            answer = "已到现场责令企业自行清运，5 日内完成，并移交环保部门立案。"
            await screening.handle(self.viewers["zhifadui"], asked, answer=answer)

        return step

    def _drafting(self, ask: Ask) -> Step:
        """All that waits under the same matter becomes one task."""

        async def step() -> None:
            taken = TaskSource.all().values("request_id")
            waiting = WorkRequest.filter(township=self.township, state="admitted", matter_code=ask.matter)
            requests = await waiting.exclude(id__in=Subquery(taken)).order_by("id")
            if not requests:
                return
            task = await tasks.draft(
                self.viewers["tongchou"],
                self.township,
                requests=requests,
                title=ask.title,
                body="\n".join(request.body for request in requests),
                due_on=self._due(ask),
                units=await self._units_of(requests),
            )
            if ask.goes("submitted"):
                self._later(ask, 1, self._submitting(ask, task))

        return step

    @staticmethod
    async def _units_of(requests: list[WorkRequest]) -> list[Unit]:
        rows = RequestUnit.filter(request_id__in=[request.pk for request in requests])
        return list(
            {row.unit.pk: row.unit for row in await rows.order_by("id").select_related("unit")}.values()
        )

    def _submitting(self, ask: Ask, task: Task) -> Step:
        async def step() -> None:
            await task.fetch_related("matter")
            if task.matter.major:
                await self._discuss(task)
            await tasks.submit_for_approval(self.viewers["tongchou"], task)
            if ask.goes("approved"):
                self._later(ask, 6, self._approving(ask, task))

        return step

    async def _discuss(self, task: Task) -> None:
        """The township's leaders talk a major matter over, and each confirms the record."""
        present = [self.viewers[name] for name in ("zhuyao", "fenguan", "fenguan2")]
        discussion = await tasks.record_discussion(
            self.viewers["tongchou"],
            task,
            held_on=today(),
            participants=await Post.filter(id__in=[viewer.post_id for viewer in present]).order_by("id"),
            agreed=True,
            outcome="同意下派，由农业农村办公室牵头，分两批实施。",
            minutes_number=f"澄街党工纪要〔{today().year}〕{task.pk}号",
        )
        for participant in await Participant.filter(discussion=discussion).order_by("id"):
            viewer = next(one for one in present if one.post_id == participant.post_id)
            await tasks.confirm_discussion(viewer, participant)

    def _approving(self, ask: Ask, task: Task) -> Step:
        async def step() -> None:
            await self._own_the_burden(task)
            await tasks.approve(self.viewers["fenguan"], task, note="同意")
            if ask.goes("sent"):
                self._later(ask, 1, self._sending(ask, task))

        return step

    async def _own_the_burden(self, task: Task) -> None:
        """Villages that would be above the ceiling, at approval or by the hour of dispatch, need the head's reason."""
        await task.fetch_related("township", "matter")
        if not task.overload_reason and any(load.over for load in await tasks.loads_of(task)):
            reason = "汛期在即，这项工作不能推迟；已请农业农村办公室派人到村一起做。"
            await tasks.sign_overload(self.viewers["zhuyao"], task, reason=reason, password=DEMO_PASSWORD)

    def _sending(self, ask: Ask, task: Task) -> Step:
        async def step() -> None:
            await self._own_the_burden(task)
            await tasks.dispatch(self.viewers["tongchou"], task)
            for assignment in await Assignment.filter(task=task).order_by("id").select_related("unit"):
                if ask.goes("received"):
                    self._later(ask, self.calendar.chance.uniform(2, 40), self._receiving(ask, assignment))

        return step

    def _receiving(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            await tasks.receive(self._village(assignment), assignment)
            if ask.goes("reported"):
                self._later(ask, self._hours_of_work(assignment), self._reporting(ask, assignment))

        return step

    def _reporting(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            await assignment.fetch_related(*Assignment.judged_with)
            photos = [await keep(PICTURE, "现场.png")] if assignment.wants_evidence else []
            words, village = self.calendar.chance.choice(DONE), self._village(assignment)
            told = await said(village, assignment, self._number(assignment), self.calendar.chance)
            await tasks.report(village, assignment, words=words, files=photos, **told)
            if ask.goes("returned"):
                self._later(ask, 8, self._reviewing(ask, assignment))

        return step

    def _reviewing(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            coordinator = self.viewers["tongchou"]
            for_good = ask.until == "returned" and assignment.unit.code == MEIZHU
            if for_good or self.calendar.chance.random() < self._forgets(assignment):
                await tasks.return_report(coordinator, assignment, what_to_mend="请补充涉及户数。")
                if not for_good:
                    self._later(ask, self.calendar.chance.uniform(6, 20), self._reporting(ask, assignment))
            else:
                await tasks.accept(coordinator, assignment)

        return step

    def _hours_of_work(self, assignment: Assignment) -> float:
        slow = self._number(assignment) % 4 == SLOW
        return self.calendar.chance.uniform(90, 260) if slow else self.calendar.chance.uniform(10, 110)

    def _forgets(self, assignment: Assignment) -> float:
        return 0.5 if self._number(assignment) % 5 == CARELESS else 0.05

    def _number(self, assignment: Assignment) -> int:
        """0, which is neither slow nor careless, for the two villages with accounts and for grids."""
        codes = [unit.code for unit in self.villages if unit.code not in (MEIZHU, TANG)]
        return codes.index(assignment.unit.code) if assignment.unit.code in codes else 0

    def _village(self, assignment: Assignment) -> Viewer:
        return self.viewers[assignment.unit.code]
