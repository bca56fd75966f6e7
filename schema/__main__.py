"""Write schema/schema.graphql anew: `python -m schema`; with `released`, also what callers may rely on from now on."""

import sys
from pathlib import Path

from schema import schema

for name in ("schema", *sys.argv[1:2]):
    Path(f"schema/{name}.graphql").write_text(schema.as_str() + "\n")
