"""A process that has read all the code once and begins others from there: each would else read it anew for seconds.

It takes one line of JSON for each of them and answers with the number of the process that became one.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NoReturn

from tests.town_clock import ahead, started

ROOT = Path(__file__).parents[1]


@dataclass
class Child:
    """A process that the nursery began: no child of this one, and so known by a handle of its own."""

    pid: int
    handle: int
    log: Path
    errors: Path

    def ended(self, patience: float) -> subprocess.CompletedProcess[str]:
        """What it wrote and how it ended, once it has; whoever is not ready in time is made to end."""
        if not self.has_ended(patience):
            self.end(0)
            raise AssertionError(f"{self.pid} did not end in {patience} s:\n{self.errors.read_text()}")
        os.close(self.handle)
        code = int(_beside(self.log).read_text() or -1)
        return subprocess.CompletedProcess([], code, self.log.read_text(), self.errors.read_text())

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
    """Begins `xingcun` with these words at the moment of the test, or a program with `-c`, writing into files."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def begin(
        self, *words: str, log: Path, errors: Path | None = None, environment: dict[str, str] | None = None
    ) -> Child:
        """In this environment or another one; what is wrong is written after the rest, or apart from it."""
        errors = errors or log
        told: dict[str, Any] = {
            "ahead": ahead(),
            "words": words,
            "environment": environment or dict(os.environ),
        }
        for file in (log, errors, _beside(log)):
            file.touch()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(told | {"log": str(log), "errors": str(errors)}) + "\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        return Child(pid, os.pidfd_open(pid), log, errors)

    def run(
        self, *words: str, folder: Path, environment: dict[str, str] | None = None, patience: float
    ) -> subprocess.CompletedProcess[str]:
        """One that ends by itself, with its files in a new folder within this one."""
        within = Path(mkdtemp(dir=folder))
        files = {"log": within / "said", "errors": within / "wrong"}
        return self.begin(*words, **files, environment=environment).ended(patience)


def _beside(log: Path) -> Path:
    """Where a process leaves how it ended."""
    return log.with_name(f"{log.name}.code")


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
    import views.application  # what every server needs
    import views.terminal.cli  # noqa: F401 - and every command
    from views.base.pages import templates
    from views.base.static import files

    files()
    for name in templates.list_templates(["html"]):
        templates.get_template(name)
    for line in sys.stdin:
        _let_go()
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
        print(pid, flush=True)


def _let_go() -> None:
    """Forget whoever has ended: not before the next one begins, as a handle of the last may yet be asked for."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _become(ahead: float, words: list[str], environment: dict[str, str], log: str, errors: str) -> NoReturn:
    """In the new process: the server or command, until it ends."""
    out, wrong = (os.open(file, os.O_WRONLY | os.O_APPEND) for file in (log, errors))
    for stream, to in enumerate((os.open(os.devnull, os.O_RDONLY), out, wrong)):
        os.dup2(to, stream)
    os.environ.clear()
    os.environ.update(environment)
    code: Any = 1
    try:
        started(ahead, words)
        code = 0
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        number = code if isinstance(code, int) else int(code is not None)
        _beside(Path(log)).write_text(str(number))
        os._exit(number)


if __name__ == "__main__":
    main()
