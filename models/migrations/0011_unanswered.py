from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0010_appeal_days")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Assignment",
            name="unanswered_on",
            field=fields.DateField(null=True),
        ),
    ]
