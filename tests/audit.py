"""What the package index answers of every version in the lock: python -m tests.audit (make audit).

Fetched anew and held against its hashes; withdrawn by its authors or not; known faults, where the index tells them.
An index that does not answer of known faults is told as that: it is not a clean bill.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"


@dataclass(frozen=True)
class Withdrawn:
    """What was fetched by its hash, and which of it its authors have withdrawn."""

    fetched: frozenset[str]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Faults:
    """Known faults by package, and the packages of which the index told nothing."""

    known: dict[str, list[str]]
    answered: int
    silent: tuple[str, ...]


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True)


def fetched() -> Withdrawn:
    """Fetch all of the lock as a new machine would, and install nothing; exits where a hash does not agree."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        told = python(
            *(
                "pip",
                "install",
                "--quiet",
                "--dry-run",
                "--ignore-installed",
                "--no-deps",
                "--require-hashes",
            ),
            *("--requirement", str(LOCK), "--report", str(report)),
        )
        if told.returncode:
            sys.exit(told.stderr)
        return withdrawn(json.loads(report.read_text()))


def withdrawn(report: dict[str, Any]) -> Withdrawn:
    told = [(_said(one["metadata"]), one.get("is_yanked", False)) for one in report["install"]]
    return Withdrawn(frozenset(name for name, _ in told), tuple(name for name, gone in told if gone))


def faults() -> Faults:
    told = python(
        "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json"
    )
    if not told.stdout:
        sys.exit(told.stderr)
    return known(json.loads(told.stdout)["dependencies"])


def known(dependencies: list[dict[str, Any]]) -> Faults:
    silent = tuple(one["name"] for one in dependencies if "skip_reason" in one)
    told = [one for one in dependencies if "skip_reason" not in one]
    return Faults(
        {_said(one): [each["id"] for each in one["vulns"]] for one in told if one["vulns"]}, len(told), silent
    )


def _said(package: dict[str, Any]) -> str:
    return f"{package['name']} {package['version']}"


def main() -> int:
    here, told = fetched(), faults()
    print(
        f"{len(here.fetched)} packages of the lock were fetched anew; every file has the hash the lock names."
    )
    print(f"Withdrawn by their authors: {', '.join(here.names) or 'none'}.")
    print(f"Asked for known faults: {told.answered} answered, {len(told.silent)} not answered by this index.")
    for name, ids in told.known.items():
        print(f"  {name}: {', '.join(ids)}")
    return 1 if here.names or told.known else 0


if __name__ == "__main__":
    sys.exit(main())
