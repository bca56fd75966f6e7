"""The units below a path, or below several, as one value of a condition: what is done there is looked up by unit.

A condition upon the path of a joined unit lets no index in where it stands beside another one, and PostgreSQL guesses it
badly once it plans without the values. The numbers of the units, read first, are good for both, however many paths there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from pypika_tortoise.context import SqlContext
from pypika_tortoise.enums import Dialects
from pypika_tortoise.terms import Term, ValueWrapper
from tortoise.expressions import Subquery

ONE = 'SELECT "id" FROM "unit" WHERE "path">={} AND "path"<{}'
SEVERAL = {
    True: """SELECT "below"."id" FROM UNNEST(STRING_TO_ARRAY({},',')) "top"("path") JOIN "unit" "below"
 ON "below"."path">="top"."path" AND "below"."path"<LEFT("top"."path",-1)||'0'""",
    False: """SELECT "below"."id" FROM JSON_EACH('["'||REPLACE({},',','","')||'"]') "top" CROSS JOIN "unit" "below"
 ON "below"."path">="top"."value" AND "below"."path"<SUBSTR("top"."value",1,LENGTH("top"."value")-1)||'0'""",
}
"""On PostgreSQL, and on SQLite: the paths come as one text, since paths hold no comma."""


def end_of(path: str) -> str:
    """The first string after every path below `path` ("0" follows "/")."""
    return path[:-1] + "0"


class Tops(str):
    """Paths in one text: long where somebody has many posts, and nobody's words."""

    __slots__ = ()


class Below(Term):
    """The numbers of the units at or below some paths, for `…_id__in`."""

    def __init__(self, bound: tuple[str, ...]) -> None:
        super().__init__()
        self.bound = bound
        """Where a single subtree begins and ends, or all tops in one text."""

    @classmethod
    def of(cls, paths: Iterable[str]) -> Below:
        tops: list[str] = []
        for path in sorted(set(paths)):
            if not (tops and path.startswith(tops[-1])):
                tops.append(path)
        return cls((tops[0], end_of(tops[0])) if len(tops) == 1 else (Tops(",".join(tops)),))

    def get_sql(self, ctx: SqlContext) -> str:
        on_postgres = ctx.dialect is Dialects.POSTGRESQL
        text = ONE if len(self.bound) > 1 else SEVERAL[on_postgres]
        select = text.format(*(ValueWrapper(value).get_sql(ctx) for value in self.bound))
        return f"ANY(ARRAY({select}))" if on_postgres else f"({select})"


class Listed(Subquery):
    """The numbers that a query of few rows gives, read first, so that what stands beside it in an OR does not hide the index."""

    def get_sql(self, ctx: SqlContext) -> str:
        if ctx.dialect is not Dialects.POSTGRESQL:
            return super().get_sql(ctx)
        return f"ANY(ARRAY({super().get_sql(ctx.copy(subquery=False))}))"
