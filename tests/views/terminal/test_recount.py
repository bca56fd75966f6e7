"""The terminal counts again what one page shows: of the town, of one place, of one department."""

from __future__ import annotations

import argparse

import pytest

from models import ledger
from models.base.clock import today
from models.ledger import Period, Wanted
from models.screening import Screening
from models.units import Unit
from tests.builders import DAY, a_viewer
from tests.models.burden.scenes import a_busy_town
from tests.models.past_the_triggers import undone_afterwards
from views.terminal import recount

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_busy_town)]


def _period() -> Period:
    return Period(today() - 120 * DAY, today())


@pytest.mark.parametrize("at", ["county", "township", "other_township", "village", "department"])
async def test_the_terminal_recounts_one_place_or_department(
    town: str, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    unit = getattr(await a_busy_town(), at)
    period = _period()
    args = argparse.Namespace(since=period.since, until=period.until, at=unit.code, replay=True)
    assert await recount.recount(args) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{unit.name}，") and "不一致" not in out
    asker = Wanted(period, department=unit) if at == "department" else Wanted(period, unit)
    figures = await ledger.total(await a_viewer("city_admin", await Unit.get(parent=None)), asker)
    for name, label in ledger.LABELS.items():
        assert f"  {label} {getattr(figures, name)}\n" in out
    if at == "department":
        assert f"  新昌县农业农村局（330624-B01）：自动过筛 {figures.screened}，" in out


async def test_a_rejection_that_vanished_past_every_guard_ends_with_one(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_busy_town()
    one = await Screening.filter(verdict="forbidden").order_by("-id").first()
    assert one is not None
    period = _period()
    args = argparse.Namespace(since=period.since, until=period.until, at="", replay=False)

    async def look() -> int:
        return await recount.recount(args)

    assert await look() == 0
    capsys.readouterr()
    assert await undone_afterwards(f"DELETE FROM screening WHERE id = {one.pk}", look) == 1
    assert f"申请 {one.request_id}：办理经过里有“提出”，数据库里没有它的过筛结论" in capsys.readouterr().out
