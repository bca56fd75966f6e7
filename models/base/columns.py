"""How records declare their columns: each with the word by which people know it, said nowhere else."""

from __future__ import annotations

from typing import Any, TypeVar

from tortoise import fields

F = TypeVar("F")


def column(said: str, field: F) -> F:
    """A column with what it is called in forms, differences, versions and the lists of the dossier."""
    field.said = said  # type: ignore[attr-defined]
    return field


def link(to: str, related_name: str, *, said: str = "", indexed: bool = False, null: bool = False) -> Any:
    """A reference to another record, which nobody can delete as long as something leads to it."""
    # What is referred to was part of what people decided upon: the town ends things, and deletes none.
    more: dict[str, Any] = {"null": null} | ({"db_index": True} if indexed else {})
    made: Any = fields.ForeignKeyField(f"models.{to}", related_name, fields.OnDelete.RESTRICT, **more)
    return column(said, made) if said else made
