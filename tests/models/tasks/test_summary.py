"""汇总表: everybody takes away what is theirs to see, in few statements and little memory."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from models import tasks
from models.base.versions import versions_of
from models.base.viewer import Viewer
from models.files import File, keep
from models.files.storage import place_of
from models.registry import Element
from models.tasks import Assignment, Task, summary
from models.units import Unit
from tests.builders import Town, a_list, a_task, a_town, a_unit, a_value, a_viewer, an_admitted_request
from tests.counting import counted

pytestmark = pytest.mark.anyio

PAPER = b"%PDF-1.4\n"
FORM = {
    "code": "XZ-TJ-01",
    "title": "人口变动情况协助统计",
    "category": "assist",
    "demands": ["data"],
    "evidence": {"kinds": ["photo"], "reason": "示范依据"},
    "form": ["people", "hotline"],
}


async def asked(place: Town, villages: list[Unit]) -> Task:
    """A task with a form of two questions, and a photo to go with each answer."""
    await Element.create(code="people", name="常住人口", freshness_days=365)
    await Element.create(code="hotline", name="值班电话", freshness_days=365)
    await a_list(place.county, FORM)
    request = await an_admitted_request(place, matter_code="XZ-TJ-01", demands=["data"], units=villages)
    return await a_task(place, requests=[request], units=villages)


PHONE = "057586000001"


async def answer(
    row: Assignment, *photos: tuple[str, bytes], words: str = "已统计", people: str = "1200"
) -> None:
    files = [await keep(PAPER + content, name) for name, content in photos]
    row = await Assignment.get(pk=row.pk).prefetch_related(*Assignment.judged_with)
    said = {"elements": ["people", "hotline"], "figures": [people, PHONE]}
    secretary = await a_viewer("secretary", row.unit, name="王大伯")
    await tasks.report(secretary, row, words=words, files=files, **said)


async def rows_for(viewer: Viewer, task: Task) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(await summary.table(viewer, task))).active
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


async def packed_for(viewer: Viewer, task: Task) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in summary.archive(viewer, task)])))


async def test_the_table_tells_each_villages_newest_answer_with_a_column_for_each_question(town: str) -> None:
    place = await a_town()
    task = await asked(place, [place.village, place.second_village])
    first = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    await answer(first, ("旧.pdf", b"1"), words="第一次", people="1000")
    desk = await a_viewer("coordinator", place.township)
    first = await Assignment.get(pk=first.pk).prefetch_related(*Assignment.judged_with)
    await tasks.return_report(desk, first, what_to_mend="数字不对")
    await answer(first, ("新.pdf", b"2"), words="=1+1 第二次")
    people = await Element.get(code="people")
    await a_value(people, place.village, "999")
    await a_value(people, place.second_village, "800", days_ago=400)
    told, silent = await rows_for(desk, task)
    assert (told["村社"], told["状态"], told["反馈人"]) == ("梅渚村", "待审核", "王大伯")
    assert (told["第几次反馈"], told["办理情况"]) == (2, "=1+1 第二次")
    assert (told["常住人口"], told["值班电话"]) == (1200, PHONE)
    assert told["附件"] == "梅渚村/第2次-新.pdf"
    assert (silent["村社"], silent["状态"], silent["办理情况"]) == ("棠村", "待签收", None)
    assert silent["常住人口"] is None, "what is out of date is no answer"
    with await packed_for(desk, task) as archive:
        assert archive.namelist() == ["汇总表.xlsx", "梅渚村/第1次-旧.pdf", "梅渚村/第2次-新.pdf"]
        assert archive.read("梅渚村/第2次-新.pdf") == PAPER + b"2" and archive.testzip() is None


async def test_everybody_takes_away_what_they_may_see_and_no_more(town: str) -> None:
    place = await a_town()
    task = await asked(place, [place.village, place.second_village])
    for row in await Assignment.filter(task=task).select_related("unit"):
        await answer(row, (f"{row.unit.name}.pdf", b"1"), words=f"{row.unit.name}的话")
    both = ["梅渚村的话", "棠村的话"]
    seen = {
        ("coordinator", place.township): both,
        ("department_officer", place.department): both,
        ("city_admin", place.city): both,
        ("secretary", place.village): both[:1],
        ("secretary", place.second_village): both[1:],
        ("secretary", place.other_village): [],
        ("department_officer", place.other_department): [],
        ("coordinator", place.other_township): [],
    }
    for (role, unit), words in seen.items():
        viewer = await a_viewer(role, unit)
        assert [row["办理情况"] for row in await rows_for(viewer, task)] == words, (role, unit.name)
        with await packed_for(viewer, task) as archive:
            photos = [name for name in archive.namelist() if name != "汇总表.xlsx"]
            assert len(photos) == len(words), (role, unit.name, photos)
    department = await rows_for(await a_viewer("department_officer", place.department), task)
    assert {row["反馈人"] for row in department} == {None}, "people are known to those they work with"


async def test_villages_of_one_name_and_files_of_one_name_stay_apart(town: str) -> None:
    place = await a_town()
    twin = await a_unit("village", place.township, "梅渚村", "330624005299")
    task = await asked(place, [place.village, twin])
    for row in await Assignment.filter(task=task):
        await answer(row, ("照片.pdf", b"1"), ("照片.pdf", b"2"), ("con.pdf", b"3"))
    with await packed_for(await a_viewer("head", place.township), task) as archive:
        assert archive.namelist()[1:] == [
            f"{folder}/{name}"
            for folder in ("梅渚村", "梅渚村(2)")
            for name in ("照片.pdf", "照片(2).pdf", "_con.pdf")
        ]


async def test_a_long_name_keeps_its_ending_in_the_archive_and_fits_on_a_disk(town: str) -> None:
    place = await a_town()
    task = await asked(place, [place.village])
    row = await Assignment.get(task=task).prefetch_related(*Assignment.judged_with)
    await answer(row, ("照" * 100 + ".pdf", b"1"), ("照" * 78 + ".pdf", b"2"))
    with await packed_for(await a_viewer("head", place.township), task) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()[1:]]
    assert names == ["照" * 76 + ".pdf", "照" * 73 + "(2).pdf"]
    assert max(len(name.encode()) for name in names) <= 240


async def test_an_attachment_that_is_gone_is_named_and_the_rest_arrives(town: str) -> None:
    place = await a_town()
    task = await asked(place, [place.village, place.second_village])
    for row in await Assignment.filter(task=task).order_by("id"):
        await answer(row, (f"{row.pk}.pdf", str(row.pk).encode()))
    lost = await File.all().order_by("id").first()
    assert lost is not None
    place_of(lost.sha256).unlink()
    with await packed_for(await a_viewer("coordinator", place.township), task) as archive:
        assert len(archive.namelist()) == 3
        assert lost.name in archive.read("缺少的附件.txt").decode("utf-8-sig")


async def test_a_hundred_villages_cost_few_statements_little_time_and_little_memory(town: str) -> None:
    place = await a_town()
    villages = [
        await a_unit("village", place.township, f"第{number}村", f"330624005{300 + number}")
        for number in range(100)
    ]
    task = await asked(place, villages)
    megabyte = bytes(1 << 20)
    for row in await Assignment.filter(task=task).order_by("id"):
        await answer(row, (f"{row.pk}.pdf", str(row.pk).encode() + megabyte))
    desk = await a_viewer("coordinator", place.township)
    started = time.process_time()
    with counted() as told:
        assert len(await rows_for(desk, task)) == 100
    took = time.process_time() - started
    assert len(told) <= 12, told
    tracemalloc.start()
    try:
        sent = sum([len(piece) async for piece in summary.archive(desk, task)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent > 100 << 20 and peak < 8 << 20, (sent, peak)
    started = time.process_time()
    with counted() as accepting:
        rows = await Assignment.filter(task=task).prefetch_related(*Assignment.judged_with)
        await tasks.accept_reports(
            desk, task, assignments=rows, versions=list((await versions_of(rows)).values())
        )
    accepted = time.process_time() - started
    assert (await Task.get(pk=task.pk)).state == "closed"
    assert len(accepting) <= 100 * (27 + 2), "two values of each go on file"
    assert took < 4 and accepted < 10, (took, accepted)


async def test_more_villages_than_one_reading_takes_all_appear_once(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "CHUNK", 2)
    place = await a_town()
    villages = [
        await a_unit("village", place.township, f"第{number}村", f"330624005{300 + number}")
        for number in range(4)
    ]
    task = await asked(place, [*villages, place.village])
    names = [row["村社"] for row in await rows_for(await a_viewer("leader", place.township), task)]
    assert len(names) == 5 and set(names) == {unit.name for unit in (*villages, place.village)}
