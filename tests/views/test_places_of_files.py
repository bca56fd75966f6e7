"""Every place that takes a file, as the code has them: judged first, looked into once, held until its command stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from models import bidding, files
from models.base.clock import clock_at, now
from models.base.commands import Command
from models.base.records import Record
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import Viewer
from models.bidding import Bid
from models.compliance.dossier import commands
from models.files import File, Upload
from models.files.storage import place_of
from models.files.uploads import AT_WORK, HELD_FOR
from tests.builders import a_viewer
from tests.pictures import TELLTALE, case, photo
from tests.schema.scenes import SCENES, a_listed_town
from tests.schema.test_mutations import MUTATIONS, TRACELESS, command_of, seen_by, use
from tests.sources import DOORS, ROOT
from views import application  # noqa: F401 - with it every form is there
from views.base.forms import carry_out, fields_of_files

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]

PLACES = {
    name: fields
    for name in sorted(set(MUTATIONS) - TRACELESS)
    if (fields := fields_of_files(command_of(name)))
}
"""Mutations whose commands take files, and in which detail: the forms of the pages are read by the same commands."""
NOT_ASKED_FOR = {"reportAssignment"}
"""Where the scene's matter asks for no evidence, so that the command refuses what was well in itself."""
TABLES = {"views/matters/lists.py": {"file_in"}, "views/policies.py": {"file_in"}}
READ_BY = TABLES | {
    "views/base/forms.py": {"files_in", "form_of"},
    "views/files/uploads.py": {"files_in", "form_of"},
    "views/base/multipart.py": {"UploadFile", "MultiPartParser", "form", "files_in"},
}


def test_every_command_that_takes_a_file_is_one_of_these_places() -> None:
    assert {command.name for command in commands() if fields_of_files(command)} == {
        command_of(name).name for name in PLACES
    }
    assert len(PLACES) >= 8


