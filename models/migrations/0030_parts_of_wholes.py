"""A credit keeps how much of a whole piece of work it was paid for, so that the next one under the matter counts on it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0029_praise_withheld")]

    initial = False

    operations = [
        ops.AddField(model_name="PointEntry", name="part", field=fields.SmallIntField(null=True)),
    ]
