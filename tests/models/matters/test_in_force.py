"""Which list holds where: a county's own in that county alone and only stricter; the newest published of each region."""

from __future__ import annotations

import random
import re
from datetime import date
from inspect import Parameter, signature
from pathlib import Path
from sys import modules
from typing import Any, get_type_hints

import pytest

from models import matters, screening
from models.base.clock import clock_at, now, today
from models.base.commands import Command
from models.base.refusals import Invalid, NotNow
from models.base.viewer import Viewer
from models.compliance.dossier import commands
from models.intake import submit
from models.matters import Matter, MatterList, list_in_force, lists_in_force
from models.policies import upwards
from models.screening import Screening
from models.units import Unit
from tests.builders import DAY, SAID, Town, a_list, a_town, a_unit, a_viewer, nobody_is_consulted

pytestmark = pytest.mark.anyio
PATROL: dict[str, Any] = SAID | {
    "code": "XZ-NY-01",
    "title": "秸秆禁烧巡查",
    "category": "assist",
    "demands": ["patrol", "data"],
}
BAN = PATROL | {"category": "negative"}


async def two_keepers(region: Unit) -> tuple[Viewer, Viewer]:
    await nobody_is_consulted(region)
    return await a_viewer("list_keeper", region), await a_viewer("list_keeper", region)


async def published(region: Unit, *rows: dict[str, Any], on: date | None = None) -> MatterList:
    """A version of the region's list with these matters, published today for a day."""
    one, other = await two_keepers(region)
    made = await matters.draft_list(one, region, title=f"{region.name}清单")
    for row in rows:
        await matters.put_matter(one, made, **row)
    await matters.propose(one, made, reason="示范")
    words = {"reason": "示范", "effective_on": on or today(), "accept_flips": "示范"}
    return await matters.publish(other, made, **words)


async def another_county(place: Town) -> tuple[Unit, Unit, Unit]:
    county = await a_unit("county", place.city, "诸暨市", "330681")
    township = await a_unit("township", county, "枫桥镇", "330681101")
    return county, township, await a_unit("village", township, "枫源村", "330681101201")


async def asked(place: Town, *villages: Unit, **changes: Any) -> list[Screening]:
    """The verdicts, township by township, on what a department of the city asks these villages."""
    bureau = await Unit.get_or_none(code="3306-B01")
    bureau = bureau or await a_unit("department", place.city, "绍兴市农业农村局", "3306-B01")
    details: dict[str, Any] = {
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查露天焚烧秸秆。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
        "deadline": today() + 20 * DAY,
        "units": list(villages),
    }
    made = await submit(await a_viewer("department_officer", bureau), bureau, **details | changes)
    rows = await Screening.filter(request_id__in=[one.pk for one in made]).order_by("request_id")
    return rows


