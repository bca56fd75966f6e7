"""What the demo's people find a burden: a handful at each stage on the last day, by ordinary commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models import complaints
from models.base.viewer import UNNAMED, Viewer
from models.complaints import Complaint
from models.demo.calendar import Calendar, Step
from models.demo.cast import MEIZHU, TANG, TOWNSHIP
from models.units import Unit


@dataclass(frozen=True)
class Told:
    """One complaint: who tells it where, how many days before the end, and what follows after how many days."""

    who: str
    at: str
    days: int
    kind: str
    topic: str
    words: str
    signed: bool = True
    then: tuple[tuple[int, str, str, str, str], ...] = ()
    """Each step: days after the one before, who or what, the outcome, the answer, and what everybody may read."""


KEEPER, CITY_KEEPER = "xianqingdan", "qingdan1"
COMPLAINTS = (
    Told(
        "meizhu",
        MEIZHU,
        64,
        "complaint",
        "repeated",
        "“一老一小”底数这个季度报了三次，民政报一次、街道报一次、统计又报一次，数字一模一样。",
        then=(
            (
                3,
                KEEPER,
                "stopped",
                "已与民政、统计对接，今后由民政一个口子报，其余从底册取数，通知今天发到各镇街。",
                "同一底数由一个部门统一报送，其他部门从底册取数，不再重复要。",
            ),
            (1, "settle", "", "", ""),
        ),
    ),
    Told(
        "tang2",
        TANG,
        47,
        "complaint",
        "fingertips",
        "有个学习小程序要求天天打卡，群里还通报没打的人。",
        signed=False,
        then=(
            (
                4,
                KEEPER,
                "explained",
                "县里没有布置过打卡，请不要理会。",
                "县里没有布置学习打卡，各村不用参加。",
            ),
            (1, "reopen", "", "群里还在通报，能不能让他们停？", ""),
            (
                2,
                KEEPER,
                "stopped",
                "已查实是一家部门自行要求，今天已停止并撤下通报。",
                "个别部门要求打卡并在群里通报，已停止，并提醒各部门不得再要求打卡。",
            ),
            (1, "settle", "", "", ""),
        ),
    ),
    Told(
        "tongchou",
        TOWNSHIP,
        36,
        "complaint",
        "short",
        "县里几个部门的申请常常周五下午才来，要求周一报，街道来不及统筹，村里只好加班。",
        then=(
            (
                4,
                CITY_KEEPER,
                "planned",
                "已商县里，下月起申请期限少于五个工作日的，系统先提示再提交。",
                "部门申请的期限少于五个工作日的，提交前先提示，并纳入每月通报。",
            ),
        ),
    ),
    Told(
        "lianxi",
        MEIZHU,
        20,
        "suggestion",
        "traces",
        "巡查任务清单上没有要求照片，办线还是口头让补照片。建议系统里写明“不要照片”。",
        then=(
            (
                3,
                KEEPER,
                "improved",
                "已提醒各镇街：清单没有要求的佐证一律不得另外要。",
                "清单没有要求照片的任务，不得口头另要照片。",
            ),
        ),
    ),
    Told(
        "tang",
        TANG,
        15,
        "suggestion",
        "meetings",
        "建议每周三定为无会日。",
        then=((1, "withdraw", "", "", ""),),
    ),
    Told(
        "meizhu2",
        MEIZHU,
        12,
        "complaint",
        "unlisted",
        "电话里让村里帮着推销一批订阅，清单里没有这一项。",
        signed=False,
    ),
    Told(
        "diyi",
        TANG,
        2,
        "complaint",
        "short",
        "昨天下午要的表今天上午就要交，村里两个人都在地里。",
    ),
)


class Complaints:
    """The complaints of the demo, put on its calendar."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.places, self.viewers, self.calendar = places, viewers, calendar

    def plan(self) -> None:
        """Within office hours whatever the day, so that nothing here draws on the chance the months are played by."""
        for number, one in enumerate(COMPLAINTS):
            when = self.calendar.end - timedelta(days=one.days) + timedelta(hours=10, minutes=number)
            made: list[Complaint] = []
            self.calendar.at(when, self._telling(one, made), weekends=True)
            for step in one.then:
                when += timedelta(days=step[0])
                self.calendar.at(when, self._following(one, made, step), weekends=True)

    def _telling(self, one: Told, made: list[Complaint]) -> Step:
        async def step() -> None:
            viewer, unit = self.viewers[one.who], self.places[one.at]
            said: dict[str, Any] = {"kind": one.kind, "topic": one.topic, "words": one.words}
            if one.signed:
                made.append(await complaints.complain(viewer, unit, **said, page="/tasks"))
                return
            slip = await complaints.tell_unnamed(viewer, unit, f"demo-{one.topic}", **said, page="/tasks")
            made.append(slip.complaint)

        return step

    def _following(self, one: Told, made: list[Complaint], step: tuple[int, str, str, str, str]) -> Step:
        _, who, outcome, words, summary = step
        maker = self.viewers[one.who] if one.signed else UNNAMED

        async def act() -> None:
            complaint = await Complaint.get(pk=made[0].pk).prefetch_related(*Complaint.judged_with)
            if who == "settle":
                await complaints.settle(maker, complaint)
            elif who == "withdraw":
                await complaints.withdraw(maker, complaint)
            elif who == "reopen":
                await complaints.reopen(maker, complaint, words=words)
            else:
                keeper = self.viewers[who]
                await complaints.answer(keeper, complaint, outcome=outcome, answer=words, summary=summary)

        return act
