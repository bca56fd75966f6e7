"""Every table from the field gets its right answer, by page and by command line, and a trial of it changes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from models import matters
from models.base.refusals import Refusal
from models.matters import Matter, MatterList
from models.people import Person, Post
from models.tables import reader
from models.tables.table import read
from models.units import Unit
from tests.builders import Town, a_town, a_unit, a_viewer
from tests.views.conftest import Site
from tests.views.table_answers import ANSWERS, Answer
from views.terminal import cli

pytestmark = pytest.mark.anyio
CASES = Path(__file__).parents[1] / "cases" / "tables"
WHAT = {"u": "units", "m": "matters", "t": "matters"}
Told = Callable[[], str]


@pytest.fixture(autouse=True)
def _read_beside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reading without a process for each, but for the test by night."""
    if request.node.get_closest_marker("nightly") is None:
        monkeypatch.setattr(reader, "_read_apart", read)


def what_of(path: Path) -> str:
    return WHAT.get(path.name[0], "people")


async def a_place() -> tuple[Town, MatterList]:
    """The town that the tables are about, and a draft to bring matters into."""
    place = await a_town()
    township = await a_unit("township", place.county, "镜岭镇", "330624004")
    await a_unit("village", township, "坑下村", "330624004201")
    keeper = await a_viewer("list_keeper", place.city)
    return place, await matters.draft_list(keeper, place.city, title="清单")


async def tried_by_line(path: Path, told: Told, *, dry_run: bool = True) -> str:
    """What `xingcun import` says."""
    try:
        await cli.bring_in(argparse.Namespace(what=what_of(path), file=path, dry_run=dry_run))
        return told()
    except Refusal as no:
        return f"没有成功：{no.reason}"


def is_answered(answer: Answer, said: str) -> bool:
    """Whether all is told that should be, and of a refused table that nothing was taken."""
    lines = said.replace(" ", "")
    counts = answer.counts and "新增{}，更改{}，不变{}。".format(*answer.counts)
    right = counts in lines if counts else ("新增" not in lines and lines.startswith("没有成功"))
    return right and all(one.replace(" ", "") in lines for one in answer.told)


async def rows() -> list[int]:
    return [await record.all().count() for record in (Unit, Person, Post, Matter, MatterList)]


def test_every_table_has_its_answer() -> None:
    assert {path.name for path in CASES.iterdir()} == set(ANSWERS)


