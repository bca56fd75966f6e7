"""The exported trail is held against its hashes by a script that shares nothing with the product."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.base.canonical import canonical
from models.base.sealer import seal_all
from models.trail import exported
from tests.leaks.rest import a_whole_world

pytestmark = pytest.mark.anyio
SCRIPT = Path(__file__).parents[3] / "static" / "verify_trail.py"
OF_PYTHON = {"argparse", "hashlib", "json", "sys"}


def test_the_script_is_short_and_stands_alone() -> None:
    text = SCRIPT.read_text("utf-8")
    named = {
        one.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for one in node.names
    }
    assert named <= OF_PYTHON and "from " not in text.replace("from 1", "").split('"""', 2)[2]
    assert len(text.splitlines()) <= 300


def _run(file: Path, lines: list[str], *heads: str) -> tuple[int, str]:
    file.write_text("\n".join(lines), "utf-8")
    asked = [one for head in heads for one in ("--head", head)]
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, file, *asked], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def _sealed_again(lines: list[str]) -> list[str]:
    """Rewritten by somebody who has the whole database, so that it agrees with itself."""
    before, made = "0" * 64, []
    for told in map(json.loads, lines):
        before, kept = (
            hashlib.sha256((before + canonical(told["entry"])).encode()).hexdigest(),
            before,
        )
        made.append(canonical({"entry": told["entry"], "prev_hash": kept, "hash": before}))
    return made


def _altered(line: str, **changes: Any) -> str:
    told = json.loads(line)
    told["entry"] |= changes
    return canonical(told)


@pytest.mark.furnished(by=a_whole_world)
async def test_what_was_altered_dropped_moved_or_rewritten_is_told_by_the_script(
    town: str, tmp_path: Path
) -> None:
    await a_whole_world()
    await seal_all()
    lines, file = [line async for line in exported()], tmp_path / "trail.jsonl"
    last = json.loads(lines[-1])
    head = f"{last['entry']['seq']}:{last['hash']}"
    assert len(lines) > 100 and _run(file, lines, head)[0] == 0
    altered = [*lines[:5], _altered(lines[5], outcome="Task:1"), *lines[6:]]
    assert "第 6 行（序号 6）：内容被改动过" in _run(file, altered)[1]
    assert "与前一条接不上" in _run(file, [*lines[:5], *lines[6:]])[1]
    assert "序号应是 6，却是 7" in _run(file, [*lines[:5], lines[6], lines[5], *lines[7:]])[1]
    rewritten = _sealed_again(altered)
    assert _run(file, rewritten)[0] == 0, "whoever rewrites all of it makes it agree"
    assert "与保管的封签不符" in _run(file, rewritten, head)[1]
    assert "被截短过" in _run(file, lines[:-1], head)[1]
