"""Tables from a desk: CSV, TSV and XLSX read alike, every error by its row, all of it or nothing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from models import matters, people, units
from models.base.events import Event, EventPersonal
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import TOWN_CLOCK
from models.importing import MOST_ERRORS, Import
from models.matters import Matter, MatterList
from models.people import Person, Post
from models.units import Unit
from tests.builders import Town, a_town, a_viewer

pytestmark = pytest.mark.anyio
Rows = list[list[Any]]
Bring = Callable[..., Awaitable[Import]]


def csv_of(rows: Rows, comma: str = ",") -> bytes:
    return "\n".join(comma.join(str(cell) for cell in row) for row in rows).encode()


def xlsx_of(rows: Rows) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


KINDS = {"表.csv": csv_of, "表.tsv": lambda rows: csv_of(rows, "\t"), "表.XLSX": xlsx_of}
MATTERS: Rows = [
    ["code", "title", "category", "legal_basis", "demands", "norm_days", "effort_hours", "major"],
    ["xz-fx-01", "防汛巡查", "assist", "《防汛条例》第五条", "patrol photo", 5, 1.5, "是"],
    ["XZ-FX-02", "灾情报送", "report", "《防汛条例》第六条", "", "", "", ""],
]


def test_so_many_errors_are_told_and_the_rest_counted() -> None:
    outcome = Import()
    outcome.must_be_right()
    for line in range(MOST_ERRORS + 3):
        outcome.fault(line + 2, f"错{line}")
    with pytest.raises(Invalid, match="另有 3 处错误") as no:
        outcome.must_be_right()
    assert f"第 {MOST_ERRORS + 1} 行" in no.value.reason and f"第 {MOST_ERRORS + 2} 行" not in no.value.reason


async def a_draft(place: Town) -> tuple[Any, MatterList]:
    keeper = await a_viewer("list_keeper", place.city)
    return keeper, await matters.draft_list(keeper, place.city, title="清单")


@pytest.mark.parametrize("name", KINDS)
async def test_matters_are_tried_brought_in_once_and_change_nothing_twice(town: str, name: str) -> None:
    keeper, draft = await a_draft(await a_town())
    content = KINDS[name](MATTERS)
    before = await Event.all().count()
    tried = await matters.import_matters(keeper, draft, name, content, dry_run=True)
    assert (tried.made, await Matter.all().count(), await Event.all().count()) == (2, 0, before)
    assert (await matters.import_matters(keeper, draft, name, content)).made == 2
    one = await Matter.get(code="XZ-FX-01")
    assert (one.demands, one.norm_days, one.effort_hours) == (["patrol", "photo"], 5, Decimal("1.5"))
    assert (one.major, one.domain, one.pinyin) == (True, "FX", "fxxc")
    again = await matters.import_matters(keeper, draft, name, content)
    assert (again.made, again.changed, again.same) == (0, 0, 2)
    assert await Event.all().count() == before + 1


async def test_a_changed_row_changes_its_matter_and_no_other(town: str) -> None:
    keeper, draft = await a_draft(await a_town())
    await matters.import_matters(keeper, draft, "a.csv", csv_of(MATTERS))
    rows = [list(row) for row in MATTERS]
    rows[2][1] = "灾情险情报送"
    done = await matters.import_matters(keeper, draft, "a.csv", csv_of(rows))
    assert (done.made, done.changed, done.same) == (0, 1, 1)
    assert (await Matter.get(code="XZ-FX-02")).pinyin == "zqxqbs"


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        (0, "有 汉字", "编码"),
        (0, "", "编码"),
        (1, "", "“title”：没有填名称"),
        (1, "长" * 201, "最多 200 个字"),
        (2, "whatever", "“whatever”不在可选范围内，可填：协助、"),
        (4, "never_heard_of", "要求"),
        (5, "五天", "“五天”不是可以识别的数字，请填写整数"),
        (5, "-1", "“-1”不行，应在 0 到 9999 之间"),
        (5, "99999999999", "写的是“99999999999”，数值太大"),
        (6, "NaN", "数字"),
        (6, "Infinity", "数字"),
        (6, "100000", "应在 0 到 99999 之间"),
    ],
)
async def test_one_wrong_matter_keeps_all_out_and_is_told_by_its_row(
    town: str, column: int, cell: str, told: str
) -> None:
    keeper, draft = await a_draft(await a_town())
    wrong = ["XZ-FX-03", *MATTERS[1][1:]]
    wrong[column] = cell
    with pytest.raises(Invalid, match="导入未进行") as no:
        await matters.import_matters(keeper, draft, "a.csv", csv_of([*MATTERS, wrong]))
    assert "第 4 行" in no.value.reason and told in no.value.reason and "第 2 行" not in no.value.reason
    assert not await Matter.exists()


async def test_a_matter_named_twice_is_told_with_both_rows(town: str) -> None:
    keeper, draft = await a_draft(await a_town())
    for _ in range(2):
        with pytest.raises(Invalid, match="第 4 行“code”：写的是“xz-fx-01”，XZ-FX-01 与第 2 行重复"):
            await matters.import_matters(keeper, draft, "a.csv", csv_of([*MATTERS, MATTERS[1]]))
        await matters.import_matters(keeper, draft, "a.csv", csv_of(MATTERS))


async def test_matters_go_into_a_draft_alone_and_by_its_keepers_alone(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    for dry_run in (True, False):
        with pytest.raises(NotAllowed, match="清单管理员"):
            await matters.import_matters(
                await a_viewer("coordinator", place.township), draft, "a.csv", b"", dry_run=dry_run
            )
    await matters.import_matters(keeper, draft, "a.csv", csv_of(MATTERS))
    await matters.propose(keeper, draft, reason="首次发布")
    with pytest.raises(NotNow, match="起草中"):
        await matters.import_matters(keeper, draft, "a.csv", csv_of([*MATTERS, ["X-1", "新", "own", "法"]]))


def people_of(place: Town) -> Rows:
    return [
        ["name", "phone", "unit_code", "role", "title", "from_on", "until_on", "duties"],
        ["吕金木", "13900000001", place.village.code, "secretary", "书记", "2026-01-01", "", ""],
        ["吕金木", "13900000001", place.village.code, "联村干部", "", "", "", ""],
        ["石秀英", "", place.township.code, "分管领导", "", "2026-01-01", "2027-01-01", "NY FX"],
    ]


@pytest.mark.parametrize("name", KINDS)
async def test_people_are_tried_brought_in_once_and_change_nothing_twice(town: str, name: str) -> None:
    place = await a_town()
    desk = await a_viewer("city_admin", place.county)
    content, persons = KINDS[name](people_of(place)), await Person.all().count()
    tried = await people.import_people(desk, place.township, name, content, dry_run=True)
    assert (tried.made, await Person.all().count(), await Event.all().count()) == (3, persons, 0)
    await people.import_people(desk, place.township, name, content)
    lv = await Person.get(name="吕金木")
    assert set(await Post.filter(person=lv).values_list("role", flat=True)) == {"secretary", "liaison"}
    led = await Post.get(person__name="石秀英")
    assert (led.duties, led.until_on) == (["NY", "FX"], date(2027, 1, 1))
    again = await people.import_people(desk, place.township, name, content)
    assert (again.made, again.same, await Person.all().count()) == (0, 3, persons + 2)
    told = str(await Event.all().values()) + str(await EventPersonal.all().values())
    assert await Event.all().count() == 1 and "吕金木" not in told and "13900000001" not in told


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        (0, "", "姓名"),
        (0, "长" * 41, "姓名"),
        (1, "一三九", "电话"),
        (2, "999", "单位编码"),
        (3, "镇长助理", "“role”：“镇长助理”不在可选范围内"),
        (3, "head", "不能设在村社"),
        (5, "昨天", "日期"),
        (6, "2025-12-31", "结束日期"),
    ],
)
async def test_one_wrong_person_keeps_all_out_and_is_told_by_their_row(
    town: str, column: int, cell: str, told: str
) -> None:
    place = await a_town()
    desk = await a_viewer("city_admin", place.county)
    before, rows = await Person.all().count(), people_of(place)
    wrong = ["王芳", "13900000009", place.village.code, "cadre", "", "2026-01-01", "", ""]
    wrong[column] = cell
    with pytest.raises(Invalid, match="导入未进行") as no:
        await people.import_people(desk, place.township, "a.csv", csv_of([*rows, wrong]))
    assert "第 5 行" in no.value.reason and told in no.value.reason
    assert (await Person.all().count(), await Event.all().count()) == (before, 0)


async def test_the_same_post_twice_in_a_table_is_told(town: str) -> None:
    place = await a_town()
    desk, rows = await a_viewer("city_admin", place.county), people_of(place)
    twice = [*rows[1][:4], "另一个称呼", *rows[1][5:]]
    with pytest.raises(Invalid, match="第 5 行：与第 2 行重复"):
        await people.import_people(desk, place.township, "a.csv", csv_of([*rows, twice]))


async def test_a_township_brings_in_people_of_its_own_villages_alone(town: str) -> None:
    place = await a_town()
    desk = await a_viewer("coordinator", place.township)
    rows = [people_of(place)[0], ["王芳", "", place.other_village.code, "cadre"]]
    with pytest.raises(Invalid, match="不在管理范围内"):
        await people.import_people(desk, place.township, "a.csv", csv_of(rows))
    for dry_run in (True, False):
        with pytest.raises(NotAllowed, match="本镇街"):
            await people.import_people(desk, place.other_township, "a.csv", csv_of(rows), dry_run=dry_run)


UNITS: Rows = [
    ["code", "name", "level", "parent_code"],
    ["3306", "绍兴市", "city", "33"],
    ["330624", "新昌县", "county", "3306"],
]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["3306", "绍兴", "city", ""], "重复"),
        (["3307", "金华市", "city", ""], "只能有一个市"),
        (["33_07", "某县", "county", "3306"], "编码"),
        (["330683", "嵊州市", "county", ""], "没有填，只有市没有上级"),
        (["330683", "嵊州市", "county", "3399"], "“3399”不存在"),
        (["330683101", "甘霖镇", "town", "3306"], "不能设"),
        (["330683"], "名称"),
    ],
)
async def test_a_row_that_does_not_fit_the_tree_keeps_the_whole_table_out(
    town: str, row: list[str], told: str
) -> None:
    with pytest.raises(Invalid, match="第 4 行") as no:
        await units.import_units(TOWN_CLOCK, "a.csv", csv_of([*UNITS, row]))
    assert told in no.value.reason and not await Unit.exists() and not await Event.exists()


async def test_names_change_by_a_second_table_but_places_and_levels_do_not(town: str) -> None:
    await units.import_units(TOWN_CLOCK, "a.csv", csv_of(UNITS))
    renamed = [UNITS[0], ["3306", "越州市", "city", "33"], ["330624", "新昌", "county", "3306"]]
    done = await units.import_units(TOWN_CLOCK, "a.csv", csv_of(renamed))
    assert (done.made, done.changed) == (0, 2)
    assert set(await Unit.all().values_list("name", "pinyin")) == {("越州市", "yzs"), ("新昌", "xc")}
    assert (await units.import_units(TOWN_CLOCK, "a.csv", csv_of(renamed))).same == 2
    with pytest.raises(Invalid, match="不能改变级别"):
        await units.import_units(
            TOWN_CLOCK, "a.csv", csv_of([UNITS[0], ["330624", "新昌", "department", "3306"]])
        )


async def test_the_tree_is_brought_in_by_the_citys_keeper_alone(town: str) -> None:
    place = await a_town()
    content = csv_of([UNITS[0], ["330683", "嵊州市", "county", "3306"]])
    for role, unit in (("coordinator", place.township), ("city_admin", place.county)):
        for dry_run in (True, False):
            with pytest.raises(NotAllowed, match="市级管理员"):
                await units.import_units(await a_viewer(role, unit), "a.csv", content, dry_run=dry_run)
    admin = await a_viewer("city_admin", place.city)
    assert (await units.import_units(admin, "a.csv", content)).made == 1


async def test_one_table_brought_in_at_two_roots_at_once_gives_each_person_each_post_once(town: str) -> None:
    place = await a_town()
    villages = (place.village, place.second_village, place.other_village)
    rows = [[f"村民{n}", f"1380000{n:04}", unit.code, "secretary"] for n, unit in enumerate(villages)]
    content = csv_of([["name", "phone", "unit_code", "role"], *rows])
    roots = (place.county, place.city, place.county)
    done = await asyncio.gather(*(people.import_people(TOWN_CLOCK, root, "a.csv", content) for root in roots))
    assert sorted((one.made, one.same) for one in done) == [(0, 3), (0, 3), (3, 0)]
    assert await Post.filter(role="secretary").count() == await Person.all().count() == 3
