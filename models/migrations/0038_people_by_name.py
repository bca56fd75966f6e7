"""People are looked for by their folded name."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0037_sought")]

    initial = False

    operations = [ops.AddIndex("Person", index=Index(fields=["sought"]))]
