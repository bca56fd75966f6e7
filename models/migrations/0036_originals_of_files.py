"""What was sent is known by its SHA-256 although a picture is drawn anew, and what is held counts its bytes."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.migrations._neighbours import together


class Migration(migrations.Migration):
    dependencies = [("models", "0035_tied_people")]

    initial = False

    operations = together(
        [
            ops.AddField(
                model_name="File",
                name="original",
                field=fields.CharField(null=True, db_index=True, max_length=64),
            ),
            ops.AddField(model_name="Upload", name="size", field=fields.IntField(default=0, db_default=0)),
        ]
    )
