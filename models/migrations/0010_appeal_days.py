from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0009_evaluation_guards")]

    initial = False

    operations = [
        ops.AddField(
            model_name="VillageIndex",
            name="appeals_until",
            field=fields.DateField(null=True),
        ),
    ]
