"""Looking for words: what is asked is folded as what is kept was, so that width, case, blanks and old signs part nobody from it.

class Task(Record):
    title = fields.CharField(max_length=200)
    sought = Sought("title", "code")       # written with them, a line for each

rows.filter(said("０５７５ 防汛"))
"""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from models.base.folding import folded
from models.base.text import kept
from models.base.viewer import NOTHING


class Sought(fields.TextField):
    """The folded words of other columns of its row; no part of what the row says, and so never in the trail."""

    def __init__(self, *of: str, **options: Any) -> None:
        super().__init__(**{"default": "", "db_default": ""} | options)
        self.of = of

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        return words_of(instance, self.of) if isinstance(instance, Model) else value


def words_of(row: Any, columns: tuple[str, ...]) -> str:
    """What a row is found by: each column folded, on a line of its own."""
    return "\n".join(folded(str(getattr(row, column) or "")) for column in columns)


def said(text: str, column: str = "sought") -> Q:
    """Rows that say these words; all of them where nothing was asked, and none for what cannot be folded."""
    words = folded(text)
    if words:
        return Q(**{f"{column}__contains": words})
    return NOTHING if kept(text) else Q()
