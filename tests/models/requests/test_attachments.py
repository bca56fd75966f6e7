"""What comes with a work request: one file for all townships it goes to, with whoever sees one of the requests."""

from __future__ import annotations

import pytest

from models import intake
from models.base.clock import today
from models.files import File, keep
from models.requests.attachments import RequestFile
from tests.builders import DAY, a_list, a_town, a_viewer

pytestmark = pytest.mark.anyio


async def test_a_file_is_kept_once_and_read_by_the_asker_and_by_each_township_that_is_asked(
    town: str,
) -> None:
    place = await a_town()
    await a_list(place.county)
    officer = await a_viewer("department_officer", place.department)
    asked = {
        "title": "秸秆禁烧巡查",
        "body": "请各村组织巡查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
    }
    made = await intake.submit(
        officer,
        place.department,
        townships=[place.township, place.other_township],
        units=[],
        deadline=today() + 20 * DAY,
        files=[await keep("巡查路线。".encode(), "路线.txt")],
        **asked,
    )
    assert await File.all().count() == 1 and await RequestFile.all().count() == len(made) == 2
    readers = [
        officer,
        *[await a_viewer("coordinator", one) for one in (place.township, place.other_township)],
    ]
    assert [await File.visible_to(one).count() for one in readers] == [1, 1, 1]
    assert [await RequestFile.visible_to(one).count() for one in readers] == [2, 1, 1]
    stranger = await a_viewer("department_officer", place.other_department)
    assert not await File.visible_to(stranger).exists()
