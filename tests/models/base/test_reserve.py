"""What is kept of a disk is let go only where that makes room."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from models.base import reserve
from tests.troubles.playing import room_is_in

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
