"""Loading the demo: the tree, the people, the list in force, and months of work at a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from models import matters, registry, screening
from models.base.clock import TOWN_ZONE, clock_at, now, today
from models.base.viewer import TOWN_CLOCK, Viewer
from models.demo.bidding import Board
from models.demo.calendar import Calendar, Progress
from models.demo.cast import CITY, DEMO_PASSWORD, TOWNSHIP, settle_people, settle_places
from models.demo.complaints import Complaints
from models.demo.concerns import Concerns
from models.demo.county import plan_the_city, settle_the_city
from models.demo.matters import demo_matters, demo_table
from models.demo.praise import Praise, credit
from models.demo.surveys import Surveys
from models.demo.work import Play
from models.matters import Matter, MatterList, list_in_force, settle_demands
from models.requests import WorkRequest
from models.units import Unit, import_units

SHIPPED = Path(__file__).with_name("shaoxing_units.csv")
DAYS = 92
"""How long the play lasts: the oldest project of the board was listed 84 days before its end."""
CONSULTED = timedelta(days=8)
"""Before a list may be published: the usual days for opinions, and the day after."""
ON_FILE: dict[str, Callable[[int], int]] = {
    "elder_80": lambda n: 31 + 7 * n % 45,
    "resident_household": lambda n: 210 + 13 * n,
    "resident_population": lambda n: 560 + 37 * n,
    "territory_area": lambda n: 2_100 + 173 * n,
    "arable_area": lambda n: 640 + 29 * n,
}
"""What the n-th village has of each element."""


async def is_empty() -> bool:
    return not await Unit.exists()


async def load(size: str = "S", progress: Progress = lambda what, done, of: None) -> None:
    """Play the demo into an empty town; deterministic but for the day it ends, which is this morning."""
    morning = datetime.combine(today(), time(0), TOWN_ZONE)
    start = morning - timedelta(days=DAYS) + timedelta(hours=8, minutes=30)
    calendar = Calendar(start, morning)
    with clock_at(start - CONSULTED):
        progress("单位", 0, 1)
        await import_units(TOWN_CLOCK, SHIPPED.name, SHIPPED.read_bytes())
        progress("人员", 0, 1)
        places = await settle_places()
        viewers = await settle_people(places)
        if size == "M":
            await settle_the_city(places[CITY])
        progress("清单", 0, 1)
        first = await _propose_a_list(places[CITY], viewers)
    with clock_at(start):
        reason = "核对无误，同意发布"
        await matters.publish(viewers["qingdan2"], first, reason=reason, effective_on=today())
        await _fill_the_registry(places, viewers)
    await Play(places, viewers, calendar).plan()
    Concerns(places, viewers, calendar).plan()
    Complaints(places, viewers, calendar).plan()
    await Board(places, viewers, calendar).plan()
    Surveys(places, viewers, calendar).plan()
    if size == "M":
        await plan_the_city(calendar, places[CITY])
    calendar.at(morning - timedelta(days=40), lambda: _let_one_in(places[TOWNSHIP], viewers))
    calendar.at(morning - CONSULTED, lambda: _propose_the_next(places[CITY], viewers), weekends=True)
    calendar.at(morning - timedelta(days=5), lambda: _consult(viewers), weekends=True)
    Praise(viewers, calendar).plan()
    await calendar.play(progress)
    await credit()


async def _propose_a_list(city: Unit, viewers: dict[str, Viewer]) -> MatterList:
    """The first version: drafted and proposed by one keeper, to be published by another."""
    drafter = viewers["qingdan1"]
    await settle_demands()
    first = await matters.draft_list(drafter, city, title="绍兴市村社协助事项清单（示范）")
    await matters.import_matters(drafter, first, "matters.csv", demo_table())
    return await matters.propose(drafter, first, reason="按现行法律法规梳理的第一版")


async def _fill_the_registry(places: dict[str, Unit], viewers: dict[str, Viewer]) -> None:
    """What every village of the township has on file of what the product defines."""
    with clock_at(now() + timedelta(minutes=45)):
        await registry.settle_elements()
        elements = {one.code: one for one in await registry.Element.filter(code__in=list(ON_FILE))}
        villages = await Unit.filter(parent=places[TOWNSHIP], level="village").order_by("path")
        for number, village in enumerate(villages):
            for code, has in ON_FILE.items():
                await registry.record(
                    viewers["tongchou"],
                    village,
                    element=elements[code],
                    value=str(has(number)),
                    as_of=today(),
                )


async def _let_one_in(township: Unit, viewers: dict[str, Viewer]) -> None:
    """A census recheck over the yearly cap: the head lets it in, in person and in the open."""
    refused = WorkRequest.filter(township=township, state="rejected", screenings__verdict="too_often")
    request = await refused.order_by("id").first().prefetch_related(*WorkRequest.judged_with)
    held = await list_in_force(township.path)
    if request is None or held is None:
        return
    await screening.admit_exceptionally(
        viewers["zhuyao"],
        request,
        matter=await Matter.get(list=held, code=request.matter_code),
        reason="省里抽中本街道复查普查误差，只有原普查员知道地块情况，每村限半天，由街道统计员陪同。",
        until=today() + timedelta(days=60),
        password=DEMO_PASSWORD,
    )


async def _propose_the_next(city: Unit, viewers: dict[str, Viewer]) -> None:
    """A second version waits for another keeper, so that there is one to read, compare and publish."""
    first = await MatterList.get(region=city, number=1)
    drafter = viewers["qingdan2"]
    second = await matters.draft_list(
        drafter, city, title="绍兴市村社协助事项清单（示范，第二版）", based_on=first
    )
    dropped = "XZ-HJ-07"
    await matters.drop_matter(drafter, second, code=dropped)
    seldom = next(details for details in demo_matters() if details["code"] == "XZ-YJ-07")
    await matters.put_matter(drafter, second, **seldom | {"yearly_cap": 4})
    await matters.propose(
        drafter,
        second,
        reason="拟取消“支持快递末端服务设施建设”，由邮政管理部门直接办理；气象防灾宣传每村每年减为 4 次",
    )


async def _consult(viewers: dict[str, Viewer]) -> None:
    """What a township and a village say about the second version, and what its keeper answers."""
    second = await MatterList.get(state="proposed").prefetch_related(*MatterList.judged_with)
    said = await matters.give_opinion(
        viewers["tongchou"],
        second,
        matter_code="XZ-HJ-07",
        words="同意取消。快递柜选点由邮政管理部门和物业直接谈，村里不必再跑。",
    )
    await matters.give_opinion(
        viewers["meizhu"], second, words="建议把每村每年的次数再减一些，农忙时不要安排普查。"
    )
    await said.fetch_related(*matters.Opinion.judged_with)
    answer = "已采纳，第二版不再列入。"
    await matters.answer_opinion(viewers["qingdan2"], said, answer=answer)
