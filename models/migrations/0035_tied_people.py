"""A person knows who lately enrolled or appointed them, or gave them a password; of those from before nothing is known."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0034_responses_of_credits")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Person",
            name="tied_until",
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
