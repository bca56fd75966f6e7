"""A new version of the scheme: drafted from the one in force, looked at in simulation, adopted by somebody else, for later periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.days import Foreseen
from models.base.numbers import whole
from models.base.refusals import Invalid, NotNow, Unreadable
from models.base.signatures import WHOLE
from models.base.text import Line
from models.base.viewer import Viewer
from models.people.roles import KEEPERS
from models.schemes.calendar import is_a_city, write_parts
from models.schemes.periods import Period
from models.schemes.records import KINDS_OF_VILLAGE, Dimension, Indicator, PeerGroup, Scheme, scheme_on
from models.schemes.sources import LOOKING_BACK, POINTS, SOURCES, with_usual
from models.units import Unit

JANUARY = 1
SLOTS = 3
"""Indicators a dimension may have."""
MOST_DIMENSIONS, MOST_GROUPS = 8, 12


@rule("评价办法由市里的清单管理员或系统管理员制定。")
def keeps_the_city(actor: Viewer, city: Unit) -> bool:
    return actor.oversees(city.path, *KEEPERS) and any(hat.unit_id == city.pk for hat in actor.hats)


@rule("评价办法由市里的清单管理员或系统管理员制定。")
def keeps_it(actor: Viewer, scheme: Scheme) -> bool:
    return any(hat.role in KEEPERS and hat.unit_id == scheme.city_id for hat in actor.hats)


@rule(
    "起草的人不能自己通过，请另一位管理员审核。",
    apart_from=lambda scheme: [scheme.drafted_by.person] if scheme.drafted_by else [],
)
def is_another(actor: Viewer, scheme: Scheme) -> bool:
    return keeps_it.holds(actor, scheme)


@command(said="起草办法", who=keeps_the_city, when=is_a_city, name="evaluation.draft_scheme")
async def draft_scheme(actor: Viewer, city: Unit, *, title: Line[str]) -> Scheme:
    """Begin a new version as a copy of the newest adopted one, with the usual numbers of rules it is older than."""
    if await Scheme.filter(city=city, state="draft").exists():
        raise NotNow("已经有一版在起草，请先改完或作废那一版。")
    last = await Scheme.filter(city=city, state="adopted").order_by("-number").first()
    if last is None:
        raise NotNow("系统还没有放入示例办法，请稍后再试。")
    newest = await Scheme.filter(city=city).order_by("-number").first()
    scheme = await Scheme.create(
        city=city,
        number=(newest or last).number + 1,
        title=_titled(title),
        points=with_usual(last.points),
        drafted_by_id=actor.post_id,
        made_at=now(),
    )
    await write_parts(scheme, await dimensions_told(last), await groups_told(last))
    return scheme


async def dimensions_told(scheme: Scheme) -> list[dict[str, Any]]:
    """The dimensions of a scheme with their indicators, in their order. Two statements."""
    rows = await Dimension.filter(scheme=scheme).order_by("position")
    inside = await Indicator.filter(dimension__scheme=scheme).order_by("position")
    return [
        {
            "name": one.name,
            "weight": one.weight,
            "indicators": [
                {"source": i.source, "weight": i.weight, "least": i.least}
                for i in inside
                if i.dimension_id == one.pk
            ],
        }
        for one in rows
    ]


async def groups_told(scheme: Scheme) -> list[dict[str, Any]]:
    rows = await PeerGroup.filter(scheme=scheme).order_by("position")
    return [{"name": one.name, "kind": one.kind, "households": one.households} for one in rows]


@command(said="修改办法", who=keeps_it, name="evaluation.change_scheme")
async def change_scheme(
    actor: Viewer,
    scheme: Scheme,
    *,
    title: Line[str],
    dimensions: list[str],
    weights: list[str],
    sources: list[str],
    shares: list[str],
    leasts: list[str],
    groups: list[str],
    kinds: list[str],
    households: list[str],
    points: list[str],
) -> Scheme:
    """Write the whole draft anew, and be taken for its drafter. Lists run in step: three indicators (or none) for each dimension in turn.

    A dimension, indicator or group without a name or source is left out. Weights are whole per cents that add up.
    A refusal about one of a list names its field with the place in it, counted from 0: "weights.2".
    """
    told = _dimensions(dimensions, weights, sources, shares, leasts)
    grouped = _groups(groups, kinds, households)
    scheme.title, scheme.points, scheme.simulated_at = _titled(title), _points(points), None
    scheme.drafted_by_id = actor.post_id or scheme.drafted_by_id
    await scheme.save(update_fields=["title", "points", "simulated_at", "drafted_by_id"])
    await Indicator.filter(dimension__scheme=scheme).delete()
    await Dimension.filter(scheme=scheme).delete()
    await PeerGroup.filter(scheme=scheme).delete()
    await write_parts(scheme, told, grouped)
    return scheme


def _titled(title: str) -> str:
    if not 2 <= len(title.strip()) <= 80:
        raise Invalid("请给办法起个名称（2 到 80 个字）。", field="title")
    return title.strip()


def _dimensions(
    names: Sequence[str],
    weights: Sequence[str],
    sources: Sequence[str],
    shares: Sequence[str],
    leasts: Sequence[str],
) -> list[dict[str, Any]]:
    if not len(sources) == len(shares) == len(leasts) == SLOTS * len(names) or len(weights) != len(names):
        raise Invalid("表格不完整，请刷新页面后重新填写。", field="dimensions")
    found = []
    for number, name in enumerate(names):
        if not name.strip():
            continue
        inside = slice(SLOTS * number, SLOTS * (number + 1))
        found.append(
            {
                "name": _short(name, f"dimensions.{number}"),
                "weight": _whole(weights[number], 1, 100, f"weights.{number}", f"“{name}”的权重"),
                "indicators": _indicators(
                    name, SLOTS * number, sources[inside], shares[inside], leasts[inside]
                ),
            }
        )
    _must_be_whole(found)
    return found


def _must_be_whole(found: Sequence[dict[str, Any]]) -> None:
    """Weights are whole, and no source is counted twice."""
    if not 1 <= len(found) <= MOST_DIMENSIONS:
        raise Invalid(f"维度应为 1 到 {MOST_DIMENSIONS} 个。", field="dimensions")
    total = sum(one["weight"] for one in found)
    if total != 100:
        raise Invalid(f"各维度的权重加起来应是 100，现在是 {total}。", field="weights")
    used = [inside["source"] for one in found for inside in one["indicators"]]
    twice = next((one for one in used if used.count(one) > 1), "")
    if twice:
        raise Invalid(f"“{SOURCES[twice].label}”用了不止一次，一个来源只能放在一个维度里。", field="sources")


def _indicators(
    name: str, first: int, sources: Sequence[str], shares: Sequence[str], leasts: Sequence[str]
) -> list[dict[str, Any]]:
    """Those of one dimension, whose first is this one of all."""
    found = [
        {
            "source": source,
            "weight": _whole(share, 1, 100, f"shares.{number}", f"“{name}”里指标的权重"),
            "least": _whole(least, 1, 10_000, f"leasts.{number}", f"“{name}”里指标的最少件数"),
        }
        for number, (source, share, least) in enumerate(zip(sources, shares, leasts, strict=True), first)
        if source in SOURCES
    ]
    total = sum(int(str(one["weight"])) for one in found)
    if total != 100:
        raise Invalid(f"“{name}”里各指标的权重加起来应是 100，现在是 {total}。", field=f"shares.{first}")
    return found


def _groups(names: Sequence[str], kinds: Sequence[str], households: Sequence[str]) -> list[dict[str, Any]]:
    if not len(names) == len(kinds) == len(households):
        raise Invalid("分组不完整，请刷新页面后重新填写。", field="groups")
    found = [
        {
            "name": _short(name, f"groups.{number}"),
            "kind": kind if kind in KINDS_OF_VILLAGE else "",
            "households": _whole(least or "0", 0, 100_000, f"households.{number}", f"“{name}”的户数"),
        }
        for number, (name, kind, least) in enumerate(zip(names, kinds, households, strict=True))
        if name.strip()
    ]
    if len(found) > MOST_GROUPS:
        raise Invalid(f"分组最多 {MOST_GROUPS} 个。", field="groups")
    for kind in ("village", "community"):
        if not any(one["kind"] in ("", kind) and one["households"] == 0 for one in found):
            raise Invalid(f"{KINDS_OF_VILLAGE[kind]}里要有一组从 0 户起，不然有的没有组。", field="groups")
    return found


def _points(values: Sequence[str]) -> dict[str, int]:
    if len(values) != len(POINTS):
        raise Invalid("计分表不完整，请刷新页面后重新填写。", field="points")
    points = {
        name: _whole(value, worth.least, worth.most, f"points.{number}", f"“{worth.label}”")
        for number, ((name, worth), value) in enumerate(zip(POINTS.items(), values, strict=True))
    }
    _must_grow(points)
    return points


def _must_grow(points: Mapping[str, int]) -> None:
    """From a piece to a whole, and on to the whole that is given however near results lie."""
    piece, whole, least = (points[name] for name in LOOKING_BACK)
    if whole and not piece < whole <= least:
        labels = "”“".join(POINTS[name].label for name in LOOKING_BACK)
        place = list(POINTS).index("again_days")
        raise Invalid(f"“{labels}”的天数，要一个比一个长。", field=f"points.{place}")


def _short(name: str, field: str) -> str:
    if len(name.strip()) > 20:
        raise Invalid("名称请不超过 20 个字。", field=field)
    return name.strip()


def _whole(text: str, least: int, most: int, field: str, what: str) -> int:
    try:
        value = whole(text)
    except Unreadable:
        value = least - 1
    if not least <= value <= most:
        raise Invalid(f"{what}应是 {least} 到 {most} 之间的整数。", field=field)
    return value


@command(said="试算", who=keeps_it, name="evaluation.note_simulation")
async def note_simulation(
    actor: Viewer, scheme: Scheme, *, period: Period, moving: int, farthest: int
) -> Scheme:
    """Put on record what the draft as it stands would have done to a period: how many move, and how far at most."""
    scheme.simulated_at = now()
    await scheme.save(update_fields=["simulated_at"])
    return scheme


@rule("请先看试算结果：谁会变、变多少，再通过。")
def was_simulated(scheme: Scheme) -> bool:
    return scheme.simulated_at is not None


@command(said="通过办法", who=is_another, when=was_simulated, binds=WHOLE, name="evaluation.adopt_scheme")
async def adopt_scheme(actor: Viewer, scheme: Scheme, *, from_on: Foreseen[date], reason: str) -> Scheme:
    """Let it count for the periods that begin on a first of a month to come, or later; running ones keep theirs.

    What results are worth is one measure for month, quarter and year, so it changes only where none of them is running.
    """
    if not 4 <= len(reason.strip()) <= 1000:
        raise Invalid("请写明为什么这样改（4 到 1000 个字），会公开。", field="reason")
    if from_on.day != 1 or from_on <= today():
        raise Invalid("只能从以后某个月的 1 日起用，正在进行的周期不变。", field="from_on")
    if not await may_begin(scheme, from_on):
        raise Invalid("计分值有改动，只能从 1 月 1 日起用：季度和年度还在按原来的计。", field="from_on")
    scheme.state, scheme.from_on, scheme.reason = "adopted", from_on, reason.strip()
    scheme.adopted_by_id, scheme.adopted_at = actor.post_id, now()
    await scheme.save(update_fields=["state", "from_on", "reason", "adopted_by_id", "adopted_at"])
    return scheme


async def may_begin(scheme: Scheme, from_on: date) -> bool:
    """In any month where results stay worth what they are until then; with a year otherwise."""
    before = await scheme_on(scheme.city, from_on)
    same = before is None or before.worth == scheme.worth
    return same or from_on.month == JANUARY


@command(said="作废办法", who=keeps_it, name="evaluation.drop_scheme")
async def drop_scheme(actor: Viewer, scheme: Scheme) -> Scheme:
    """Give a draft up."""
    scheme.state = "dropped"
    await scheme.save(update_fields=["state"])
    return scheme
