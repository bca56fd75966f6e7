"""Open periods learn what the tasks counted so far come to under two sources at once; closed ones stay as they are."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

TIMELY = "(CASE WHEN e.timely THEN 10000 ELSE 0 END)"
FIRST = "(CASE WHEN e.first_time THEN 10000 ELSE 0 END)"
PAIRS = {
    "timely_quality": (TIMELY, "e.share"),
    "first_quality": (FIRST, "e.share"),
    "timely_first": (TIMELY, FIRST),
}
SPARED = " OR ".join(f"CAST(e.why AS TEXT) LIKE '%\"{why}\"%'" for why in ("suspended", "overload"))
CORRECTED = (
    "EXISTS (SELECT 1 FROM point_entry c LEFT JOIN point_entry r ON r.id = c.reverses_id "
    "WHERE c.kind = 'correction' AND (c.reverses_id = e.id OR r.reverses_id = e.id))"
)
REVERSED = "EXISTS (SELECT 1 FROM point_entry r WHERE r.reverses_id = e.id)"


def plain(one: str, other: str) -> str:
    """Whether both values of a task count as they are: of a spared one, those that are not perfect and not lateness."""
    kept = "FALSE" if TIMELY in (one, other) else f"({one} < 10000 AND {other} < 10000)"
    return f"(NOT {CORRECTED} AND (NOT ({SPARED}) OR {kept}))"


def filled(pair: str) -> str:
    one, other = PAIRS[pair]
    both, counts = f"({one} + {other})", plain(one, other)
    perfect = f"({CORRECTED} OR ({SPARED}) AND {both} = 20000)"
    left_out = f"(NOT {counts} AND NOT {perfect})"
    sums = (
        f"SUM(CASE WHEN {counts} THEN 1 ELSE 0 END), SUM(CASE WHEN {counts} THEN {both} ELSE 0 END), "
        f"SUM(CASE WHEN {counts} THEN CAST({both} AS BIGINT) * {both} ELSE 0 END), "
        f"SUM(CASE WHEN {perfect} THEN 1 ELSE 0 END), SUM(CASE WHEN {left_out} THEN 1 ELSE 0 END)"
    )
    return (
        "INSERT INTO tally (period_id, unit_id, source, n, total, squares, perfect, left_out) "
        f"SELECT p.id, e.unit_id, '{pair}', {sums} FROM point_entry e JOIN unit u ON u.id = e.unit_id "
        "JOIN period p ON e.counts_on BETWEEN p.since AND p.until AND p.closed_at IS NULL "
        "JOIN unit c ON c.id = p.city_id AND u.path LIKE c.path || '%' "
        f"WHERE e.kind = 'task' AND e.person_id IS NULL AND e.counts AND ({CORRECTED} OR NOT {REVERSED}) "
        "GROUP BY p.id, e.unit_id"
    )


async def forward(apps: Any, schema_editor: Any) -> None:
    for pair in PAIRS:
        await schema_editor.client.execute_query(filled(pair))
    await schema_editor.client.execute_query(
        "UPDATE period SET moves = moves + 1, moved_whole = moves + 1 WHERE closed_at IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0013_moves")]

    initial = False

    operations = [ops.RunPython(forward)]
