"""An index for each order in which programs may read tasks, their copies, requests and projects."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.migrations._neighbours import together


class Migration(migrations.Migration):
    dependencies = [("models", "0038_people_by_name")]

    initial = False

    operations = together(
        [
            ops.AddIndex("WorkRequest", index=Index(fields=["submitted_at", "id"])),
            ops.AddIndex("WorkRequest", index=Index(fields=["deadline", "id"])),
            ops.AddIndex("Task", index=Index(fields=["made_at", "id"])),
            ops.AddIndex("Task", index=Index(fields=["due_at", "id"])),
            ops.AddIndex("Assignment", index=Index(fields=["due_at", "id"])),
            ops.AddIndex("Assignment", index=Index(fields=["unit_id", "id"])),
            ops.AddIndex("Project", index=Index(fields=["closes_at", "id"])),
            ops.AddIndex("Project", index=Index(fields=["finish_by", "id"])),
        ]
    )