def readers_in(source: str) -> Iterator[str]:
    """How a door comes by what was sent: the class of a file, the parser, a form read past the gate."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name in {"UploadFile", "MultiPartParser", "files_in", "file_in"}:
            yield name
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "request.form":
            yield "form"


def test_no_door_reads_a_file_past_the_gate() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in DOORS
        if (names := set(readers_in(path.read_text("utf-8"))))
    }
    assert found == {path: names - {"form_of"} for path, names in READ_BY.items()}
    assert set(readers_in("x = (await request.form()).get('f'); isinstance(x, UploadFile)")) == {
        "form",
        "UploadFile",
    }


class Sent:
    """A form with files as a browser sends it, and how much of its body somebody has asked for."""

    def __init__(self, viewer: Viewer, fields: dict[str, str], *sent: tuple[str, str, bytes]) -> None:
        made = httpx.Request(
            "POST",
            "http://town.test/",
            data=fields,
            files=[(field, (name, data)) for field, name, data in sent],
        )
        self.body, self.read = made.read(), 0
        heads = [(name.lower().encode(), value.encode()) for name, value in made.headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": heads}
        self.request = Request(scope, self.receive)
        self.request.state.viewer = viewer

    async def receive(self) -> dict[str, Any]:
        self.read += 1
        return {"type": "http.request", "body": self.body, "more_body": False}


async def set_up(place: Any, name: str) -> tuple[Viewer, Command[Any, Any, Any], Record, dict[str, Any], str]:
    """Who may, by which command, upon what, with what, and the version of it they have seen."""
    actor, given = await SCENES[name](place)
    seen, command = await seen_by(name, given) or "", command_of(name)
    subject = next(one for one in given.values() if isinstance(one, Record))
    fresh = await type(subject).filter(pk=subject.pk).prefetch_related(*subject.judged_with).get()
    told = {re.sub("([A-Z])", r"_\1", key).lower(): one for key, one in given.items() if one is not subject}
    return actor, command, fresh, told, seen


def on_disk() -> list[bytes]:
    return [one.read_bytes() for one in place_of("00").parent.parent.rglob("*") if one.is_file()]


@pytest.mark.parametrize("name", PLACES)
async def test_at_every_place_a_file_is_judged_looked_into_and_held(town: str, name: str) -> None:
    place, (field,) = await a_listed_town(), PLACES[name]
    actor, command, subject, told, seen = await set_up(place, name)
    form = {"key": "page", "seen": seen}
    pushed = Sent(await a_viewer("observer", place.county), form, (field, "a.jpg", photo()))
    with pytest.raises(NotAllowed):
        await carry_out(pushed.request, command, subject, **told)
    assert pushed.read == 0, "the body was read of somebody who may not"
    with pytest.raises(Invalid, match="不完整") as no:
        cut = Sent(actor, form, (field, "a.jpg", case("f03_truncated.jpg")))
        await carry_out(cut.request, command, subject, **told)
    assert no.value.field == field
    with pytest.raises(Invalid, match="没有收下"):
        elsewhere = Sent(actor, form, ("other", "a.jpg", photo()))
        await carry_out(elsewhere.request, command, subject, **told)
    assert not await Upload.exists() and not on_disk()
    await _kept_without_traces(
        name, Sent(actor, form, (field, "现场.jpg", photo(orientation=6))), told, subject
    )


async def _kept_without_traces(name: str, well: Sent, told: dict[str, Any], subject: Record) -> None:
    command, before = command_of(name), await File.all().count()
    if name in NOT_ASKED_FOR:
        with pytest.raises(Invalid, match="不需要"):
            await carry_out(well.request, command, subject, **told)
    else:
        await carry_out(well.request, command, subject, **told)
        assert name == "writeBid" or await File.all().count() == before + 1
    held = await Upload.get()
    assert held.named == (name not in NOT_ASKED_FOR), name
    assert not [mark for mark in TELLTALE if any(mark in data for data in on_disk())], name


@pytest.mark.parametrize("name", PLACES)
async def test_at_every_place_a_program_attaches_what_it_sent_ahead(town: str, name: str) -> None:
    place, (field,) = await a_listed_town(), PLACES[name]
    actor, given = await SCENES[name](place)
    hold = bidding.held_sealed if name == "writeBid" else files.held
    upload, _ = await hold(actor, photo(orientation=3), "现场.jpg")
    done = await use(name, actor, given | {field: [upload]})
    if name in NOT_ASKED_FOR:
        assert done["code"] == "INVALID" and "不需要" in done["reason"]
    else:
        assert done["__typename"] != "Refusal", done
    assert (await Upload.get(pk=upload.pk)).named == (name not in NOT_ASKED_FOR)


async def test_what_no_command_that_stands_has_attached_is_gone_after_a_day(town: str) -> None:
    """Of a form that was refused, and of a bid that could not be written: nobody else knows the name of its paper."""
    place = await a_listed_town()
    actor, write, entrant, offer, seen = await set_up(place, "writeBid")
    with pytest.raises(Invalid) as no:
        refused = Sent(actor, {"key": "r", "title": "长" * 300, "body": "说"}, ("files", "a.jpg", photo()))
        await carry_out(refused.request, command_of("raiseConcern"), place.village)
    assert no.value.field == "title"
    with pytest.raises(Invalid, match="不超过"):
        long = Sent(actor, {"key": "w", "seen": seen}, ("papers", "a.jpg", photo()))
        await carry_out(long.request, write, entrant, **offer | {"plan": "长" * 2001})
    assert len(on_disk()) == 3, "a picture, its small copy, and a sealed paper"
    good = Sent(actor, {"key": "w2", "seen": seen}, ("papers", "b.jpg", photo()))
    await carry_out(good.request, write, entrant, **offer)
    with clock_at(now() + HELD_FOR + AT_WORK + timedelta(minutes=1)):
        await files.let_uploads_go()
    (left,) = on_disk()
    (paper,) = bidding.papers_of(await Bid.get())
    assert place_of(paper.digest).read_bytes() == left and not await Upload.exists()


async def test_a_form_that_comes_again_is_told_again_though_its_moment_has_passed(town: str) -> None:
    place = await a_listed_town()
    actor, command, subject, told, seen = await set_up(place, "reportMilestone")
    form, sent = {"key": "m", "seen": seen}, ("files", "a.jpg", photo())
    made = await carry_out(Sent(actor, form, sent).request, command, subject, **told)
    fresh = await type(subject).filter(pk=subject.pk).prefetch_related(*subject.judged_with).get()
    with pytest.raises(NotNow):
        await carry_out(Sent(actor, form | {"key": "n"}, sent).request, command, fresh, **told)
    before = await Upload.all().count()
    again = await carry_out(Sent(actor, form, sent).request, command, fresh, **told)
    assert again.pk == made.pk and await File.all().count() == 1 and before == 1
