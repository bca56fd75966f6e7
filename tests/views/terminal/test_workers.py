"""`xingcun serve --workers`: several processes answer at one port, and end together."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from models.base.sealer import me
from tests.town_clock import python
from tests.views.terminal.test_cli import address_of, migrated, serve, well
from views.terminal.workers import several

pytestmark = pytest.mark.running
ASLEEP = r"""
import os, sys, time
from views.terminal.workers import begun
def sleep():
    os.write(1, b"at work\n")  # a whole line at once, whoever else speaks
    time.sleep(6000)
workers = begun(2, sleep)
os.write(1, b"%d %d\n" % tuple(workers.pids))
sys.exit(workers.serve())
"""
PATIENCE = 120
"""Seconds for what takes parts of one, on a machine that is busy with something else."""


def _is_there(pid: int) -> bool:
    """Not yet ended: what nobody has asked for since it did is there by its number alone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_two_processes_answer_at_one_port_and_end_with_the_first(
    tmp_path: Path, sqlite_template: Path
) -> None:
    with serve(migrated(tmp_path, sqlite_template), "--workers", "2") as serving:
        try:
            assert well(address_of(serving)) == 200
            of = Path(f"/proc/{serving.pid}/task/{serving.pid}/children")
            workers = [int(pid) for pid in of.read_text().split()]
            serving.send_signal(signal.SIGTERM)
            assert serving.wait(PATIENCE) == 0 and len(workers) == 2 and not any(map(_is_there, workers))
        finally:
            serving.kill()


@contextmanager
def _asleep() -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A first process and the numbers of two at work for it; nobody is left when the block ends, however it does."""
    with subprocess.Popen(python("-c", ASLEEP), stdout=subprocess.PIPE, text=True) as process:
        workers: list[int] = []
        try:
            assert process.stdout is not None
            told = sorted(process.stdout.readline() for _ in range(3))  # whoever is quickest speaks first
            workers += map(int, told[0].split())
            assert told[1:] == ["at work\n"] * 2
            yield process, workers
        finally:
            for pid in (process.pid, *workers):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def test_where_one_ends_by_itself_all_do_so_that_whoever_watches_begins_them_again() -> None:
    with _asleep() as (process, (first, second)):
        os.kill(first, signal.SIGKILL)
        assert process.wait(PATIENCE) == 1 and not _is_there(second)


def test_where_the_first_is_gone_without_a_word_the_others_end_too() -> None:
    with _asleep() as (process, workers):
        process.kill()
        process.wait()
        end = time.monotonic() + PATIENCE
        while any(map(_is_there, workers)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(map(_is_there, workers))


def test_no_two_of_them_are_one_holder_of_a_lease() -> None:
    out, told = os.pipe()
    if (child := os.fork()) == 0:
        os.write(told, me().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(out, 100).decode() not in ("", me())
    os.close(out)
    os.close(told)


def test_how_many_makes_sense() -> None:
    assert [several(many) for many in ("1", "64")] == [1, 64]
    for many in ("0", "65", "two", "-1", "٣"):
        with pytest.raises(argparse.ArgumentTypeError, match=r"1 至 64|不是"):
            several(many)
