"""The gateway that reminders leave by."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from models.base.settings import settings
from tests.gateway import Gateway, a_gateway


@pytest.fixture
async def gateway(town: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    async with a_gateway() as made:
        monkeypatch.setenv("XINGCUN_REMIND_VIA", "sms")
        monkeypatch.setenv("XINGCUN_REMIND_URL", made.url)
        monkeypatch.setenv("XINGCUN_REMIND_KEY", "0123456789abcdef")
        settings.cache_clear()
        yield made
    settings.cache_clear()
