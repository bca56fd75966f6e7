"""Heads of the chain that somebody keeps outside: against them even a trail that was rewritten as a whole is found out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.base.refusals import Invalid
from models.base.sealer import Lease

WRITTEN = re.compile(r"(?:.*\s)?(\d{1,18})\s*[:：\s]\s*([0-9a-fA-F]{64})\b.*")
"""The number and the hash of one event, whatever stands before and after: a day, a time, a signature."""


class Head(NamedTuple):
    """How far the chain went when somebody wrote it down, and the hash there."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head_of(text: str) -> Head:
    """A head as `xingcun head` prints it; raises Invalid for anything else."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None or int(found[1]) < 1:
        raise Invalid(f"“{text.strip()[:40]}”不是封签：应写成 序号:哈希（64 位十六进制）。", field="head")
    return Head(int(found[1]), found[2].lower())


def heads_in(lines: Iterable[str]) -> Iterator[Head]:
    """The heads of a file that keeps one in each line; empty lines and those that begin with # say nothing."""
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield head_of(line)
            except Invalid as no:
                raise Invalid(f"第 {number} 行：{no.reason}", field="heads") from None


async def head_now() -> Head | None:
    """The last sealed event, to be written down and kept outside; None before the first."""
    lease = await Lease.get_or_none(name="sealer")
    return Head(lease.head_seq, lease.head_hash) if lease and lease.head_seq else None
