"""What is taken away from the ledger, as table and archive, and counted again without us."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from models import ledger
from models.base.clock import today
from models.people import Post
from tests.builders import a_request, a_task, a_viewer
from tests.models.test_ledger import NOW, a_year_of_screenings
from tests.views.conftest import Site
from tests.views.ledger.test_ledger import _span, counted_again, recounted

pytestmark = pytest.mark.anyio


async def test_the_script_finds_a_figure_a_row_and_a_village_that_were_changed(
    site: Site, tmp_path: Path
) -> None:
    place = await a_year_of_screenings()
    await a_task(place)
    desk = await site.as_a("head", place.township)
    content = (await desk.get(f"/ledger/archive.zip?{_span()}")).content
    for name, before, after in (
        ("合计.csv", "新昌县农业农村局,0", "新昌县农业农村局,7"),
        ("过筛-001.csv", "驳回：禁止下派", "待复核"),
        ("各村.csv", "梅渚村,1", "梅渚村,0"),
        ("负担.csv", ",2,2,1.0,", ",2,2,0.5,"),
        ("任务单-001.csv", ",330624005201\r\n", ",330624005202\r\n"),
    ):
        folder = tmp_path / name
        assert recounted(content, folder).returncode == 0
        path = folder / name
        text = path.read_bytes().decode("utf-8-sig")
        if name == "合计.csv":
            text = re.sub(r"(新昌县农业农村局),\d+", r"\1,77", text)
        else:
            assert before in text, (name, text)
            text = text.replace(before, after, 1)
        path.write_bytes(text.encode("utf-8-sig"))
        done = counted_again(folder)
        assert done.returncode == 1 and "不一致" in done.stdout, name


async def test_the_table_has_a_row_for_each_screening_and_nothing_of_others(site: Site) -> None:
    place = await a_year_of_screenings()
    await a_request(place, title="=HYPERLINK()", matter_code="")
    for role, unit in (("coordinator", place.township), ("coordinator", place.other_township)):
        viewer = await a_viewer(role, unit)
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        answer = await browser.get(f"/ledger/table.xlsx?{_span()}")
        name = f"过筛台账-{today().year}-01-01至{today()}.xlsx"
        assert unquote(answer.headers["content-disposition"]).endswith(name)
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        told = await ledger.total(viewer, NOW)
        assert len(rows) - 1 == sum(vars(told).values())
        assert {row[2] for row in rows[1:]} == {unit.name}
    assert rows[0][:6] == ("时间", "提出单位", "镇街", "工作名称", "事项编码", "结论")


async def test_the_archive_holds_no_words_of_requests_and_only_the_viewers_rows(site: Site) -> None:
    place = await a_year_of_screenings()
    officer = await site.as_a("department_officer", place.department)
    content = (await officer.get(f"/ledger/archive.zip?{_span()}")).content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = set(packed.namelist())
        assert names == {"说明.txt", "recount.py", "合计.csv", "过筛-001.csv"}, (
            "whoever asks counts no villages"
        )
        rows = list(csv.DictReader(io.StringIO(packed.read("过筛-001.csv").decode("utf-8-sig"))))
    assert {row["单位"] for row in rows} == {"新昌县农业农村局"}
    assert (
        len(rows)
        == sum(vars(await ledger.total(await a_viewer("list_keeper", place.city), NOW)).values()) - 1
    )
