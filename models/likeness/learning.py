"""Rankers of published lists: by words at once, by meaning as soon as the vectors are worked out beside the running site."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import cache, lru_cache

from models.base.pools import RECKONING
from models.base.settings import settings
from models.likeness.bm25 import Document
from models.likeness.ranking import Ranker
from models.likeness.vectors import Meaning, meaning

log = logging.getLogger("xingcun.likeness")
Documents = tuple[tuple[str, Document], ...]

_learned: set[Documents] = set()
_learning: dict[Documents, asyncio.Task[None]] = {}


def ranker_of(documents: Mapping[str, Document]) -> Ranker:
    """The ranker of these documents, kept by content: published lists do not change, and drafts may."""
    held, model = tuple(documents.items()), smart()
    if model is not None and held and held not in _learned:
        _learn_beside(held, model)
    return _ranker(held, by_meaning=held in _learned)


@cache
def smart() -> Meaning | None:
    """The language model where the deployment asks for it; without the extra the words alone decide."""
    if settings().ranker != "smart":
        return None
    model = meaning(settings().data)
    if model is None:
        log.warning("XINGCUN_RANKER=smart needs xingcun[smart]; suggestions go by words alone")
    return model


@lru_cache(maxsize=8)
def _ranker(documents: Documents, *, by_meaning: bool) -> Ranker:
    model = smart() if by_meaning else None
    titles = [document.title for _, document in documents]
    return Ranker(dict(documents), model, model.known(titles) if model else None)


def _learn_beside(documents: Documents, model: Meaning) -> None:
    if documents not in _learning:
        _learning[documents] = asyncio.create_task(_learn(documents, model))


async def _learn(documents: Documents, model: Meaning) -> None:
    """Work out what is missing on another thread, so that nobody waits for it."""
    try:
        await RECKONING.run(model.learn, [document.title for _, document in documents])
        _learned.add(documents)
    except Exception:
        log.exception("the meanings of a list could not be worked out; suggestions go by words alone")
    finally:
        _learning.pop(documents, None)
