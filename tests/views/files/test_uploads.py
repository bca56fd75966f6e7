"""A program attaches what a page attaches: sent ahead with a token, checked alike, named by id, its owner's alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from models import accounts
from models.accounts import ApiToken
from models.base.clock import clock_at, now
from models.bidding import Bid
from models.files import File, Upload, content_of
from models.files.storage import place_of
from models.files.uploads import MOST_HELD
from models.people import Post
from models.tasks import Assignment, Report
from schema.base.nodes import global_id
from tests.builders import a_list, a_signer, a_task, a_town, an_admitted_request
from tests.models.bidding.scenes import HOUR, a_project, an_offer, entrance
from tests.pictures import opened, photo
from tests.views.conftest import HERE, Site
from tests.views.files.test_attachments import PDF, PNG
from tests.views.test_concerns import a_form

pytestmark = pytest.mark.anyio


@dataclass
class Program:
    """A caller with a token and no cookie."""

    http: httpx.AsyncClient

    async def send(self, *sent: tuple[str, bytes], **form: str) -> httpx.Response:
        return await self.http.post("/files", data=form, files=[("file", one) for one in sent])

    async def sent(self, *sent: tuple[str, bytes], **form: str) -> list[str]:
        answer = await self.send(*sent, **form)
        assert answer.status_code == 201, answer.text
        return [one["id"] for one in answer.json()["uploads"]]

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables})
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]


async def a_program(site: Site, role: str, unit: Any) -> Program:
    signer = await a_signer(role, unit, "青山 tea 42 bridge")
    post = await Post.get(pk=signer.post_id).prefetch_related(*Post.judged_with)
    token: ApiToken = await accounts.issue_token(signer, post, label="程序", days=30)
    http = site.visitor(HERE, authorization=f"Bearer {token.secret}")
    return Program(http)


REPORT = """mutation($id: ID!, $files: [ID!]) {
  reportAssignment(input: {idempotencyKey: "r-1", assignment: $id, words: "已巡查", files: $files}) { refusals { code } } }"""


async def test_evidence_is_attached_by_a_program_without_its_place(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await an_admitted_request(place, matter_code="XZ-NY-02", demands=["photo"])
    row = await Assignment.get(task=await a_task(place, requests=[request]), unit=place.village)
    program = await a_program(site, "secretary", place.village)
    ids = await program.sent(("IMG.jpg", photo()), ("证明.pdf", PDF))
    told = await program.ask(REPORT, id=global_id("Assignment", row.pk), files=ids)
    assert told["reportAssignment"]["refusals"] == []
    assert await program.ask(REPORT, id=global_id("Assignment", row.pk), files=ids) == told
    assert await Report.filter(assignment=row).count() == 1
    files = await File.all().order_by("id")
    assert [file.name for file in files] == ["IMG.jpg", "证明.pdf"]
    kept = await program.http.get(f"/files/{files[0].pk}")
    assert kept.content == await content_of(files[0]) and b"TELLTALE" not in kept.content
    assert kept.headers["x-original-sha256"] == hashlib.sha256(photo()).hexdigest()
    stranger = await a_program(site, "secretary", place.other_village)
    assert (await stranger.http.get(f"/files/{files[0].pk}")).status_code == 404


async def test_a_village_writes_and_reads_its_sealed_bid_with_papers_by_program(
    town: str, site: Site
) -> None:
    place = await a_town()
    project = await a_project(place)
    with clock_at(project.opens_at + HOUR):
        program = await a_program(site, "secretary", place.village)
        door = global_id("Entrant", (await entrance(project, place.village)).pk)
        papers = await program.sent(("会议记录.png", PNG), purpose="sealed")
        offer = an_offer()
        told = await program.ask(
            """mutation($d: ID!, $s: String, $p: String, $t: String, $o: Yuan, $a: Yuan, $f: [ID!]) {
              writeBid(input: {idempotencyKey: "b-1", entrant: $d, strengths: $s, plan: $p, schedule: $t, ownYuan: $o,
                       askedYuan: $a, papers: $f}) { bid { id } refusals { code } } }""",
            d=door, s=offer["strengths"], p=offer["plan"], t=offer["schedule"], o=offer["own_yuan"],
            a=offer["asked_yuan"], f=papers,
        )  # fmt: skip
        bid = told["writeBid"]["bid"]["id"]
        draft = """query($b: ID!) { bidDraft(bid: $b) { strengths plan ownYuan isChanged papers { name kind address } } }"""
        read = (await program.ask(draft, b=bid))["bidDraft"]
        assert (read["strengths"], read["ownYuan"], read["isChanged"]) == (offer["strengths"], 100_000, True)
        assert [(one["name"], one["kind"]) for one in read["papers"]] == [("会议记录.png", "PNG")]
        kept = (await program.http.get(read["papers"][0]["address"])).content
        assert opened(kept).size == opened(PNG).size
        for role, unit in (("secretary", place.second_village), ("head", place.township)):
            other = await a_program(site, role, unit)
            assert (await other.ask(draft, b=bid))["bidDraft"] is None
            assert (await other.http.get(read["papers"][0]["address"])).status_code == 404
    on_disk = [path.read_bytes() for path in place_of("00").parent.parent.rglob("*") if path.is_file()]
    assert on_disk and not any(kept in data for data in on_disk)
    held = await Upload.get()
    assert "会议记录" not in held.content and (await Bid.get()).state == "draft"


async def test_who_may_not_send_files_is_told_before_any_is_read(town: str, site: Site) -> None:
    answer = await site.visitor().post("/files", files={"file": ("a.png", PNG)})
    assert answer.status_code == 401 and answer.json()["reason"] == "请先登录再上传附件。"
    wrong = site.visitor(HERE, authorization="Bearer nobody")
    assert (await wrong.post("/files", files={"file": ("a.png", PNG)})).status_code == 401
    assert not await Upload.exists()


async def test_a_file_is_checked_and_counted_like_a_page_does(town: str, site: Site) -> None:
    place = await a_town()
    program = await a_program(site, "secretary", place.village)
    for answer, words in (
        (await program.send(("a.exe", b"MZ\x90\x00")), "只能上传"),
        (await program.send(("a.png", PNG), purpose="secret"), "purpose"),
        (await program.send(), "请选择要上传的文件"),
        (await program.http.post("/files", json={"file": "x"}), "请选择要上传的文件"),
        (await program.send(*[("a.png", PNG)] * 11), "最多 10 个"),
    ):
        assert answer.status_code == 422 and words in answer.json()["reason"], answer.text
    assert not await Upload.exists()
    await program.sent(("a.png", PNG))
    first = await Upload.get()
    rest = [Upload(person_id=first.person_id, purpose="open", content="{}", made_at=now())] * (MOST_HELD - 1)
    await Upload.bulk_create(
        [
            Upload(**{n: getattr(one, n) for n in ("person_id", "purpose", "content", "made_at")})
            for one in rest
        ]
    )
    assert "最多 60 个" in (await program.send(("b.png", PNG))).json()["reason"]


async def test_of_several_files_all_are_held_or_none(town: str, site: Site) -> None:
    """What was sent before one that is refused neither waits nor counts, and leaves no bytes that nothing else needs."""
    place = await a_town()
    program = await a_program(site, "secretary", place.village)
    await program.sent(("a.png", PNG))
    kept, waiting = _bytes_kept(), await Upload.all().values("id", "digest")
    browser = await site.as_a("secretary", place.village)
    for purpose in ("open", "sealed"):
        answer = await program.send(
            ("b.jpg", photo()), ("a.png", PNG), ("c.exe", b"MZ\x90\x00"), purpose=purpose
        )
        assert answer.status_code == 422 and _bytes_kept() == kept
    sent = [("files", ("b.jpg", photo())), ("files", ("c.exe", b"MZ\x90\x00"))]
    assert (await browser.post("/concerns", data=a_form(place), files=sent)).status_code == 422
    assert _bytes_kept() == kept and await Upload.all().values("id", "digest") == waiting


def _bytes_kept() -> set[str]:
    return {path.name for path in place_of("00").parent.parent.rglob("*") if path.is_file()}


async def test_an_upload_is_its_owners_and_serves_only_what_it_was_sent_for(town: str, site: Site) -> None:
    place = await a_town()
    await a_list(place.county)
    task = await a_task(place)
    rows = await Assignment.filter(task=task).order_by("id").prefetch_related("unit")
    owner = await a_program(site, "secretary", place.village)
    open_one, sealed_one = (
        await owner.sent(("a.png", PNG)),
        await owner.sent(("b.png", PNG), purpose="sealed"),
    )
    other = await a_program(site, "secretary", place.second_village)
    theirs = next(row for row in rows if row.unit_id == place.second_village.pk)
    for program, row, ids, code in (
        (other, theirs, open_one, "NOT_FOUND"),
        (other, theirs, [global_id("Upload", 10**9)], "NOT_FOUND"),
        (owner, next(row for row in rows if row.unit_id == place.village.pk), sealed_one, "INVALID"),
    ):
        told = await program.ask(REPORT, id=global_id("Assignment", row.pk), files=ids)
        assert told["reportAssignment"]["refusals"] == [{"code": code}], told
    listed = await owner.ask("{ uploads(first: 9) { edges { node { purpose purposeLabel } } } }")
    assert {edge["node"]["purpose"] for edge in listed["uploads"]["edges"]} == {"OPEN", "SEALED"}
    assert (await other.ask("{ uploads(first: 9) { edges { node { id } } } }"))["uploads"]["edges"] == []
