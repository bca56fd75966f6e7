"""What the calendar prepares: a first scheme where a city has none, and the periods of the day with everybody in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.transactions import in_transaction

from models import registry
from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.numbers import whole_if_any
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer, subtree
from models.schemes.change_numbers import next_move
from models.schemes.indices import VillageIndex
from models.schemes.periods import PERIODS, Period, span
from models.schemes.records import Dimension, Indicator, PeerGroup, Scheme, choose_group, scheme_on
from models.schemes.sources import usual_points
from models.units import Unit

SHIPPED = Path(__file__).with_name("scheme.json")
ALWAYS = date(2000, 1, 1)


@rule("评价办法由市一级制定。")
def is_a_city(city: Unit) -> bool:
    return city.level == "city"


@command(
    said="放入示例办法",
    who=only_the_clock("示例办法由系统在没有办法时启用。"),
    when=is_a_city,
    name="evaluation.settle_scheme",
)
async def settle_scheme(actor: Viewer, city: Unit) -> Scheme:
    """Begin with the example that ships, so that there is something to change."""
    shipped = json.loads(SHIPPED.read_text("utf-8"))
    scheme = await Scheme.create(
        city=city,
        number=1,
        title=shipped["title"],
        points=usual_points(),
        reason=shipped["reason"],
        made_at=now(),
    )
    await write_parts(scheme, shipped["dimensions"], shipped["groups"])
    scheme.state, scheme.from_on, scheme.adopted_at = "adopted", ALWAYS, now()
    await scheme.save(update_fields=["state", "from_on", "adopted_at"])
    return scheme


async def write_parts(
    scheme: Scheme, dimensions: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]]
) -> None:
    """The dimensions with their indicators, and the peer groups, of a scheme that has none yet."""
    for position, told in enumerate(dimensions):
        dimension = await Dimension.create(
            scheme=scheme, position=position, name=told["name"], weight=told["weight"]
        )
        await Indicator.bulk_create(
            Indicator(dimension=dimension, position=number, **one)
            for number, one in enumerate(told["indicators"])
        )
    await PeerGroup.bulk_create(
        PeerGroup(scheme=scheme, position=number, **one) for number, one in enumerate(groups)
    )


async def settle_schemes() -> None:
    """The example for each city that has no scheme yet."""
    had = Scheme.all().values_list("city_id", flat=True)
    for city in await Unit.filter(level="city", ended_on=None).exclude(id__in=await had):
        await settle_scheme(TOWN_CLOCK, city)


async def adopted_schemes() -> list[Scheme]:
    return await Scheme.filter(state="adopted").order_by("id").select_related("city")


async def open_periods(days: Iterable[date] = ()) -> None:
    """The month, the quarter and the year of today (or of these days), for each city with a scheme.

    Worked out from the calendar as tallies are from the trail: nobody decides anything, so nothing is recorded.
    """
    spans = sorted({(kind, *span(kind, day)) for day in days or [today()] for kind in PERIODS})
    there = Period.filter(since__in=sorted({since for _, since, _ in spans}))
    known = {(city, kind, since) for city, kind, since in await there.values_list("city_id", "kind", "since")}
    having = Scheme.filter(state="adopted").values("city_id")
    for city in await Unit.filter(id__in=Subquery(having), ended_on=None).order_by("id"):
        for kind, since, until in spans:
            if (city.pk, kind, since) not in known:
                await _open(city, kind, since, until)


async def _open(city: Unit, kind: str, since: date, until: date) -> None:
    """Begin a period under the scheme in force on its first day."""
    scheme = await scheme_on(city, since)
    if scheme is not None:
        async with in_transaction():
            period = await Period.create(city=city, kind=kind, since=since, until=until, scheme=scheme)
            await _everybody(period, scheme)


async def add_lines(units: Iterable[int]) -> None:
    """A line in each open period for villages that were not there when it began, as soon as they have a result."""
    wanted = sorted(set(units))
    rows = VillageIndex.filter(unit_id__in=wanted, period__closed_at=None).values_list("unit_id", "period_id")
    there = {(unit, period) for unit, period in await rows}
    for period in await Period.filter(closed_at=None).select_related("city", "scheme"):
        late = [unit for unit in wanted if (unit, period.pk) not in there]
        if late:
            # Whoever joins a group changes its mean, whether or not a result counts.
            number = (await next_move([period.pk])).get(period.pk, 0)
            await _everybody(period, period.scheme, late, number)


async def _everybody(
    period: Period, scheme: Scheme, only: Sequence[int] | None = None, moved: int = 0
) -> None:
    """A line for each village there is (or for these), in the group it belongs to on the first day."""
    there = Q(ended_on=None) | Q(ended_on__gt=period.since)
    rows = Unit.filter(subtree("path", period.city.path), there, level="village").order_by("path")
    villages = await (rows if only is None else rows.filter(id__in=list(only)))
    found = await grouped(scheme, villages, max(period.since, today()))
    lines = (
        VillageIndex(period_id=period.pk, unit_id=unit, group_id=group, moved=moved)
        for unit, group in found.items()
    )
    await VillageIndex.bulk_create(lines, batch_size=500)


async def grouped(scheme: Scheme, villages: Sequence[Unit], on: date) -> dict[int, int]:
    """The group of each village by its kind and by the households on file; where none are, as if it had none."""
    groups = await PeerGroup.filter(scheme=scheme).order_by("position")
    held = await registry.held([registry.HOUSEHOLDS], villages, on)
    found: dict[int, int] = {}
    for village in villages:
        kept = held.get((registry.HOUSEHOLDS, village.pk))
        households = whole_if_any(kept.value) if kept is not None else None
        group = choose_group(groups, village, households)
        if group is not None:
            found[village.pk] = group.pk
    return found
