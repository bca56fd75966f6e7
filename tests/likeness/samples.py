"""The labelled samples: matters, requests (some meaning none of them) and pairs of requests. All were written for this.

`unseen_requests` and `unseen_wordings` chose nothing. Whoever mends by one of their lines moves it to what was seen,
and writes a new one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def rows(name: str, folder: Path = HERE) -> list[dict[str, Any]]:
    """The lines of one file of samples; a first line with only a heading is passed over."""
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if "_header" not in row]


def area(above: Sequence[float], below: Sequence[float]) -> float:
    """The chance that one of the first is greater than one of the second (area under the curve)."""
    wins = sum((one > other) + (one == other) / 2 for one in above for other in below)
    return wins / (len(above) * len(below))
