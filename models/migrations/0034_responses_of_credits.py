"""A credit keeps the emergency response it was asked for in, so that the next one under the matter counts on it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0033_answered_step_time")]

    initial = False

    operations = [
        ops.AddField(model_name="PointEntry", name="response", field=fields.BigIntField(null=True)),
    ]
