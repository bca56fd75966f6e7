"""Who a session or a token belongs to, with the posts they hold today: one statement, written once, on every request.

Nothing is remembered, so whoever is signed out, moved or ended is so at once, in every process.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from tortoise import Tortoise
from tortoise.exceptions import OperationalError

from models.accounts.passwords import token_hash
from models.accounts.records import Session
from models.accounts.sessions import rests_until
from models.base.clock import now, today
from models.base.settings import settings
from models.base.viewer import Hat, Viewer
from models.people.records import made_by, tied_by

STEPS = 12
"""In so many steps a session in use moves its end on, so that not every page writes."""
WHO = """account.id, person.id, person.name, person.tied_until, post.id, post.role, unit.id, unit.path, unit.level,
  unit.name, post.duties"""
HELD = "post.from_on <= $3 AND (post.until_on IS NULL OR post.until_on >= $3)"
OF_A_SESSION = f"""SELECT {WHO}, shown.id, shown.must_change, shown.made_at, shown.expires_at FROM
  (SELECT s.id, s.account_id, s.made_at, s.expires_at, a.must_change FROM session s JOIN account a ON a.id = s.account_id
   WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND a.ended_at IS NULL) shown
  JOIN account ON account.id = shown.account_id JOIN person ON person.id = account.person_id
  JOIN post ON post.person_id = person.id AND {HELD} JOIN unit ON unit.id = post.unit_id ORDER BY post.id"""  # noqa: S608
OF_A_TOKEN = f"""SELECT {WHO} FROM api_token shown JOIN post ON post.id = shown.post_id AND {HELD}
  JOIN unit ON unit.id = post.unit_id JOIN person ON person.id = post.person_id
  JOIN account ON account.person_id = person.id AND account.ended_at IS NULL
  WHERE shown.token_hash = $1 AND shown.revoked_at IS NULL AND shown.expires_at > $2"""  # noqa: S608


class Known(NamedTuple):
    """A session in force, as far as pages need it."""

    id: int
    must_change: bool
    """Whether a password has to be chosen before anything else."""


async def viewer_of_session(token: str) -> tuple[Viewer, Known] | None:
    """Who a session cookie belongs to, with the posts held today, or None.

    Rights come from posts: whoever holds none any more is signed out.
    """
    rows = await _shown(OF_A_SESSION, token)
    if not rows:
        return None
    number, must_change, made_at, expires_at = tuple(rows[0])[-4:]
    until = rests_until(_moment(made_at))
    if abs(until - _moment(expires_at)) > timedelta(hours=settings().idle_hours) / STEPS:
        await _go_on(number, until)
    return _viewer(rows, "session"), Known(number, bool(must_change))


async def viewer_of_token(token: str) -> Viewer | None:
    """Who an API token stands for: one post, while it is held and the account is open."""
    rows = await _shown(OF_A_TOKEN, token)
    return _viewer(rows, "token") if rows else None


async def _shown(sql: str, token: str) -> list[Any]:
    """A row for each post held today; none for what opens nothing."""
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        sql = sql.replace("$", "?")
    return list((await connection.execute_query(sql, [token_hash(token), now(), today()]))[1])


def _viewer(rows: list[Any], via: Literal["session", "token"]) -> Viewer:
    account, person, name, until = tuple(rows[0])[:4]
    hats = tuple(_hat(*tuple(row)[4:11]) for row in rows)
    ties = _read(until)
    return Viewer(person, account, name, hats, via, tied_by(ties), made_by(ties))


def _hat(post: int, role: str, unit: int, path: str, level: str, name: str, duties: Any) -> Hat:
    return Hat(post, role, unit, path, level, name, frozenset(_read(duties)))


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


def _moment(told: Any) -> datetime:
    """SQLite keeps instants as text."""
    return datetime.fromisoformat(told) if isinstance(told, str) else told


async def _go_on(session: int, until: datetime) -> None:
    """Let a session last from this use of it; a disk that takes nothing more keeps nobody from reading."""
    with suppress(OperationalError):
        await Session.filter(pk=session, revoked_at=None).update(expires_at=until)
