"""What each request costs by its own terms, for the askers' figures; requests of before are counted from what they hold."""

import json
from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from models.migrations._neighbours import together

LATEST = (
    "SELECT s.request_id AS id, s.inputs AS told FROM screening s WHERE s.kind = 'automatic' "
    "AND s.id = (SELECT MAX(l.id) FROM screening l WHERE l.request_id = s.request_id AND l.kind = 'automatic')"
)
UNTICKED = "SELECT id, unticked AS told FROM work_request"


async def count_what_is_held(apps: Any, editor: Any) -> None:
    """How much notice they left stays unknown: no rule called it short in their day."""
    for row in await editor.client.execute_query_dict(LATEST):
        inputs = json.loads(row["told"])
        elements = inputs.get("elements", [])
        wanted = len(elements) * inputs.get("villages", 0)
        held = sum(element["held"] for element in elements)
        if wanted:
            await _set(editor, f"fields_wanted = {int(wanted)}, fields_held = {int(held)}", row["id"])
    for row in await editor.client.execute_query_dict(UNTICKED):
        told = json.loads(row["told"]) if isinstance(row["told"], str) else row["told"]
        if told:
            await _set(editor, f"waived = {len(told)}", row["id"])


async def _set(editor: Any, what: str, number: int) -> None:
    await editor.client.execute_query(f"UPDATE work_request SET {what} WHERE id = {int(number)}")


class Migration(migrations.Migration):
    dependencies = [("models", "0006_surveys")]
    operations = [
        ops.AddIndex(model_name="Task", index=Index(fields=["township_id", "dispatched_at"])),
        ops.AddField(model_name="WorkRequest", name="notice_days", field=fields.IntField(null=True)),
        ops.AddField(model_name="WorkRequest", name="notice_due", field=fields.IntField(null=True)),
        ops.AddField(model_name="WorkRequest", name="waived", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(
            model_name="WorkRequest", name="fields_wanted", field=fields.IntField(default=0, db_default=0)
        ),
        ops.AddField(
            model_name="WorkRequest", name="fields_held", field=fields.IntField(default=0, db_default=0)
        ),
        ops.AddIndex(model_name="WorkRequest", index=Index(fields=["township_id", "submitted_at"])),
        ops.RunPython(count_what_is_held),
    ]
    operations = together(operations)
