"""The evidence of a report: with whoever sees the report, and with nobody else."""

from __future__ import annotations

import pytest

from models import tasks
from models.files import File, keep
from models.tasks.attachments import ReportFile, files_of
from models.tasks.reports import Report
from tests.builders import a_list, a_town, a_viewer, an_admitted_request, an_assignment

pytestmark = pytest.mark.anyio


async def test_what_came_with_a_report_is_read_by_whoever_reads_the_report(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await an_admitted_request(place, matter_code="XZ-NY-02", demands=["photo"])
    copy = await an_assignment(place, requests=[request])
    secretary = await a_viewer("secretary", place.village)
    files = [await keep(f"第{n}次巡查".encode(), f"{n}.txt") for n in range(2)]
    await tasks.report(secretary, copy, words="已巡查", files=files)
    report = await Report.get()
    for viewer in (secretary, await a_viewer("coordinator", place.township)):
        found = await files_of(viewer, [report.pk])
        assert [one.name for one in found[report.pk]] == ["0.txt", "1.txt"], "in the order in which they came"
        assert await File.visible_to(viewer).count() == 2
    stranger = await a_viewer("secretary", place.second_village)
    assert await files_of(stranger, [report.pk]) == {} == await files_of(secretary, [])
    assert not await File.visible_to(stranger).exists() and await ReportFile.all().count() == 2
