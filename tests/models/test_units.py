"""The tree of units: kept by few, imported whole or not at all, found by name and initials."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from models import units
from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed, NotFound
from models.base.viewer import ANONYMOUS, TOWN_CLOCK
from models.importing import Import
from models.units import Unit, UnitFilter
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio

HEAD = "code,name,level,parent_code"
ROWS = [
    "3306,绍兴市,city,",
    "330624,新昌县,county,3306",
    "330624005,澄潭街道,township,330624",
    "330624005201,梅渚村村委会,village,330624005",
]


def table(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


def workbook(*rows: str) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (HEAD, *rows):
        book.active.append(row.split(","))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


async def bring(name: str, content: bytes, dry_run: bool = False) -> Import:
    return await units.import_units(TOWN_CLOCK, name, content, dry_run=dry_run)


@pytest.mark.parametrize(("name", "content"), [("u.csv", table(*ROWS)), ("u.xlsx", workbook(*ROWS))])
async def test_a_table_is_tried_then_brought_in_and_changes_nothing_twice(
    town: str, name: str, content: bytes
) -> None:
    tried = await bring(name, content, dry_run=True)
    assert (tried.made, await Unit.all().count(), await Event.all().count()) == (4, 0, 0)
    assert (await bring(name, content)).made == 4
    village = await Unit.get(code="330624005201")
    assert (village.name, village.pinyin) == ("梅渚村", "mzc")
    assert village.path == "3306/330624/330624005/330624005201/"
    again = await bring(name, content)
    assert (again.made, again.changed, again.same) == (0, 0, 4)
    assert await Event.filter(command="units.take_units").count() == 1


async def test_one_wrong_row_keeps_the_whole_table_out_and_every_wrong_row_is_named(town: str) -> None:
    wrong = ["330624005202,,village,330624005", "330624005203,棠村,hamlet,330624005", "9,孤村,village,77"]
    with pytest.raises(Invalid) as no:
        await bring("u.csv", table(*ROWS, *wrong))
    for line in ("6", "7", "8"):
        assert line in no.value.reason
    assert not await Unit.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"name\nx", b"PK\x03\x04broken"])
async def test_what_is_no_table_is_told_in_a_sentence(town: str, content: bytes) -> None:
    for name in ("u.csv", "u.xlsx"):
        with pytest.raises(Invalid):
            await bring(name, content)


@pytest.mark.parametrize(
    ("words", "found"), [("梅渚", "梅渚村"), ("mzc", "梅渚村"), ("MZC", "梅渚村"), ("新昌", "新昌县")]
)
async def test_units_are_found_by_name_and_by_initials(town: str, words: str, found: str) -> None:
    await bring("u.csv", table(*ROWS))
    assert found in await UnitFilter(text=words).among(Unit.all()).values_list("name", flat=True)
    assert not await UnitFilter(text="没有的村").among(Unit.all()).exists()


async def test_only_those_who_keep_a_place_add_to_it_and_rename_it(town: str) -> None:
    place = await a_town()
    admin = await a_viewer("city_admin", place.city)
    made = await units.add(admin, place.township, name="左于村", level="village")
    assert made.path.startswith(place.township.path) and made.pinyin == "zyc"
    await units.rename(admin, made, name="左于新村")
    assert (await Unit.get(pk=made.pk)).name == "左于新村"
    for role, unit in (("secretary", place.village), ("department_officer", place.department)):
        with pytest.raises(NotAllowed):
            await units.add(await a_viewer(role, unit), place.township, name="李家村", level="village")
    with pytest.raises(Invalid):
        await units.add(admin, place.village, name="某镇", level="township")


async def test_strangers_know_of_no_unit(town: str) -> None:
    place = await a_town()
    with pytest.raises(NotFound):
        await Unit.find(ANONYMOUS, place.village.pk)
