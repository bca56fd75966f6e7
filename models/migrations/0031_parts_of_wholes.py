"""A credit keeps how much of a whole piece of work it was paid for, so that the next one under the matter counts on it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0030_alarms_of_an_hour")]

    initial = False

    operations = [
        ops.AddField(model_name="PointEntry", name="part", field=fields.SmallIntField(null=True)),
    ]
