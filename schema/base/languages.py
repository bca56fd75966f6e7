"""In which language a caller reads what went wrong: Chinese, unless they would rather have English.

A sentence of the case is Chinese; in English it is what the code means, from the table beside the codes.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from models.base.error_codes import IN_ENGLISH

CHINESE, ENGLISH = "zh-CN", "en"
_spoken: ContextVar[str] = ContextVar("spoken", default=CHINESE)


def listen(accepted: str) -> str:
    """Take what the header asks for as the language of this request; gives that language."""
    language = _preferred(accepted)
    _spoken.set(language)
    return language


def in_language(code: Any, chinese: str) -> str:
    """The sentence as the caller of this request reads it."""
    return IN_ENGLISH.get(str(code), chinese) if _spoken.get() == ENGLISH else chinese


def _preferred(accepted: str) -> str:
    """The one of the two that is wanted most; the first named where they are wanted alike."""
    wanted: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        language = {"zh": CHINESE, "en": ENGLISH}.get(name.partition("-")[0])
        if language is not None:
            wanted.setdefault(language, _number(quality))
    best = max(wanted, key=lambda one: wanted[one], default=CHINESE)
    return best if wanted.get(best, 0) > 0 else CHINESE


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
