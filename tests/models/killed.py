"""A process that is killed at a chosen statement of a command, as a machine whose power fails."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.sqlite.client import SqliteTransactionWrapper

from models import intake, tasks
from models.base.clock import today
from models.base.database import database
from models.base.viewer import Hat, Viewer
from models.people import Post
from models.tasks import Task
from models.units import Unit
from tests.builders import DAY
from tests.counting import LOGGER, Statements


class Deadly(Statements):
    """Counts statements and commits, and kills this process before one of them: by its number, or what came before it."""

    def __init__(self, at: int | str) -> None:
        super().__init__()
        self.at = at

    def emit(self, record: logging.LogRecord) -> None:
        met = len(self.told)
        super().emit(record)
        if len(self.told) > met:
            self.look()

    def look(self) -> None:
        *before, _ = self.told
        is_there = (
            len(before) >= self.at if isinstance(self.at, int) else any(self.at in one for one in before)
        )
        if is_there:
            os.kill(os.getpid(), signal.SIGKILL)

    def committing(self, commit: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def counted(connection: Any) -> Any:
            self.told.append("COMMIT")
            self.look()
            return commit(connection)

        return counted


async def _viewer(role: str) -> Viewer:
    post = await Post.filter(role=role).order_by("-id").select_related("unit").first()
    assert post is not None
    unit = post.unit
    return Viewer(
        post.person_id, None, role, (Hat(post.pk, role, unit.pk, unit.path, unit.level, unit.name),)
    )


async def ask_everybody() -> None:
    """A department of the city asks every township at once."""
    officer = await _viewer("department_officer")
    office = await Unit.get(pk=officer.unit_id)
    townships = list(await Unit.filter(level="township").order_by("id"))
    words: dict[str, Any] = {
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matter_code": "XZ-NY-01",
        "demands": ["patrol"],
    }
    await intake.submit(officer, office, **words, deadline=today() + 20 * DAY, units=[], townships=townships)


async def send_to_all() -> None:
    """A township sends an approved task to all its villages."""
    task = await Task.get(state="approved").prefetch_related(*Task.judged_with)
    await tasks.dispatch(await _viewer("coordinator"), task)


ACTS = {act.__name__: act for act in (ask_everybody, send_to_all)}


async def play(act: str, at: int | str) -> None:
    """Do it, and be killed after so many statements, or after that one; tells how many there were where it goes through."""
    deadly = Deadly(at)
    async with database():
        with pytest.MonkeyPatch.context() as patch:
            for kind in (TransactionWrapper, SqliteTransactionWrapper):
                patch.setattr(kind, "commit", deadly.committing(kind.commit))
            LOGGER.addHandler(deadly)
            LOGGER.setLevel(logging.DEBUG)
            await ACTS[act]()
            LOGGER.removeHandler(deadly)
    print(len(deadly.told), flush=True)
