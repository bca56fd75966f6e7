"""The files of the code, for tests that read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = sorted(p for part in ("models", "schema", "views") for p in (ROOT / part).rglob("*.py"))
WRITTEN = [p for p in CODE if "migrations" not in p.parts]
WORDS = sorted(p for part in ("templates", "static") for p in (ROOT / part).rglob("*") if p.is_file())
MODELS = [p for p in WRITTEN if p.relative_to(ROOT).parts[0] == "models"]
DOORS = [p for p in WRITTEN if p.relative_to(ROOT).parts[0] in ("schema", "views")]
