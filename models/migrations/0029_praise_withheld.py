"""Praise that would show by subtraction who is last is read by those concerned alone."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("models", "0028_uploads_named")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Commendation",
            name="told",
            field=fields.BooleanField(default=True, db_default=True),
        ),
    ]
