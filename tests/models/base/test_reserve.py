"""What is kept of a disk is let go only where that makes room."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import NamedTuple

import pytest

from models.base import reserve
from tests.outages.playing import room_is_in

pytestmark = pytest.mark.anyio


async def test_the_room_is_kept_while_another_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files may have a disk of their own, of which nothing is gained by letting go there."""
    room_is_in(tmp_path, monkeypatch)
    assert await reserve.keep()

    async def act() -> None:
        raise OSError(errno.ENOSPC, "")

    with pytest.raises(OSError):
        await reserve.even_when_full(act)
    assert (tmp_path / "reserve").exists()
    await reserve.must_not_be_let_go()


async def test_of_two_who_sign_in_at_once_on_a_full_disk_both_get_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds nothing to let go any more, and room."""
    room_is_in(tmp_path, monkeypatch)
    monkeypatch.setattr(reserve, "_let_go", False)
    monkeypatch.setattr(reserve.shutil, "disk_usage", lambda _: Usage(100 * reserve.SIZE))
    assert await reserve.keep()
    monkeypatch.setattr(reserve.shutil, "disk_usage", lambda _: Usage(0))
    both_failed, came = asyncio.Event(), list[int]()

    async def act() -> str:
        came.append(mine := len(came) + 1)
        if mine == 2:
            both_failed.set()
        await both_failed.wait()
        if mine <= 2:
            raise OSError(errno.ENOSPC, "")
        return "signed in"

    assert await asyncio.gather(*(reserve.even_when_full(act) for _ in range(2))) == ["signed in"] * 2


class Usage(NamedTuple):
    free: int
