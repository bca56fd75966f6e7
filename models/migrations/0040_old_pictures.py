"""Of a picture attached before pictures were drawn anew, a copy is kept that is shown instead."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0039_orders")]

    initial = False

    operations = [
        ops.AddField(
            model_name="File",
            name="redrawn",
            field=fields.CharField(null=True, db_index=True, max_length=64),
        )
    ]
