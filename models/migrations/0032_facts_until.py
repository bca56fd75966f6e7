"""Until when a fact may be disputed is said with the opening, and stays what it was whatever is decided later."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

BEFORE = """UPDATE project SET facts_until = {later} WHERE opened_at IS NOT NULL"""
DAYS = """COALESCE((SELECT said.value FROM policy said JOIN unit above ON above.id = said.unit_id
  JOIN unit here ON here.path LIKE above.path || '%' WHERE here.id = project.township_id
  AND said.name = 'fact_dispute_days' AND said.from_on <= {day}
  ORDER BY above.path DESC, said.from_on DESC, said.id DESC LIMIT 1), 5)"""
SQLITE_DAY = "date(opened_at, '+8 hours')"
POSTGRES_DAY = "CAST(opened_at AT TIME ZONE 'Asia/Shanghai' AS date)"


async def forward(apps: Any, editor: Any) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        later = f"date({SQLITE_DAY}, '+' || {DAYS.format(day=SQLITE_DAY)} || ' days')"
    else:
        later = f"{POSTGRES_DAY} + {DAYS.format(day=POSTGRES_DAY)}"
    await editor.client.execute_query(BEFORE.format(later=later))


class Migration(migrations.Migration):
    dependencies = [("models", "0031_parts_of_wholes")]

    initial = False

    operations = [
        ops.AddField(model_name="Project", name="facts_until", field=fields.DateField(null=True)),
        ops.RunPython(forward),
    ]
