"""What a person does not want to hear of outside the application."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0023_one_task_for_a_request")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InboxSilence",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("person_id", fields.BigIntField()),
                ("topic", fields.CharField(max_length=12)),
            ],
            options={
                "table": "inbox_silence",
                "app": "models",
                "unique_together": (("person_id", "topic"),),
                "pk_attr": "id",
                "table_description": "A subject of which a person wants no reminder outside the application.",
            },
            bases=["Record"],
        ),
    ]
