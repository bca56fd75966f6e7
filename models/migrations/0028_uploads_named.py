"""Bytes of files that were sent ahead and never used are let go with them."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.migrations._neighbours import together


class Migration(migrations.Migration):
    dependencies = [("models", "0027_excuses_of_steps")]

    initial = False

    operations = together(
        [
            ops.AddField(
                model_name="Upload",
                name="digest",
                field=fields.CharField(default="", max_length=64, db_default=""),
            ),
            ops.AddField(
                model_name="Upload", name="named", field=fields.BooleanField(default=False, db_default=False)
            ),
        ]
    )
