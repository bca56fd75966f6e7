"""The stage of an alarm says of which hour it is: one put off within its day is told anew."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Widened(ops.AlterField):
    """SQLite measures no text, and by making the table anew it would lose what holds each reminder once."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, editor: Any = None
    ) -> None:
        if editor is not None and editor.DIALECT != "sqlite":
            await super().database_forward(app_label, old_state, new_state, editor)


class Migration(migrations.Migration):
    dependencies = [("models", "0029_praise_withheld")]

    initial = False

    operations = [
        Widened(model_name="Reminder", name="stage", field=fields.CharField(default="", max_length=40))
    ]
