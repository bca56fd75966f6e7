"""The newest value of each element at each unit, thousands at a time: one statement for a stretch of the tree.

Both databases look each cell up in the index by unit, element and day, so that what it costs hangs on the cells that are
asked for, and not on how often they were told before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tortoise import Tortoise

PLACES = """FROM "unit" "u" CROSS JOIN "element" "e"{}
 WHERE "u"."path">={} AND "u"."path"<{} AND "u"."level"='village' AND "e"."id" IN ({})"""
NEWEST = """(SELECT {} FROM "data_value" "w" WHERE "w"."unit_id"="u"."id" AND "w"."element_id"="e"."id"
 AND "w"."as_of"<={} AND "w"."state" IN ('stands','dismissed') ORDER BY "w"."as_of" DESC,"w"."id" DESC LIMIT 1)"""
COLUMNS = 'SELECT "u"."id","e"."id","v"."id","v"."value","v"."as_of","v"."origin" '


async def newest(elements: Sequence[int], within: tuple[str, str], on: date) -> Sequence[Any]:
    """Number of unit, element and value, the value, its day and its way in, as the driver gives them (a day is text on SQLite).

    Undisputed, and of a day until `on`; of the villages from a path to before another.
    """
    if not elements:
        return []
    connection = Tortoise.get_connection("default")
    on_postgres = connection.capabilities.dialect == "postgres"
    named = ",".join(str(int(one)) for one in elements)
    if on_postgres:
        joined = " CROSS JOIN LATERAL " + NEWEST.format('"id","value","as_of","origin"', "$1") + ' "v"'
        sql = COLUMNS + PLACES.format(joined, "$2", "$3", named)
    else:
        joined = ' JOIN "data_value" "v" ON "v"."id"=' + NEWEST.format('"w"."id"', "?1")
        sql = COLUMNS + PLACES.format(joined, "?2", "?3", named)
    told = on if on_postgres else on.isoformat()
    return (await connection.execute_query(sql, [told, *within]))[1]
