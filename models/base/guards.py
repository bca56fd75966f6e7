"""Triggers that hold the town's promises even against raw SQL, in the words of both databases.

SQLite needs more of them: its REPLACE deletes a colliding row without firing DELETE triggers, so every guarded
table also refuses an INSERT or UPDATE that would collide with a guarded row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Guard:
    """A table whose rows, once `frozen`, can be neither changed, deleted nor replaced.

    `frozen` is an SQL condition over the row's columns, written with {row} for the row (OLD or an alias).
    `seal` names columns that may be set once, together, from NULL; `born` is a condition for new rows.
    """

    table: str
    says: str
    frozen: str = "TRUE"
    keys: tuple[tuple[str, ...], ...] = (("id",),)
    columns: tuple[str, ...] = ()
    seal: tuple[str, ...] = ()
    born: str = "TRUE"
    stays: str = "TRUE"
    """A condition over NEW that every update of an unfrozen row must keep."""
    extra: tuple[str, ...] = field(default=())


def sqlite_statements(guards: Iterable[Guard]) -> list[str]:
    return [statement for guard in guards for statement in _sqlite(guard)]


def postgres_statements(guards: Iterable[Guard]) -> list[str]:
    return [statement for guard in guards for statement in _postgres(guard)]


def _sqlite(guard: Guard) -> list[str]:
    stop = f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
    collides = " OR ".join(
        "(" + " AND ".join(f"kept.{c} = NEW.{c}" for c in key) + ")" for key in guard.keys
    )
    replaced = f"EXISTS (SELECT 1 FROM {guard.table} kept WHERE ({collides}) AND ({_of('kept', guard.frozen)})"
    return [
        f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table} "
        f"WHEN {_of('OLD', guard.frozen)} {stop}",
        f"CREATE TRIGGER {guard.table}_no_replace BEFORE INSERT ON {guard.table} "
        f"WHEN {replaced}) OR NOT ({_of('NEW', guard.born)}) {stop}",
        f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table} "
        f"WHEN {_forbidden_update(guard, 'IS NOT')} OR {replaced} AND kept.id <> OLD.id) {stop}",
    ]


def _postgres(guard: Guard) -> list[str]:
    return [
        f"""CREATE FUNCTION {guard.table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
      IF {_of("NEW", guard.born)} THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
      IF NOT ({_forbidden_update(guard, "IS DISTINCT FROM")}) THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
      IF NOT ({_of("OLD", guard.frozen)}) THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{guard.says}' USING ERRCODE = 'check_violation'; END $$""",
        f"CREATE TRIGGER {guard.table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.table}_guard()",
        f"CREATE TRIGGER {guard.table}_no_truncate BEFORE TRUNCATE ON {guard.table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {guard.table}_guard()",
    ]


def _forbidden_update(guard: Guard, differs: str) -> str:
    """The condition under which an update is refused: a frozen row, or a seal not set whole and once."""
    frozen = _of("OLD", guard.frozen)
    if guard.seal:
        changed = " OR ".join(f"NEW.{c} {differs} OLD.{c}" for c in guard.columns if c not in guard.seal)
        half_set = " OR ".join(f"OLD.{c} IS NOT NULL OR NEW.{c} IS NULL" for c in guard.seal)
        frozen = f"{frozen} AND ({changed} OR {half_set})"
    return f"({frozen}) OR NOT ({_of('NEW', guard.stays)})"


def _of(row: str, condition: str) -> str:
    return condition.replace("{row}", row)
