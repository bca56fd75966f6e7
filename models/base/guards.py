"""Triggers that hold the town's promises even against raw SQL, in the words of both databases.

SQLite needs more of them: its REPLACE deletes a colliding row without firing DELETE triggers, so every guarded
table also refuses an INSERT or UPDATE that would collide with a guarded row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """A table whose rows, once `frozen`, change no more. Conditions are SQL over {row} (a row), NEW or OLD."""

    table: str
    says: str
    frozen: str = "TRUE"
    """Which rows no longer change, but for `may_change` provided that `provided` holds."""
    kept: str = ""
    """Which rows are neither deleted nor replaced (default: the frozen ones)."""
    born: str = "TRUE"
    """What every new row must be."""
    stays: str = "TRUE"
    """What every updated row must be."""
    keys: tuple[tuple[str, ...], ...] = (("id",),)
    """The table's unique columns, by which REPLACE would push a row out."""
    columns: tuple[str, ...] = ()
    may_change: tuple[str, ...] = ()
    provided: str = "FALSE"


@dataclass(frozen=True)
class Moves:
    """A table whose rows begin in certain states, and go from one to another by these moves alone."""

    table: str
    born: tuple[str, ...]
    moves: Mapping[str, tuple[str, ...]]
    """By state, where a row may go from there."""

    @property
    def says(self) -> str:
        return f"no such move of {self.table}"

    @property
    def refused(self) -> str:
        """Of an updated row: that it went where nothing leads."""
        pairs = ", ".join(
            f"'{one}>{other}'" for one, others in sorted(self.moves.items()) for other in sorted(others)
        )
        elsewhere = f" AND (OLD.state || '>' || NEW.state) NOT IN ({pairs})" if pairs else ""
        return f"OLD.state <> NEW.state{elsewhere}"

    @property
    def misplaced(self) -> str:
        """Of a new row: that it does not begin where such rows do."""
        return f"NEW.state NOT IN ({', '.join(repr(one) for one in sorted(self.born))})"


def moves_on_sqlite(of: Moves) -> list[str]:
    """Made anew each time, for a record that has learnt a move."""
    stop = f"BEGIN SELECT RAISE(ABORT, '{of.says}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {of.table}_moves",
        f"DROP TRIGGER IF EXISTS {of.table}_born",
        f"CREATE TRIGGER {of.table}_moves BEFORE UPDATE ON {of.table} WHEN {of.refused} {stop}",
        f"CREATE TRIGGER {of.table}_born BEFORE INSERT ON {of.table} WHEN {of.misplaced} {stop}",
    ]


def moves_on_postgres(of: Moves) -> list[str]:
    """Made anew each time, for a record that has learnt a move."""
    return [
        f"""CREATE OR REPLACE FUNCTION {of.table}_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NOT ({of.misplaced}) THEN RETURN NEW; END IF;
    ELSIF NOT ({of.refused}) THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION '{of.says}' USING ERRCODE = 'check_violation'; END $$""",
        f"DROP TRIGGER IF EXISTS {of.table}_moves ON {of.table}",
        f"CREATE TRIGGER {of.table}_moves BEFORE INSERT OR UPDATE ON {of.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {of.table}_moves()",
    ]


def sqlite_statements(guards: Iterable[Guard]) -> list[str]:
    return [statement for guard in guards for statement in _sqlite(guard)]


def postgres_statements(guards: Iterable[Guard]) -> list[str]:
    return [statement for guard in guards for statement in _postgres(guard)]


def _sqlite(guard: Guard) -> list[str]:
    stop = f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
    collides = " OR ".join("(" + " AND ".join(f"kept.{c} = NEW.{c}" for c in key) + ")" for key in guard.keys)
    replaced = (
        f"EXISTS (SELECT 1 FROM {guard.table} kept WHERE ({collides}) AND ({_of('kept', _kept(guard))})"
    )
    return [
        f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table} "
        f"WHEN {_of('OLD', _kept(guard))} {stop}",
        f"CREATE TRIGGER {guard.table}_no_replace BEFORE INSERT ON {guard.table} "
        f"WHEN {replaced}) OR NOT COALESCE({_of('NEW', guard.born)}, FALSE) {stop}",
        f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table} "
        f"WHEN {_forbidden_update(guard, 'IS NOT')} OR {replaced} AND kept.id <> OLD.id) {stop}",
    ]


def _postgres(guard: Guard) -> list[str]:
    return [
        f"""CREATE FUNCTION {guard.table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
      IF COALESCE({_of("NEW", guard.born)}, FALSE) THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
      IF NOT ({_forbidden_update(guard, "IS DISTINCT FROM")}) THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
      IF NOT ({_of("OLD", _kept(guard))}) THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{guard.says}' USING ERRCODE = 'check_violation'; END $$""",
        f"CREATE TRIGGER {guard.table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.table}_guard()",
        f"CREATE TRIGGER {guard.table}_no_truncate BEFORE TRUNCATE ON {guard.table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {guard.table}_guard()",
    ]


def _forbidden_update(guard: Guard, differs: str) -> str:
    """When an update is refused: the row is frozen and this is not its one allowed change, or it would end wrong."""
    fixed = (c for c in guard.columns if c not in guard.may_change)
    other = " OR ".join(f"NEW.{c} {differs} OLD.{c}" for c in fixed) or "FALSE"
    frozen = f"({_of('OLD', guard.frozen)}) AND (({other}) OR NOT COALESCE({guard.provided}, FALSE))"
    return f"({frozen}) OR NOT COALESCE({_of('NEW', guard.stays)}, FALSE)"


def _kept(guard: Guard) -> str:
    return guard.kept or guard.frozen


def _of(row: str, condition: str) -> str:
    return condition.replace("{row}", row)
