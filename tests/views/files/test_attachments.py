"""Attachments on the page: pictures small and beside the words, papers opened or downloaded, for whoever may."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import unquote

import pytest

from models import tasks
from models.base.viewer import TOWN_CLOCK
from models.files import File, keep, redraw
from models.files.storage import put_away
from models.people import Post
from models.tasks import Assignment
from tests.builders import Town, a_list, a_task, a_town, a_viewer, an_admitted_request
from tests.counting import counted
from tests.pictures import TELLTALE, drawn, opened, photo
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154785e6360606060000000050001196903cf0000000049454e44ae426082"
)
"""As it is drawn anew."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PAPERS = {"现场.png": PNG, "证明.pdf": PDF, "说明.txt": "已巡查".encode()}


async def reported(place: Town, papers: dict[str, bytes] = PAPERS) -> Assignment:
    """The copy at 梅渚村, reported with these papers."""
    await a_list(place.county)
    request = await an_admitted_request(place, matter_code="XZ-NY-02", demands=["photo"])
    task = await a_task(place, requests=[request])
    row = await Assignment.get(task=task, unit=place.village).prefetch_related(*Assignment.judged_with)
    files = [await keep(content, name) for name, content in papers.items()]
    await tasks.report(await a_viewer("secretary", place.village), row, words="已巡查", files=files)
    return row


async def numbers() -> dict[str, int]:
    return {file.kind: file.pk for file in await File.all()}


async def test_pictures_and_papers_are_looked_at_alone_and_with_nothing_running(site: Site) -> None:
    place = await a_town()
    await reported(place)
    file, desk = await numbers(), await site.as_a("coordinator", place.township)
    for kind, media in (("png", "image/png"), ("pdf", "application/pdf")):
        answer = await desk.get(f"/files/{file[kind]}/look")
        headers = answer.headers
        assert headers["content-type"] == media and headers["x-content-type-options"] == "nosniff"
        assert headers["content-disposition"].startswith("inline; filename*=UTF-8''")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "script-src" not in headers["content-security-policy"]
    assert unquote(headers["content-disposition"]).endswith("证明.pdf")


async def test_every_other_kind_is_a_download_at_either_address(site: Site) -> None:
    place = await a_town()
    await reported(place)
    file, desk = await numbers(), await site.as_a("coordinator", place.township)
    for address in (f"/files/{file['txt']}/look", *(f"/files/{one}" for one in file.values())):
        headers: Any = (await desk.get(address)).headers
        assert headers["content-disposition"].startswith("attachment;"), address
        assert headers["cache-control"] == "private, no-store"


async def test_a_picture_travels_once_and_is_asked_for_each_time(site: Site) -> None:
    place = await a_town()
    await reported(place)
    at = f"/files/{(await numbers())['png']}/look"
    desk = await site.as_a("coordinator", place.township)
    first = await desk.get(at)
    again = await desk.get(at, headers={"if-none-match": first.headers["etag"]})
    for answer in (first, again, await desk.get("/tasks")):
        assert {"Cookie", "Authorization"} <= set(answer.headers["vary"].split(", "))
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"
    stranger = await site.as_a("coordinator", place.other_township)
    kept = await stranger.get(at, headers={"if-none-match": first.headers["etag"]})
    assert kept.status_code == 404, "knowing the picture already is no right to it"


async def test_lists_show_small_copies_with_the_rights_of_the_whole(site: Site) -> None:
    place = await a_town()
    await reported(place, {"现场.jpg": photo(drawn(900, 600)), "证明.pdf": PDF})
    file, desk = await numbers(), await site.as_a("coordinator", place.township)
    at = f"/files/{file['jpeg']}/small"
    shown = await desk.get(at)
    assert shown.headers["content-type"] == "image/jpeg" and opened(shown.content).size == (240, 160)
    assert shown.headers["etag"] != (await desk.get(f"/files/{file['jpeg']}/look")).headers["etag"]
    assert (await desk.get(at, headers={"if-none-match": shown.headers["etag"]})).status_code == 304
    paper = await desk.get(f"/files/{file['pdf']}/small")
    assert paper.content == PDF and paper.headers["content-disposition"].startswith("attachment")
    for stranger in (site.visitor(), await site.as_a("secretary", place.other_village)):
        assert (await stranger.get(at)).status_code == 404


