"""The site in a process of its own, Chromium, and programs with a token."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from models.base.clock import run_by
from models.base.database import database
from tests.conftest import USED
from tests.e2e.browsing import People, chromium
from tests.e2e.served import Served, a_peopled_town, serve
from tests.nursery import Nursery

NO_CHROMIUM = (
    "No Chromium here: the browser tests did not run. Install chromium-headless-shell and fonts-noto-cjk."
)


@pytest.fixture(autouse=True)
def lives_at(default_clock: Callable[[], datetime]) -> Iterator[None]:
    """The clock goes on, here as in the process that serves."""
    with run_by(default_clock):
        yield


@pytest.fixture
async def served(nursery: Nursery, town_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """The small town, served; whatever a test does, the server may not trip over it."""
    async with database(migrate=False):
        town, tokens = await a_peopled_town()
    running = serve(nursery, town, tokens, tmp_path)
    try:
        yield running
    finally:
        log = running.stop()
    assert "Traceback" not in log, log


@pytest.fixture(scope="package")
async def browser(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Browser]:
    """Debian's Chromium; under CI it must be there."""
    where = chromium()
    if where is None:
        request.config.stash[USED].missing.append(NO_CHROMIUM)
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_CHROMIUM)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether browsers run JavaScript: they do where a test says nothing of it."""
    return bool(getattr(request, "param", True))


@pytest.fixture
async def people(
    request: pytest.FixtureRequest, browser: Browser, served: Served, scripted: bool
) -> AsyncIterator[People]:
    """People at browsers; afterwards no page may have complained or asked another host."""
    request.config.stash[USED].browsers[f"Chromium {browser.version}"] += 1
    together = People(browser, served.url, scripted)
    yield together
    for context in together.open:
        await context.close()
    assert together.complaints == []
