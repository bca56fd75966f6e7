"""The page behind an invitation's link: any phone, no account, no scripts, once, and never a cadre's."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import brotli
import pytest

from models.base.clock import clock_at, now
from models.surveys import GONE, Invitation, SurveyVillage
from models.surveys.answering import GUESSES
from tests.builders import Town, a_town
from tests.models.surveys.scenes import Round, after, an_open_round
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio
BOTH = {"first": "5", "second": "4"}


async def a_link(place: Town) -> tuple[Round, str]:
    made = await an_open_round(place)
    return made, f"/s/{made.tokens[place.village.pk][0]}"


async def test_a_household_answers_without_account_or_scripts_and_is_thanked(town: str, site: Site) -> None:
    place = await a_town()
    made, link = await a_link(place)
    phone = site.visitor()
    shown = await phone.get(link)
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    for words in ("梅渚村", made.survey.first_question, made.survey.second_question, "很满意", "很不满意"):
        assert words in shown.text
    assert "<script" not in shown.text and "hx-post" not in shown.text and 'name="key"' not in shown.text
    assert len(brotli.compress(shown.content, quality=5)) < 12 * 1024
    answer = await phone.post(link, data=BOTH)
    assert answer.status_code == 303 and answer.headers["location"] == "/s/thanks"
    assert "已经收到" in (await phone.get("/s/thanks")).text
    village = await SurveyVillage.get(unit=place.village)
    assert village.answered == 1 and village.tally[4 * 5 + 3] == 1
    assert not phone.cookies


async def test_what_was_ticked_comes_back_where_one_answer_is_missing(town: str, site: Site) -> None:
    place = await a_town()
    _, link = await a_link(place)
    phone = site.visitor()
    for sent in ({"first": "4"}, {"first": "4", "second": "9"}, {"first": "4", "second": "²"}):
        answer = await phone.post(link, data=sent)
        assert answer.status_code == 422 and "两个问题都要选" in answer.text
        assert 'name="first" value="4" checked' in answer.text
    assert not await Invitation.filter(used_on__isnull=False).exists()


async def test_wrong_used_and_expired_links_show_the_very_same_page(town: str, site: Site) -> None:
    place = await a_town()
    made, link = await a_link(place)
    phone = site.visitor()
    other = f"/s/{made.tokens[place.village.pk][1]}"
    await phone.post(link, data=BOTH)
    used, used_again = await phone.get(link), await phone.post(link, data=BOTH)
    wrong = await phone.get("/s/abcd-efgh-jkmnp")
    with clock_at(after(made.survey)):
        late = await phone.get(other)
    answers = {link: used, "again": used_again, "/s/abcd-efgh-jkmnp": wrong, other: late}
    pages = {answer.text.replace(str(answer.url.path), "") for answer in answers.values()}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len(pages) == 1 and GONE in pages.pop()


async def test_whoever_is_signed_in_reads_that_cadres_do_not_answer(town: str, site: Site) -> None:
    place = await a_town()
    _, link = await a_link(place)
    people = {"secretary": place.village, "grid_worker": place.grid, "coordinator": place.township}
    for role, unit in people.items():
        browser = await site.as_a(role, unit)
        for answer in (await browser.get(link), await browser.post(link, data=BOTH)):
            assert answer.status_code == 403 and "干部不能代填" in answer.text
            assert "很满意" not in answer.text
    assert not await Invitation.filter(used_on__isnull=False).exists()


async def test_thirty_posts_of_one_link_count_once(town: str, site: Site) -> None:
    place = await a_town()
    _, link = await a_link(place)
    phones = [site.visitor() for _ in range(30)]
    answers = await asyncio.gather(*(phone.post(link, data=BOTH) for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [303] + [404] * 29
    assert (await SurveyVillage.get(unit=place.village)).answered == 1


async def test_guessing_is_slowed_down(town: str, site: Site) -> None:
    place = await a_town()
    _, link = await a_link(place)
    phone = site.visitor()
    for number in range(GUESSES):
        assert (await phone.get(f"/s/guess-{number}")).status_code == 404
    answer = await phone.get(link)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    with clock_at(now() + timedelta(minutes=16)):
        assert (await phone.get(link)).status_code == 200


async def test_the_letters_may_be_typed(town: str, site: Site) -> None:
    place = await a_town()
    _, link = await a_link(place)
    phone = site.visitor()
    assert "纸条上的字母" in (await phone.get("/s")).text
    typed = link.removeprefix("/s/").upper()
    led = await phone.get("/s", params={"code": f" {typed} "})
    assert led.status_code == 303 and led.headers["location"] == link.replace("-", "")
    assert (await phone.get(led.headers["location"])).status_code == 200


async def test_no_log_tells_a_link(town: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    place = await a_town()
    _, link = await a_link(place)
    with caplog.at_level(logging.INFO):
        await site.visitor().get(link)
    told = [record.getMessage() for record in caplog.records if record.name == "xingcun.requests"]
    assert told and all(link not in one for one in told) and any("/s/…" in one for one in told)
