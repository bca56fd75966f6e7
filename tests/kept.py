"""What takes long to make and is the same in every run: kept beside pytest's own cache, made anew when its making changes."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKING = ("migrations/*.py", "base/guards.py", "base/sqlite.py", "base/database.py", "base/migrating.py")
"""What decides how an empty town looks, beside the libraries."""


def kept(config: pytest.Config, name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder of this name: whoever comes first makes it, the other workers and later runs find it."""
    assert config.cache is not None
    all_of_them = config.cache.mkdir("towns")
    folder = all_of_them / _state()
    if not folder.exists():
        for older in all_of_them.iterdir():
            shutil.rmtree(older, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    made, half = folder / name, folder / f"{name}.half"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(half, ignore_errors=True)
            half.unlink(missing_ok=True)
            make(half)
            half.rename(made)
    return made


@cache
def _state() -> str:
    """A digest of everything that decides how it is made."""
    files = [path for part in MAKING for path in sorted((ROOT / "models").glob(part))]
    digest = hashlib.sha256()
    for path in (*files, ROOT / "tests/databases.py", ROOT / "requirements.lock"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
