"""The process in which a table is read: it takes the file on its standard input and hands rows on, one a line."""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

from models.base.refusals import Invalid
from models.tables.cells import MEMORY, SECONDS, too_large
from models.tables.heads import Column
from models.tables.table import read


def main() -> None:
    """Read one table within its bounds; what is wrong with it is said in the last line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
    os.nice(10)
    name, wanted = json.loads(sys.argv[1])
    columns = tuple(Column(*one) for one in wanted)
    try:
        table = read(name, sys.stdin.buffer.read(), columns)
        _say([table.heads, table.notes, table.is_text, table.left_out])
        for row in table.rows:
            _say(row)
        _say(None)
    except Invalid as wrong:
        _say(wrong.reason)
    except MemoryError:
        _say(too_large().reason)


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=True) + "\n")
