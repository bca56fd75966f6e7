"""xingcun pictures: counts, draws, and says what could not be drawn."""

from __future__ import annotations

import argparse

import pytest

from models.files import File
from models.files.storage import place_of
from tests.builders import a_town, a_viewer
from tests.models.files.test_old_pictures import an_old_picture
from tests.pictures import drawn, photo
from views.terminal import pictures

pytestmark = pytest.mark.anyio


async def _told(capsys: pytest.CaptureFixture[str], *, dry_run: bool = False) -> tuple[int, str]:
    code = await pictures.redraw(argparse.Namespace(dry_run=dry_run))
    return code, capsys.readouterr().out


async def test_old_pictures_are_counted_and_drawn_from_the_terminal(
    town: str, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody = await a_viewer("coordinator", (await a_town()).township)
    assert await _told(capsys) == (0, "还没有重画的旧照片：0 张。\n")
    await an_old_picture(somebody, photo())
    assert await _told(capsys, dry_run=True) == (1, "还没有重画的旧照片：1 张。\n")
    code, told = await _told(capsys)
    assert code == 0 and "重画 1 张" in told and (await File.get()).copy
    await an_old_picture(somebody, b"\xff\xd8\xff no")
    code, told = await _told(capsys)
    assert code == 1 and "1 张打不开" in told
    assert (await _told(capsys))[0] == 0
    missing = await an_old_picture(somebody, photo(drawn(60, 60)))
    place_of(missing.sha256).unlink()
    code, told = await _told(capsys)
    assert code == 1 and "1 张现在不在服务器上" in told and "重画 0 张" in told
