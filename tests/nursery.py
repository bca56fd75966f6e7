"""A process that has read all the code once and begins servers from there: each would else read it anew for seconds.

It takes one line of JSON for each server and answers with the number of the process that became one.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.town_clock import ahead, xingcun

ROOT = Path(__file__).parents[1]


@dataclass
class Child:
    """A server that the nursery began: no child of this process, and so known by a handle of its own."""

    pid: int
    handle: int

    def has_ended(self, within: float = 0) -> bool:
        return bool(select.select([self.handle], [], [], within)[0])

    def end(self, patience: float) -> None:
        """Ask it to end, and make it end."""
        for sign, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, patience)):
            if not self.has_ended():
                signal.pidfd_send_signal(self.handle, sign)
                self.has_ended(wait)
        os.close(self.handle)


class Nursery:
    """Begins `xingcun` with these words at the moment of the test, in this environment, writing into a file."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def begin(self, *words: str, log: Path) -> Child:
        told = {"ahead": ahead(), "words": words, "environment": dict(os.environ), "log": str(log)}
        log.touch()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        return Child(pid, os.pidfd_open(pid))


@contextmanager
def a_nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.nursery"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin
        process.stdin.close()


def main() -> None:
    import views.application  # noqa: F401 - what every server needs
    from views.base.static import files

    files()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
        print(pid, flush=True)


def _become(ahead: float, words: list[str], environment: dict[str, str], log: str) -> Any:
    """In the new process: the server, until it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, nothing = os.open(log, os.O_WRONLY | os.O_APPEND), os.open(os.devnull, os.O_RDONLY)
    for stream, to in enumerate((nothing, out, out)):
        os.dup2(to, stream)
    os.environ.clear()
    os.environ.update(environment)
    code: Any = 1
    try:
        xingcun(ahead, words)
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
    finally:
        sys.stdout.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
