"""One moment for every deadline: a day becomes its end in town, and the days that stood beside a moment go."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from models.migrations._neighbours import tell, together

ENDED = {
    "sqlite": "({day} || ' 15:59:59.999999+00:00')",
    "postgres": "(({day} + TIME '23:59:59.999999') AT TIME ZONE 'Asia/Shanghai')",
}
"""The end of a day of the town, as each database writes it."""
BEGUN = {
    "sqlite": "(date({day}, '-1 day') || ' 16:00:00+00:00')",
    "postgres": "(({day} + TIME '00:00') AT TIME ZONE 'Asia/Shanghai')",
}
CLOCK = {"sqlite": "(strftime('%Y-%m-%d %H:%M:%S', {at}) || '+00:00')", "postgres": "{at}"}
"""A moment by the clock; SQLite may have kept it with the town's offset."""
NEVER = "DEFAULT '1990-01-01 00:00:00+00:00'"
"""SQLite adds no column without a value; each row gets its own in the next statement."""

NEW = {
    "sqlite": [
        "ALTER TABLE task RENAME COLUMN due_at TO hour",
        f"ALTER TABLE task ADD COLUMN due_at TIMESTAMP NOT NULL {NEVER}",
        "ALTER TABLE assignment RENAME COLUMN due_at TO hour",
        f"ALTER TABLE assignment ADD COLUMN due_at TIMESTAMP NOT NULL {NEVER}",
        f"ALTER TABLE extension ADD COLUMN until_at TIMESTAMP NOT NULL {NEVER}",
    ],
    "postgres": [
        "ALTER TABLE task RENAME COLUMN due_at TO hour",
        "ALTER TABLE task ADD COLUMN due_at TIMESTAMPTZ",
        "ALTER TABLE assignment RENAME COLUMN due_at TO hour",
        "ALTER TABLE assignment ADD COLUMN due_at TIMESTAMPTZ",
        "ALTER TABLE extension ADD COLUMN until_at TIMESTAMPTZ",
    ],
}
FILLED = [
    "UPDATE task SET due_at = CASE WHEN hour IS NULL THEN {ended_due_on} ELSE {clock_hour} END",
    # What was put off kept its old hour: its day is the later word.
    "UPDATE assignment SET due_at = CASE WHEN hour IS NULL OR due_on > (SELECT t.due_on FROM task t "
    "WHERE t.id = assignment.task_id) THEN {ended_due_on} ELSE {clock_hour} END",
    "UPDATE assignment SET granted_until = due_at WHERE due_at > "
    "(SELECT t.due_at FROM task t WHERE t.id = assignment.task_id)",
    "UPDATE assignment SET suspended_at = {begun_suspended_on}, suspended_from = CASE "
    "WHEN reported_at IS NOT NULL AND decided_at IS NOT NULL THEN 'returned' "
    "WHEN received_at IS NOT NULL THEN 'received' ELSE 'dispatched' END "
    "WHERE suspended_on IS NOT NULL AND state IN ('suspended', 'objected')",
    "UPDATE extension SET until_at = {ended_until}",
]
GONE = [
    "ALTER TABLE task DROP COLUMN due_on",
    "ALTER TABLE task DROP COLUMN hour",
    "ALTER TABLE assignment DROP COLUMN due_on",
    "ALTER TABLE assignment DROP COLUMN hour",
    "ALTER TABLE assignment DROP COLUMN suspended_on",
    'ALTER TABLE extension DROP COLUMN "until"',
]
REQUIRED = [
    "ALTER TABLE task ALTER COLUMN due_at SET NOT NULL",
    "ALTER TABLE assignment ALTER COLUMN due_at SET NOT NULL",
    "ALTER TABLE extension ALTER COLUMN until_at SET NOT NULL",
]


class Told(ops.TortoiseOperation):
    """What the statements of `forward` do to the columns, told to the models; the tables keep their triggers."""

    def __init__(self, *operations: ops.TortoiseOperation) -> None:
        self.operations = operations

    def state_forward(self, app_label: str, state: Any) -> None:
        tell(self.operations, app_label, state)


async def forward(apps: Any, editor: Any) -> None:
    dialect = "sqlite" if editor.client.capabilities.dialect == "sqlite" else "postgres"
    words = {
        "ended_due_on": ENDED[dialect].format(day="due_on"),
        "ended_until": ENDED[dialect].format(day='"until"'),
        "begun_suspended_on": BEGUN[dialect].format(day="suspended_on"),
        "clock_hour": CLOCK[dialect].format(at="hour"),
    }
    filled = [statement.format(**words) for statement in FILLED]
    required = [] if dialect == "sqlite" else REQUIRED
    for statement in (*NEW[dialect], *filled, *required, *GONE):
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0015_publication")]
    operations = [
        ops.AddField("Assignment", "granted_until", fields.DatetimeField(null=True)),
        ops.AddField("Assignment", "rested_days", fields.IntField(default=0, db_default=0)),
        ops.AddField("Assignment", "suspended_at", fields.DatetimeField(null=True)),
        ops.AddField(
            "Assignment", "suspended_from", fields.CharField(max_length=12, default="", db_default="")
        ),
        ops.RemoveIndex("Assignment", fields=["unit_id", "state", "due_on"]),
        ops.RunPython(forward),
        Told(
            ops.RemoveField("Task", "due_on"),
            ops.AlterField("Task", "due_at", fields.DatetimeField()),
            ops.RemoveField("Assignment", "due_on"),
            ops.AlterField("Assignment", "due_at", fields.DatetimeField()),
            ops.RemoveField("Assignment", "suspended_on"),
            ops.RemoveField("Extension", "until"),
            ops.AddField("Extension", "until_at", fields.DatetimeField()),
        ),
        ops.AddIndex("Assignment", index=Index(fields=["unit_id", "state", "due_at"])),
    ]
    operations = together(operations)
