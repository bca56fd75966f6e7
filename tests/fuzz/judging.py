"""What no answer may be, whatever it answers, and what nobody's request may do to all others meanwhile."""

from __future__ import annotations

import asyncio
import gc
import re
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

import httpx

from models.base.error_codes import ErrorCode
from tests.heart import Heart, beating, megabytes_held
from views.application import have_at_hand

INTERNAL = re.compile(
    r"Traceback|File \"|(?<!\.[0-9a-f]{12})\.py\b|tortoise|asyncpg|sqlite|postgres|starlette|strawberry|SELECT .{1,80}\bFROM\b|INSERT INTO"
    r"|NoneType|object has no attribute|isoformat|invalid literal|ConversionSyntax|InvalidOperation|codec can't"
    r"|OverflowError|ValueError|TypeError|KeyError|Exception\b|系统出了问题|系统出错了"
)
"""Words of the machinery; what is sent to it holds none of them, and a script to be downloaded has its digest before `.py`."""
ENGLISH = re.compile(
    r"\b(?:Cannot|Expected|Unknown|Syntax Error|must|cannot represent|is not|Did you mean)\b"
)
"""How graphql-core speaks; nothing that is sent does."""
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
REST = 50
"""After so many requests what nobody holds any more is swept up, and the memory looked at."""
A_TRIFLE = 24
"""Megabytes that a process may take more after the first third of a long walk: caches that fill up to their bounds."""


class Judge:
    """Counts the answers by status and keeps what was wrong with any, with what had been sent."""

    def __init__(self, heart: Heart | None = None) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.heart, self.held = heart or Heart(), [megabytes_held()]

    async def ask(
        self, answering: Awaitable[httpx.Response], sent: object, *, of_api: bool = False
    ) -> httpx.Response:
        """The answer, heard; the heart beats for nothing else, neither for what was written nor for the judging of it."""
        await asyncio.sleep(0)
        self.heart.doing, self.heart.rests = str(sent)[:400], False
        answer = await answering
        await asyncio.sleep(0)
        self.heart.rests = True
        self.hear(answer, sent, of_api=of_api)
        if self.statuses.total() % REST == 0:
            gc.collect()
            self.held.append(megabytes_held())
            await asyncio.sleep(0)
        return answer

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
        if of_api:
            faults += _errors_of(answer) if "json" in kind else [f"is {kind}"]
        if faults:
            self.wrong.append(f"{'; '.join(faults)} <- {str(sent)[:1200]}")

    @property
    def grown(self) -> int:
        """Megabytes that were taken after the first third."""
        return self.held[-1] - self.held[len(self.held) // 3]

    @property
    def told(self) -> str:
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        longest = f"longest stillness {self.heart.longest * 1000:.0f} ms"
        return f"{statuses}; {longest}; memory {self.held[len(self.held) // 3]} MB, at the end {self.held[-1]} MB"

    def must_have_found_nothing(self) -> None:
        assert not self.wrong, "\n\n".join(self.wrong[:8])
        assert not self.heart.stilled, "\n\n".join(self.heart.stilled[:8])
        assert self.grown < A_TRIFLE, self.held


def _errors_of(answer: httpx.Response) -> Iterator[str]:
    """What is wrong with the errors of an answer: each has a code that is known, and is told in Chinese."""
    told = answer.json() if answer.content else {}
    for error in told.get("errors", ()) if isinstance(told, dict) else ():
        code, message = error.get("extensions", {}).get("code"), error["message"]
        if code not in set(ErrorCode):
            yield f"has the code {code!r}"
        if not CHINESE.search(message) or ENGLISH.search(message):
            yield f"says {message!r}"


@contextmanager
def judged() -> Iterator[Judge]:
    """A judge whose heart beats until the block ends, beside a server that has begun."""
    have_at_hand()
    with beating() as heart:
        heart.rests = True
        yield Judge(heart)
