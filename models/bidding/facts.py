"""What the town's own records say of a village that bids: the same figures for everybody, with where they come from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from tortoise.functions import Count

from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.bidding.awards import Award, Milestone
from models.bidding.offers import Fact
from models.bidding.records import Project
from models.people.roles import BIDDERS
from models.policies import policy
from models.registry import ARABLE, HOUSEHOLDS, HUKOU, LAND, RESIDENTS, DataValue, held
from models.tasks.records import Assignment
from models.tasks.states import OPEN
from models.units import Unit

FACTS = {
    "open_load": "正在办的任务",
    "timeliness": "任务按时反馈",
    "won": "近三年揭榜",
    "delivery": "近三年项目交付",
    "population": "人口",
    "households": "户数",
    "land": "土地",
    "arable": "耕地",
}
HELD = {
    "population": (RESIDENTS, HUKOU, "population"),
    "households": (HOUSEHOLDS,),
    "land": (LAND, "land_mu"),
    "arable": (ARABLE,),
}
"""Facts from the registry, by the codes of the elements that answer, the better one first.

Cities that began early keep some under `population` and `land_mu`.
"""
LONGEST = 60
"""Of a value as it stands beside a bid: what older ones say beyond is no figure, and must not keep bids closed."""
COUNTED_IN = {"population": "人", "households": "户", "land": "亩", "arable": "亩"}
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Figure:
    """One fact about one village, before it is attached to its bid."""

    name: str
    value: str
    source: str
    as_of: date


async def figures_of(villages: Collection[Unit]) -> dict[int, list[Figure]]:
    """Every fact for each of these villages, in seven statements whatever their number."""
    found: dict[int, list[Figure]] = {village.pk: [] for village in villages}
    for told in (await _load(found), await _timeliness(found), await _won(found), await _delivery(found)):
        for unit, figure in told.items():
            found[unit].append(figure)
    values = await held([code for codes in HELD.values() for code in codes], villages, today())
    for name, codes in HELD.items():
        for unit in found:
            fitting = (values[code, unit] for code in codes if (code, unit) in values)
            found[unit].append(_held(name, next(fitting, None)))
    return found


def _held(name: str, value: DataValue | None) -> Figure:
    """What the registry holds and since when, or that it holds nothing and who could change that."""
    if value is None:
        source = "数据底册，到开标时没有这项数据；村书记或镇街统筹员可以登记"
        return Figure(name, "没有登记", source, today())
    source = f"数据底册“{value.element.name}”，{value.as_of:%Y-%m-%d} 的数据"
    said = value.value if len(value.value) <= LONGEST else f"{value.value[:LONGEST]}…"
    return Figure(name, f"{said} {COUNTED_IN[name]}", source, value.as_of)


async def _load(units: Collection[int]) -> dict[int, Figure]:
    rows = Assignment.filter(unit_id__in=list(units), state__in=OPEN).annotate(many=Count("id"))
    counted = dict(await rows.group_by("unit_id").values_list("unit_id", "many"))
    return {
        u: Figure("open_load", f"{counted.get(u, 0)} 件", "本系统任务单，开标时统计", today()) for u in units
    }


async def _timeliness(units: Collection[int]) -> dict[int, Figure]:
    since = now() - YEAR
    rows = Assignment.filter(unit_id__in=list(units), state="accepted", reported_at__gte=since)
    told: dict[int, list[bool]] = {unit: [] for unit in units}
    for unit, at, due_at in await rows.values_list("unit_id", "reported_at", "due_at"):
        told[int(str(unit))].append(at <= due_at)
    source = "本系统近一年已办结的任务单"
    return {
        u: Figure("timeliness", f"{sum(t)} / {len(t)} 件按时" if t else "没有记录", source, today())
        for u, t in told.items()
    }


async def _won(units: Collection[int]) -> dict[int, Figure]:
    rows = Award.filter(unit_id__in=list(units), announced_at__gte=now() - 3 * YEAR, stands_for__isnull=False)
    counted = dict(await rows.annotate(many=Count("id")).group_by("unit_id").values_list("unit_id", "many"))
    return {u: Figure("won", f"{counted.get(u, 0)} 次", "本系统揭榜结果", today()) for u in units}


async def _delivery(units: Collection[int]) -> dict[int, Figure]:
    """Acceptances on time and late, and awards that fell because nothing came of them."""
    since = now() - 3 * YEAR
    done = Milestone.filter(award__unit_id__in=list(units), kind="acceptance", state="accepted")
    on_time: dict[int, list[bool]] = {unit: [] for unit in units}
    rows = done.filter(accepted_at__gte=since).select_related("award").limit(5000)
    for one in await rows:
        on_time[one.award.unit_id].append(not one.is_late)
    fallen = Award.filter(unit_id__in=list(units), at_fault=True, announced_at__gte=since)
    failed = dict(await fallen.annotate(many=Count("id")).group_by("unit_id").values_list("unit_id", "many"))
    return {u: _delivered(on_time[u], int(str(failed.get(u, 0)))) for u in units}


def _delivered(on_time: list[bool], failed: int) -> Figure:
    said = f"按时 {sum(on_time)}，逾期 {len(on_time) - sum(on_time)}，未交付 {failed}"
    value = said if on_time or failed else "没有记录"
    return Figure("delivery", value, "本系统项目验收记录", today())


@rule("只有本村社可以对自己的事实提出异议。")
def is_about_them(actor: Viewer, fact: Fact) -> bool:
    return actor.oversees(fact.bid.unit.path, *BIDDERS)


async def facts_until(project: Project) -> date:
    """The last day on which a fact of bids opened today may be disputed while no standstill runs."""
    return today() + timedelta(days=await policy(project.township.path, "fact_dispute_days"))


@rule("已经提过异议。")
def is_undisputed(fact: Fact) -> bool:
    return not fact.disputed


@rule("对事实提出异议的时间已过：开标以后规定的天数以内，以及结果公示期间可以提。")
def is_in_time(fact: Fact) -> bool:
    project = fact.bid.project
    until = project.facts_until
    return project.state == "announced" or (until is not None and today() <= until)


@command(said="对事实提出异议", who=is_about_them, when=(is_undisputed, is_in_time))
async def dispute_fact(actor: Viewer, fact: Fact, *, words: str) -> Fact:
    """Say what is wrong with a figure: it stays as it is, with the village's words beside it for everybody."""
    if not 2 <= len(words.strip()) <= 300:
        raise Invalid("请写明哪里不对、实际是多少（不超过 300 个字）。", field="words")
    fact.disputed, fact.disputed_at = words.strip(), now()
    await fact.save(update_fields=["disputed", "disputed_at"])
    return fact
