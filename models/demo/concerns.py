"""What the demo's villages raise: each concern at another stage on the last day, by ordinary commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from models import concerns
from models.base.clock import now
from models.base.viewer import Viewer
from models.concerns import Concern
from models.demo.calendar import Calendar, Step
from models.demo.cast import MEIZHU, TANG
from models.units import Unit

Act = Callable[[Concern], Awaitable[Concern]]
NEXT = timedelta(hours=25)
"""Within office hours whatever the day, so that nothing here draws on the chance the other months are played by."""


@dataclass(frozen=True)
class Raised:
    """One concern: who raises it where, how many days before the end, and what follows, a day apart."""

    who: str
    at: str
    days: int
    title: str
    body: str
    place: str = ""
    then: tuple[tuple[str, ...], ...] = ()
    """Each step: the command, who gives it, and its words or the place it goes to."""


CONCERNS = (
    Raised(
        "meizhu",
        MEIZHU,
        34,
        "机耕路被水冲断，收割机进不去",
        "上周大雨后村西机耕路塌了十几米，三十多亩稻子等着收，村里先垫了石子，大机器仍进不去。",
        "村西大田",
        (
            ("pass_on", "tongchou", "nongye", "请按农田水利水毁修复办理，农时要紧。"),
            ("answer", "nongye", "已列入水毁应急修复，三天内完成路基回填，收割前通车。"),
            ("confirm", "meizhu", ""),
        ),
    ),
    Raised(
        "tang2",
        TANG,
        16,
        "夜里有车往溪边倒装修垃圾",
        "最近半个月夜里常有货车来倒，已经堆了五六车，村里拦过一次，对方不听。",
        "棠村溪边老桥下",
        (
            ("pass_on", "tongchou", "zhifadui", "请夜间巡查并清运。"),
            ("answer", "zhifadui", "已查到两辆车并立案，责令一周内清运。"),
            ("confirm", "tang", "只清了一半，桥下还有两堆。"),
        ),
    ),
    Raised(
        "meizhugrid",
        f"{MEIZHU}-G01",
        6,
        "进村路口三盏路灯不亮",
        "已经半个多月，晚上老人出门看不清，前天有人摔了一跤，没有大碍。",
        "进村路口",
        (
            ("handle", "tongchou"),
            ("answer", "tongchou", "已请供电所检修，三盏灯都已换新。"),
        ),
    ),
    Raised(
        "tang",
        TANG,
        5,
        "独居老人家中房顶漏雨",
        "一户独居老人的老屋漏雨，子女在外，村里帮着盖了油布，请看看能不能列入困难家庭危房救助。",
        "",
        (("pass_on", "fenguan", "minzheng", "请核实后按救助政策办理。"),),
    ),
    Raised(
        "meizhu2",
        MEIZHU,
        4,
        "江边厂里夜间气味很重",
        "夏天开窗睡不着，多户反映，集中在夜里十点到两点。",
        "澄潭江边",
        (
            ("pass_on", "tongchou", "yingji", "请查是否有安全隐患。"),
            ("send_back", "yingji", "现场没有安全隐患，属于环境问题，应请生态环境部门处理。"),
        ),
    ),
    Raised(
        "diyi",
        TANG,
        1,
        "村文化礼堂屋檐瓦片松动",
        "下周要办老年活动，屋檐有瓦片掉落，村里已拉警戒线，修缮费用较大，请街道支持。",
        "文化礼堂",
    ),
)


class Concerns:
    """The concerns of the demo, put on its calendar."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.places, self.viewers, self.calendar = places, viewers, calendar

    def plan(self) -> None:
        for one in CONCERNS:
            when = self.calendar.end - timedelta(days=one.days) + timedelta(hours=9)
            self.calendar.at(when, self._raising(one), weekends=True)

    def _raising(self, one: Raised) -> Step:
        async def step() -> None:
            made = await concerns.raise_concern(
                self.viewers[one.who], self.places[one.at], title=one.title, body=one.body, place=one.place
            )
            self._then(one, made, 0)

        return step

    def _then(self, one: Raised, made: Concern, number: int) -> None:
        if number < len(one.then):
            self.calendar.at(now() + NEXT, self._following(one, made, number), weekends=True)

    def _following(self, one: Raised, made: Concern, number: int) -> Step:
        verb, who, *rest = one.then[number]
        actor = self.viewers[who]
        acts: dict[str, Act] = {
            "handle": lambda it: concerns.handle(actor, it),
            "pass_on": lambda it: concerns.pass_on(actor, it, to=self.places[rest[0]], note=rest[1]),
            "send_back": lambda it: concerns.send_back(actor, it, reason=rest[0]),
            "answer": lambda it: concerns.answer(actor, it, answer=rest[0]),
            "confirm": lambda it: concerns.confirm(actor, it, satisfied=not rest[0], words=rest[0]),
        }

        async def step() -> None:
            await acts[verb](made)
            self._then(one, made, number + 1)

        return step
