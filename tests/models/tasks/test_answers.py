"""What whoever decides on an answer has read: any part of it that changes makes it another."""

from __future__ import annotations

import pytest

from models import tasks
from models.base.clock import now
from models.base.versions import version_of
from models.files import File
from models.tasks import Assignment, Report, ReportFile
from models.tasks.answers import not_as_read
from tests.builders import DAY, a_list, a_town, a_viewer, an_assignment

pytestmark = pytest.mark.anyio


async def test_words_papers_and_the_end_it_answers_to_all_belong_to_an_answer(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    copy = await an_assignment(place)
    secretary = await a_viewer("secretary", place.village)
    await tasks.report(secretary, copy, words="已巡查两次。")
    (report,), read = await Report.filter(assignment=copy), [await version_of(await _copy(copy))]
    paper = await File.create(sha256="a" * 64, name="照片.jpg", kind="jpeg", size=1, uploaded_at=now())
    await ReportFile.create(report=report, file=paper)
    read.append(await version_of(await _copy(copy)))
    await tasks.take_back_report(secretary, await _copy(copy))
    await tasks.report(secretary, await _copy(copy), words="已巡查三次。")
    read.append(await version_of(await _copy(copy)))
    await Assignment.filter(pk=copy.pk).update(due_at=copy.due_at + DAY)
    read.append(await version_of(await _copy(copy)))
    assert len(set(read)) == 4
    assert [one.pk for one in await not_as_read([await _copy(copy)], read[:-1])] == [copy.pk]
    assert await not_as_read([await _copy(copy)], read[-1:]) == []


async def _copy(copy: Assignment) -> Assignment:
    return await Assignment.get(pk=copy.pk).prefetch_related(*Assignment.judged_with)
