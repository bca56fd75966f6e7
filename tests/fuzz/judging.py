"""What no answer may be, whatever it answers."""

from __future__ import annotations

import re
from collections import Counter

import httpx

INTERNAL = re.compile(
    r"Traceback|File \"|\.py\b|tortoise|asyncpg|sqlite|postgres|starlette|strawberry|SELECT .{1,80}\bFROM\b|INSERT INTO|\"INTERNAL\""
    r"|NoneType|object has no attribute|isoformat|invalid literal|ConversionSyntax|InvalidOperation|codec can't"
    r"|OverflowError|ValueError|TypeError|KeyError|Exception\b|系统出了问题|系统出错了"
)
"""Words of the machinery; what is sent to it holds none of them."""


class Judge:
    """Counts the answers by status and keeps what was wrong with any, with what had been sent."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def hear(self, answer: httpx.Response, sent: object, *, of_api: bool = False) -> None:
        self.statuses[answer.status_code] += 1
        kind = answer.headers.get("content-type", "")
        told = answer.text if "html" in kind or "json" in kind else ""
        found = INTERNAL.search(told)
        faults = [f"{answer.status_code}"] if answer.status_code >= 500 else []
        faults += (
            [f"says {found[0]!r} in {told[max(0, found.start() - 200) : found.end() + 200]!r}"]
            if found
            else []
        )
        if of_api and "json" not in kind:
            faults.append(f"is {kind}")
        if faults:
            self.wrong.append(f"{'; '.join(faults)} <- {str(sent)[:1200]}")

    @property
    def told(self) -> str:
        return ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
