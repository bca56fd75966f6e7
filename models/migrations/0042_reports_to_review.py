"""Reports that wait for review are few among all copies there ever were: an index of them alone; another by when copies were decided."""

from typing import Any

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

TO_REVIEW = "CREATE INDEX assignment_to_review ON assignment (task_id) WHERE state = 'reported'"


async def forward(apps: Any, editor: Any) -> None:
    await editor.client.execute_query(TO_REVIEW)


async def backward(apps: Any, editor: Any) -> None:
    await editor.client.execute_query("DROP INDEX assignment_to_review")


class Migration(migrations.Migration):
    dependencies = [("models", "0041_lines_by_place")]

    initial = False

    operations = [
        ops.AddIndex("Assignment", index=Index(fields=["decided_at", "id"])),
        ops.RunPython(forward, backward),
    ]