async def test_what_was_kept_in_earlier_times_is_shown_as_it_is(site: Site) -> None:
    """Without an original's digest or a small copy, and be it a picture that would not be taken today."""
    place = await a_town()
    await reported(place, {"现场.jpg": photo()})
    row, desk = await File.get(), await site.as_a("coordinator", place.township)
    old = b"\xff\xd8\xff\xe0 of earlier times"
    digest = hashlib.sha256(old).hexdigest()
    put_away(digest, old)
    await File.filter(pk=row.pk).update(sha256=digest, original=None)
    for at in ("", "/look", "/small"):
        answer = await desk.get(f"/files/{row.pk}{at}")
        assert (answer.status_code, answer.content) == (200, old), at
        assert "x-original-sha256" not in answer.headers


@pytest.mark.parametrize("where", ["task", "assignment"])
async def test_the_page_shows_pictures_small_and_names_the_papers(site: Site, where: str) -> None:
    place = await a_town()
    row = await reported(place)
    file, at = await numbers(), f"/tasks/{row.task_id}" if where == "task" else f"/assignments/{row.pk}"
    desk = (await (await site.as_a("coordinator", place.township)).get(at)).text
    image = re.search(rf'<img src="/files/{file["png"]}/small"[^>]*>', desk)
    assert (
        image and 'alt="现场.png"' in image[0] and 'loading="lazy"' in image[0] and 'width="112"' in image[0]
    )
    assert f'<a href="/files/{file["pdf"]}/look">打开 证明.pdf</a>' in desk
    assert f'<a href="/files/{file["txt"]}" download>下载 说明.txt</a>' in desk
    assert '<details class="pics" open>' in desk, "whoever reviews sees the pictures at once"
    village = (await (await site.as_a("secretary", place.village)).get(at)).text
    assert '<details class="pics">' in village, "a phone fetches pictures only when somebody opens the fold"


async def test_pictures_cost_no_further_statement(site: Site) -> None:
    place = await a_town()
    row = await reported(place, {"1.png": PNG})
    viewer = await a_viewer("coordinator", place.township)
    desk, spent = await site.signed_in(await Post.get(pk=viewer.post_id)), []
    for papers in ({}, {f"{number}.png": PNG for number in range(9)}):
        if papers:
            await tasks.return_report(viewer, row, what_to_mend="再拍")
            files = [await keep(content, name) for name, content in papers.items()]
            secretary = await a_viewer("secretary", place.village)
            await tasks.report(secretary, row, words="补拍", files=files)
        for at in (f"/tasks/{row.task_id}", f"/assignments/{row.pk}"):
            with counted() as told:
                assert (await desk.get(at)).text.count("<img") >= 1
            spent.append(len(told))
    assert spent[:2] == spent[2:]


async def test_an_old_picture_leaves_by_no_address_as_it_was_attached(site: Site) -> None:
    """Also where a browser kept it as it was then."""
    place = await a_town()
    taken = photo()
    await reported(place, {"现场.jpg": taken})
    file, digest = await File.get(), hashlib.sha256(taken).hexdigest()
    put_away(digest, taken)
    await File.filter(pk=file.pk).update(sha256=digest, original=None)
    desk = await site.as_a("coordinator", place.township)
    addresses = [f"/files/{file.pk}{end}" for end in ("", "/look", "/small")]
    kept = {"if-none-match": f'"{digest}", "{digest}-small"'}
    before = [await desk.get(at, headers=kept) for at in addresses]
    await redraw(TOWN_CLOCK, await File.get(pk=file.pk))
    after = [await desk.get(at, headers=kept) for at in addresses]
    for answer in (*before, *after):
        assert answer.status_code == 200 and opened(answer.content).size == (96, 64)
        assert not [mark for mark in TELLTALE if mark in answer.content]
    assert [one.headers["x-original-sha256"] for one in after] == [digest] * 3
    asked = (
        "{ reports(first: 1) { nodes { attachments(first: 1) { nodes { sha256 originalSha256 url } } } } }"
    )
    told = (await desk.post("/graphql", json={"query": asked})).json()
    (shown,) = told["data"]["reports"]["nodes"][0]["attachments"]["nodes"]
    assert shown["sha256"] == hashlib.sha256((await desk.get(shown["url"])).content).hexdigest() != digest
    assert shown["originalSha256"] == digest
    assert [one.content for one in before[:2]] == [one.content for one in after[:2]]
