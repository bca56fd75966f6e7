"""People at their browsers, and what they do there over and over."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.e2e.served import PASSWORD

OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 640}
PATIENCE = 60_000
"""Milliseconds until something is said to be missing: browser and server share their machine with whatever else runs."""
ASKED = 120
"""How often a page is asked for again, half a second apart, until it shows what the server does after it answered."""
expect.set_options(timeout=PATIENCE)
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize(
    ("town_url", "scripted"),
    [("sqlite", True), ("postgres", False)],
    indirect=True,
    ids=["sqlite-with-scripts", "postgres-without-scripts"],
)
"""Two runs that meet both kinds of browser and both databases; four would take twice as long to say no more."""
ON_SQLITE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)


def chromium() -> str | None:
    """Where Debian's Chromium is, if it is installed; without windows everybody gets their own page much sooner."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@dataclass
class People:
    """`await people.at("nongye")` is the page 今日待办 of somebody who signed in; with scripts or without."""

    browser: Browser
    url: str
    scripted: bool
    open: list[BrowserContext] = field(default_factory=list)
    desks: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    async def at(self, username: str, viewport: dict[str, int] = OFFICE) -> Page:
        """The same window all day: people sign in once and come back to it."""
        if username in self.desks:
            page = self.desks[username]
            await page.goto("/")
        else:
            page = self.desks[username] = await self._sign_in(username, viewport)
        await expect(page.get_by_role("heading", name="今日待办", level=1)).to_be_visible()
        return page

    async def _sign_in(self, username: str, viewport: dict[str, int]) -> Page:
        page = await self.visitor(viewport)
        await page.goto("/login")
        await page.get_by_label("用户名").fill(username)
        await page.get_by_label("密码").fill(PASSWORD)
        await press(page, "登录")
        return page

    async def visitor(self, viewport: dict[str, int] = OFFICE) -> Page:
        context = await self.browser.new_context(
            base_url=self.url,
            viewport=viewport,  # type: ignore[arg-type]
            java_script_enabled=self.scripted,
            locale="zh-CN",
        )
        self.open.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._listen)
        page.on("request", self._watch)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        """What a page says against itself; answers like 404 and 422 are meant and no complaint."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _watch(self, request: Request) -> None:
        """No page may ask anything of another host."""
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith("data:"):
            self.complaints.append(f"outside: {request.url}")


async def press(page: Page, button: str) -> None:
    await page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


async def follow(page: Page, link: str) -> None:
    await page.get_by_role("main").get_by_role("link", name=link, exact=True).first.click()


async def tick_only(page: Page, village: str) -> None:
    """In the form of a task: this village and no other, whatever the request was about."""
    await page.get_by_label("下面勾选的村社").check()
    boxes = page.get_by_role("group", name="勾选村社")
    if not await boxes.is_visible():
        await page.get_by_text("逐个勾选").click()
    for box in await boxes.get_by_role("checkbox").all():
        await box.uncheck()
    await boxes.get_by_label(village).check()


async def turn_to(page: Page, place: str) -> None:
    """By the bar at the top, whose later places are behind 更多 on a phone."""
    bar = page.get_by_role("navigation", name="主菜单")
    link = bar.locator("a", has_text=re.compile(f"^{re.escape(place)}$"))
    if not await link.is_visible():
        await bar.locator("summary", has_text="更多").click()
    await link.click()


async def ask_until(page: Page, address: str, shown: str) -> None:
    """Ask for the page again until it shows what the server is still working on, as people do without scripts."""
    for _ in range(ASKED):
        await page.goto(address)
        if await page.locator(shown).count():
            return
        await page.wait_for_timeout(500)
    raise AssertionError(
        f"{address} did not come to show {shown}:\n{await page.get_by_role('main').inner_text()}"
    )


async def said(page: Page, words: str) -> None:
    """The status line tells what was done."""
    await expect(page.locator("#said")).to_contain_text(words)


async def refused(page: Page, reason: str) -> None:
    """The page says no with this sentence, where a screen reader hears it."""
    await expect(page.get_by_role("alert")).to_contain_text(reason)


async def fits(page: Page) -> None:
    """Nothing stands out at the side of a small screen."""
    await page.wait_for_load_state("domcontentloaded")
    await expect(page.get_by_role("main")).to_be_visible()
    wide = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} px wide on a screen of {wide[1]} px"


def number_in(page: Page, place: str) -> int:
    """The number of the record whose page this is."""
    found = re.fullmatch(rf".*/{place}/(\d+)", page.url)
    assert found, f"{page.url} is not the page of one of /{place}"
    return int(found[1])