async def test_a_countys_own_list_rules_that_county_and_turns_nobody_elses_requests_away(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    county, _, village = await another_county(place)
    await published(county, BAN)
    here, there = await asked(place, place.village, village)
    assert (here.verdict, there.verdict) == ("pending_review", "forbidden")
    assert there.rests_on["list_region"] == "诸暨市" and "负面清单" in there.sentence
    assert not await screening.replay(here) and not await screening.replay(there)


async def test_of_a_regions_versions_the_newest_published_rules_and_none_comes_back(town: str) -> None:
    place = await a_town()
    later = await published(place.city, PATROL, on=today() + 3 * DAY)
    assert await list_in_force(place.village.path) is None
    newer = await published(place.city, BAN)
    for days in (0, 3, 400):
        with clock_at(now() + days * DAY):
            held = await list_in_force(place.village.path)
            assert held is not None and held.pk == newer.pk
    assert (later.publication, newer.publication) == (1, 2)
    (verdict,) = await asked(place, place.village)
    assert verdict.verdict == "forbidden"


async def test_the_order_of_publication_counts_and_not_that_of_drafting(town: str) -> None:
    place = await a_town()
    one, other = await two_keepers(place.city)
    first = await matters.draft_list(one, place.city, title="先起草")
    await matters.put_matter(one, first, **BAN)
    await matters.propose(one, first, reason="示范")
    await published(place.city, PATROL)
    await matters.publish(other, first, reason="示范", effective_on=today(), accept_flips="示范")
    held = await list_in_force(place.village.path)
    assert held is not None and held.pk == first.pk


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_published_when_the_ruling_version_is_the_newest_whose_day_has_come(
    town: str, seed: int
) -> None:
    """Versions of a city and of two counties, published on random days for random later ones, seen on each of 40 days."""
    place, chance = await a_town(), random.Random(seed)
    county, _, village = await another_county(place)
    regions, begins = (place.city, place.county, county), {}
    first = now()
    for day in range(0, 30, 4):
        with clock_at(first + day * DAY):
            made = await published(chance.choice(regions), PATROL, on=today() + chance.randrange(12) * DAY)
            begins[made.pk] = (made.region_id, made.effective_on)
    last: dict[tuple[str, int], int] = {}
    for day in range(40):
        on = today() + day * DAY
        with clock_at(first + day * DAY):
            held = await lists_in_force([place.village.path, village.path])
        for path, lists in held.items():
            for one in lists:
                come = [
                    pk for pk, (region, begin) in begins.items() if region == one.region_id and begin <= on
                ]
                assert one.pk == max(come), "the newest of its region, by the order of publication"
                assert one.region.path in upwards(path) and one.pk >= last.get((path, one.region_id), 0)
                last[path, one.region_id] = one.pk
    assert len(last) >= 3, "the walk reached lists of cities and counties"


def test_no_command_takes_a_matter_whose_place_nobody_asks_about() -> None:
    """Derived from the commands: each that is given a matter, or acts on one, is spoken of here."""
    taking = {one.name for one in commands() if Matter in _given(one)}
    assert taking == {"screening.admit_exceptionally", "tasks.dispatch_at_once", "matters.add_alias"}


def _given(one: Command[Any, Any, Any]) -> list[Any]:
    hints = get_type_hints(one.act, vars(modules[one.act.__module__]))
    return [hint for name, hint in hints.items() if name != "return"]


def test_only_one_module_says_which_published_list_holds() -> None:
    """Everybody else asks it, and must name a place: the argument has no default."""
    asking = re.compile(r"effective_on__lte|effective_on <=")
    files = [file for layer in ("models", "schema", "views") for file in Path(layer).rglob("*.py")]
    assert [str(f) for f in files if asking.search(f.read_text())] == ["models/matters/in_force.py"]
    assert signature(list_in_force).parameters["path"].default is Parameter.empty


async def test_a_matter_of_another_countys_list_is_neither_an_exception_nor_an_emergency_here(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.city, PATROL | {"code": "XZ-YJ-01", "emergency": True})
    county, _, _ = await another_county(place)
    theirs = await published(
        county, PATROL, PATROL | {"code": "XZ-YJ-01", "title": "秸秆禁烧巡查", "emergency": True}
    )
    assert not await Matter.filter(list=theirs).exclude(category="assist").exists()
    for matter in await Matter.filter(list=theirs):
        assert not await matters.may_be_asked(matter, place.township.path)
        assert await matters.may_be_asked(matter, county.path)


LOOSER: list[tuple[dict[str, Any], str]] = [
    ({"code": "XZ-QQ-01"}, "上级清单没有"),
    ({"title": "秸秆禁烧执勤"}, "上级清单的名称"),
    ({"demands": ["patrol", "photo"]}, "多要求了"),
    ({"evidence": {"kinds": ["photo"], "reason": "示范依据"}}, "多要了佐证"),
    ({"form": ["households"]}, "多要了数据项"),
    ({"yearly_cap": 5}, "次数超过上级清单的 4 次"),
    ({"yearly_cap": None}, "次数超过上级清单的 4 次"),
    ({"norm_days": 2}, "时限短于"),
    ({"effort_hours": 1}, "工时少于"),
    ({"major": False}, "重大事项"),
    ({"emergency": True}, "应急事项"),
    ({"code": "CZ-ZZ-01"}, "上级清单列为“自治”"),
    ({"code": "FM-01"}, "上级清单列为“不得下派”"),
]
STATED = PATROL | {"yearly_cap": 4, "norm_days": 5, "effort_hours": 3, "major": True}


@pytest.mark.parametrize(("change", "said"), LOOSER)
async def test_a_looser_county_list_is_refused_with_the_matter_named(
    town: str, change: dict[str, Any], said: str
) -> None:
    place = await a_town()
    own, ban = (
        PATROL | {"code": "CZ-ZZ-01", "category": "own"},
        PATROL | {"code": "FM-01", "category": "negative"},
    )
    await published(place.city, STATED, own, ban)
    with pytest.raises(Invalid, match=said) as no:
        await published(place.county, STATED | change)
    assert change.get("code", "XZ-NY-01") in no.value.reason
    held = await list_in_force(place.village.path)
    assert held is not None and held.region_id == place.city.pk


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"demands": ["patrol"]},
        {"yearly_cap": 1},
        {"category": "negative"},
        {"category": "own", "demands": []},
        {"norm_days": 8, "effort_hours": 4},
        {"code": "FM-XC-01", "category": "negative"},
    ],
)
async def test_a_stricter_county_list_is_published_and_rules(town: str, change: dict[str, Any]) -> None:
    place = await a_town()
    await published(place.city, STATED)
    made = await published(place.county, STATED | change)
    held = await lists_in_force([place.village.path, place.city.path])
    assert held[place.village.path][0].pk == made.pk
    assert [one.region_id for one in held[place.city.path]] == [place.city.pk]


async def test_what_the_city_forbids_later_is_forbidden_under_a_countys_older_list_too(town: str) -> None:
    place = await a_town()
    await published(place.city, PATROL)
    own = await published(place.county, PATROL)
    (before,) = await asked(place, place.village)
    await published(place.city, BAN)
    (after,) = await asked(place, place.village)
    assert (before.verdict, after.verdict) == ("pending_review", "forbidden")
    assert after.rests_on["list_region"] == "绍兴市" and not await screening.replay(after)
    matter = await Matter.get(list=own, code="XZ-NY-01")
    assert not await matters.may_be_asked(matter, place.township.path), (
        "nor by exception, nor in an emergency"
    )


async def test_only_cities_and_counties_make_lists(town: str) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.city)
    for unit in (place.township, place.village, place.department):
        with pytest.raises(NotNow):
            await matters.draft_list(keeper, unit, title="清单")


async def test_a_county_that_decides_more_strictly_leaves_the_citys_golden_cases_as_they_are(
    town: str,
) -> None:
    place = await a_town()
    await published(place.city, PATROL)
    keeper = await a_viewer("list_keeper", place.city)
    case = {"code": "本地-1", "about": "请一个村巡查", "reason": "常见", "verdict": "pending_review"}
    await matters.put_golden_case(keeper, place.city, **case, named="XZ-NY-01", demands=["patrol"])
    made = await published(place.county, BAN)
    assert "本地-1" in made.flips_accepted
    kept = await matters.GoldenCase.get(code="本地-1")
    assert kept.verdict == "pending_review"
    with pytest.raises(NotNow, match="市级"):
        await matters.drop_golden_case(
            await a_viewer("list_keeper", place.county), place.county, code="本地-1", reason="x"
        )