async def test_every_table_is_answered_right_on_the_command_line(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_place()
    before = await rows()
    for path in sorted(CASES.iterdir()):
        said = await tried_by_line(path, lambda: capsys.readouterr().out)
        assert is_answered(ANSWERS[path.name], said), f"{path.name}\n{said}"
    assert await rows() == before


@pytest.mark.nightly
async def test_every_table_is_answered_right_by_the_process_that_reads_tables(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_place()
    for path in sorted(CASES.iterdir()):
        said = await tried_by_line(path, lambda: capsys.readouterr().out)
        assert is_answered(ANSWERS[path.name], said), f"{path.name}\n{said}"


async def test_every_table_of_matters_is_answered_right_on_its_page(town: str, site: Site) -> None:
    place, draft = await a_place()
    keeper, before = await site.as_a("list_keeper", place.city), await Matter.all().count()
    for path in sorted(CASES.iterdir()):
        if what_of(path) == "matters":
            sent = {"file": (path.name, path.read_bytes())}
            answer = await keeper.post(f"/lists/{draft.pk}/import", data={"try": "1"}, files=sent)
            said = unescape(answer.text).replace(" 项", "")
            told = "没有成功" if ANSWERS[path.name].counts is None else ""
            assert answer.status_code == (422 if told else 200), path.name
            assert is_answered(ANSWERS[path.name], told + said.replace("没有写入：新增", "新增")), path.name
    assert await Matter.all().count() == before


async def brought(*names: str) -> None:
    """The tables brought in for good, from the command line."""
    for name in names:
        assert "没有成功" not in await tried_by_line(CASES / name, lambda: "", dry_run=False)


async def test_a_person_is_known_again_however_name_and_telephone_are_written(town: str) -> None:
    await a_place()
    forms = ("c08_phone_bidi.csv", "c08_phone_fullwidth.csv", "c08_newline.csv", "c08_padded_name.csv")
    await brought(*forms, *forms)
    told = {
        (one.person.name, one.person.phone, one.role)
        for one in await Post.filter(person__name__startswith="王").prefetch_related("person")
    }
    assert told == {
        ("王伟", "13800000014", "cadre"),
        ("王伟", "138000000015", "cadre"),
        ("王伟", "13800000023", "cadre"),
        ("王伟", "13800000011", "cadre"),
        ("王伟", "13800000011", "grid_worker"),
    }
    assert await Person.filter(name="王伟").count() == 4
    old = await Person.create(name="王　伟", phone="+86 138-0000-0040")
    await brought("c11_gbk.csv", "c11_utf16.csv", "c11_csv_named.xlsx")
    assert await Person.filter(name="王伟").count() == 4 and await Post.filter(person=old).count() == 1


async def test_days_are_kept_as_they_were_meant(town: str) -> None:
    await a_place()
    for number in ("00", "01", "03", "05", "08", "09"):
        await brought(f"c10_date_{number}.csv")
    (post,) = await Post.filter(person__name="王伟")
    assert str(post.from_on) == "2026-01-31"


async def test_matters_are_kept_as_they_were_meant(town: str) -> None:
    _, draft = await a_place()
    await brought("t05_flags.csv", "m18_cat_space.csv", "m15_merged_cells.xlsx", "m02_halfwidth_head.xlsx")
    flags = {one.code: one.major for one in await Matter.filter(list=draft, title__startswith="试")}
    assert [flags[f"GK-0{number}"] for number in (2, 3, 4)] == [True, True, True]
    kinds = dict(await Matter.filter(code__in=("GK-13", "GK-14", "GK-15")).values_list("code", "category"))
    assert kinds == {"GK-13": "assist", "GK-14": "report", "GK-15": "report"}
    merged, measured = await Matter.get(code="GK-11"), await Matter.get(code="GK-01")
    assert (merged.category, merged.legal_basis) == ("assist", "依据")
    assert (measured.norm_days, str(measured.effort_hours.normalize())) == (3, "2.5")


async def test_a_column_that_is_not_in_the_table_changes_nothing(town: str) -> None:
    place, draft = await a_place()
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_matter(
        keeper, draft, code="GK-20", title="旧", category="own", domain="NY", scope="说明", major=True
    )
    await brought("m19b_partial_table.csv")
    one = await Matter.get(code="GK-20")
    assert (one.title, one.category, one.domain, one.scope, one.major) == ("试", "assist", "NY", "说明", True)


async def test_units_stand_where_their_table_says_in_whatever_order_and_language(town: str) -> None:
    await a_place()
    await brought("u04_children_first.csv", "u05_chinese_levels.csv", "u03_china_area_mapped.csv")
    told = dict(await Unit.filter(code__startswith="33062490").values_list("code", "path"))
    assert told == {code: f"3306/330624/{code[:9]}/" + (f"{code}/" if code[9:] else "") for code in told}
    assert len(told) == 4 and not await Unit.filter(code__in=("330600000000", "330624000000")).exists()
    assert (await Unit.get(code="330624902")).level == "township"


async def test_a_cell_longer_than_any_column_is_told_by_its_row(town: str, tmp_path: Path) -> None:
    await a_place()
    long = tmp_path / "m_long.csv"
    long.write_text(f"编码,名称,类别,法律依据\nGK-06,长,协助,{'依' * 140_000}\n", "utf-8")
    said = await tried_by_line(long, lambda: "")
    assert "第 2 行“法律依据”：内容太长，有 140000 个字" in said
