"""Write schema/schema.graphql anew: `python -m schema`."""

from pathlib import Path

from schema import schema

Path("schema/schema.graphql").write_text(schema.as_str() + "\n")
