"""Whatever becomes of the lists, every verdict comes out of its stored inputs again, and an altered one is told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest

from models import screening
from models.base.clock import today
from models.base.refusals import Refusal
from models.base.viewer import Viewer
from models.matters import Matter
from models.registry import Element
from models.requests import WorkRequest
from models.screening import Screening
from tests.builders import DAY, Town, a_list, a_request, a_signer, a_town, a_value, a_viewer

pytestmark = pytest.mark.anyio
PASSWORD = "一个好的密码2026"
NAMED = ("XZ-NY-01", "XZ-NY-02", "XZ-MZ-09", "CZ-ZZ-01", "FM-01", "XZ-XX-77", "XZ-XX-99")
DEMANDS = ("patrol", "data", "visit", "publicity", "ranking", "photo")
NOT_SAID = {"id", "request_id", "inputs", "at", "nearest", "decided_by_id", "matter_id"}
"""Which row it is, what all else is held to, who gave it and when, and what follows from words elsewhere."""
USUAL = [("XZ-NY-01", ["patrol"]), ("XZ-NY-01", ["data"]), ("XZ-MZ-09", ["patrol"]), ("XZ-MZ-09", ["visit"])]
ANOTHER: dict[str, Any] = {
    "kind": "another",
    "reasons": ["another"],
    "expires_on": date(2030, 1, 1),
    "matter_list_id": None,
    "code": "330624005-XZ-NY-01-20261130-0001-0",
}


class Cast(NamedTuple):
    """The place, and who reads there."""

    place: Town
    desk: Viewer
    head: Viewer


async def upgrade(cast: Cast, chance: random.Random) -> None:
    """A newer version in which a matter is another, capped otherwise, or asks for other things."""
    capped = {
        "code": "XZ-MZ-09",
        "title": "入户核查",
        "category": chance.choice(["assist"] * 4 + ["own"]),
        "demands": ["patrol", chance.choice(["visit", "data"])],
        "yearly_cap": chance.choice([1, 2]),
    }
    new = {
        "code": f"XZ-XX-{chance.choice((77, 88))}",
        "title": "新增",
        "category": "assist",
        "demands": ["patrol"],
    }
    await a_list(cast.place.city, capped, new)


async def ask(cast: Cast, chance: random.Random) -> None:
    """As often as not something that may be asked."""
    code, demands = chance.choice(
        [*USUAL, *((chance.choice(NAMED), chance.sample(DEMANDS, 2)) for _ in USUAL)]
    )
    wanted = chance.sample(["E1", "E2"], chance.choice([1, 2])) if "data" in demands else []
    units = [cast.place.village, cast.place.second_village][: chance.choice([1, 2])]
    await a_request(cast.place, matter_code=code, demands=sorted(demands), elements=wanted, units=units)


async def read(cast: Cast, chance: random.Random) -> None:
    """Somebody lets a request in, refuses it, or makes an exception of it; what may not be done is not done."""
    waiting = WorkRequest.filter(state__in=("pending_review", "rejected")).prefetch_related(
        *WorkRequest.judged_with
    )
    found = await waiting.order_by("-id")
    if not found:
        return
    request = chance.choice(found[:6])
    try:
        if request.state == "rejected":
            matter = await Matter.filter(code="XZ-NY-01").order_by("-id").first()
            said: dict[str, Any] = {
                "matter": matter,
                "reason": "汛前只有村里来得及去看。",
                "until": today() + 5 * DAY,
            }
            await screening.admit_exceptionally(cast.head, request, password=PASSWORD, **said)
        elif chance.random() < 0.7:
            await screening.admit(cast.desk, request, note="村社说可以。")
        else:
            await screening.reject(
                cast.desk, request, reason="文不对题。", clause="第三条", office=cast.place.office
            )
    except Refusal:
        return


async def walk(steps: int, seed: int) -> tuple[Cast, Counter[str]]:
    """So much that happens to requests and lists by chance; how often each verdict was given, and upgrades."""
    chance, place = random.Random(seed), await a_town()
    cast = Cast(
        place, await a_viewer("coordinator", place.township), await a_signer("head", place.township, PASSWORD)
    )
    for code, villages in (("E1", [place.village, place.second_village]), ("E2", [place.village])):
        element = await Element.create(code=code, name=f"数据{code}")
        for village in villages:
            await a_value(element, village, "3")
    await a_list(place.city)
    done: Counter[str] = Counter()
    for _ in range(steps):
        act = chance.choices((upgrade, ask, read), (1, 5, 4))[0]
        await act(cast, chance)
        done[act.__name__] += 1
    done.update(await Screening.all().values_list("verdict", flat=True))  # type: ignore[arg-type]
    return cast, done


async def altered() -> dict[str, list[str]]:
    """Of each column that says what a verdict is, the kinds of screening in which another word there goes unnoticed."""
    unnoticed: dict[str, list[str]] = {}
    for kind in ("automatic", "reading", "exception"):
        row = await Screening.filter(kind=kind).order_by("-id").first()
        assert row is not None, kind
        for name in Screening._meta.fields_db_projection.keys() - NOT_SAID:
            before = getattr(row, name)
            setattr(row, name, ANOTHER.get(name, "另一句话"))
            if not await screening.replay(row):
                unnoticed.setdefault(name, []).append(kind)
            setattr(row, name, before)
    return unnoticed


async def test_every_verdict_comes_out_again_after_any_upgrades_and_an_altered_one_is_told(town: str) -> None:
    _, done = await walk(90, seed=11)
    for stored in await Screening.all():
        assert await screening.replay(stored) == []
    assert done["upgrade"] > 3 and {*("admitted", "forbidden", "not_listed", "rejected")} <= done.keys(), done
    assert done["pending_review"] > 3 and done["exception"] and done["answered"] and done["too_often"], done
    assert await altered() == {}


@pytest.mark.nightly
async def test_so_do_thousands(town: str, figure: Callable[[str], None]) -> None:
    _, done = await walk(2_500, seed=random.SystemRandom().randrange(2**32))
    many = 0
    async for stored in Screening.all():
        assert await screening.replay(stored) == []
        many += 1
    figure(
        f"{many} verdicts after {done['upgrade']} upgrades of the list, each comes out again: {dict(done)}"
    )
    assert many > 1_500 and done["upgrade"] > 100
