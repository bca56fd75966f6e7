"""Pictures attached before they were drawn anew: nobody is shown what the phone wrote into them, and the trail stays true."""

from __future__ import annotations

import ast
import asyncio
import hashlib
from datetime import timedelta

import pytest

from models.base.clock import now, tick
from models.base.events import Event
from models.base.refusals import NotAllowed, NotNow
from models.base.sealer import seal_all
from models.base.viewer import TOWN_CLOCK, Viewer
from models.files import File, Stored, content_of, filed, redraw, redraw_some, small_copy_of
from models.files.storage import place_of, put_away
from models.files.uploads import Upload, let_uploads_go
from models.trail import verify
from tests.builders import a_town, a_viewer
from tests.pictures import TELLTALE, drawn, opened, photo
from tests.sources import CODE, ROOT

pytestmark = pytest.mark.anyio


async def an_old_picture(viewer: Viewer, content: bytes, kind: str = "jpeg") -> File:
    """A file as it was attached before the gate."""
    digest = hashlib.sha256(content).hexdigest()
    put_away(digest, content)
    [file] = await filed(viewer, [Stored(digest, f"现场.{kind}", kind, len(content))])
    return await File.get(pk=file.pk)


async def _somebody() -> Viewer:
    return await a_viewer("coordinator", (await a_town()).township)


def _tells(content: bytes) -> list[bytes]:
    return [mark for mark in TELLTALE if mark in content]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_nobody_is_shown_the_place_where_an_old_picture_was_taken(town: str, kind: str) -> None:
    taken = photo(drawn(400, 200), kind, orientation=6)
    file = await an_old_picture(await _somebody(), taken, kind.lower())
    assert _tells(taken)
    before, small = await content_of(file), await small_copy_of(file)
    assert not _tells(before) and not _tells(small) and opened(before).size == (200, 400), "upright"
    await redraw(TOWN_CLOCK, file)
    again = await File.get(pk=file.pk)
    assert (
        again.copy and await content_of(again) == before and opened(await small_copy_of(again)).height == 240
    )
    assert again.sha256 == file.sha256 and again.original is None


async def test_what_was_attached_stays_as_the_trail_speaks_of_it(town: str) -> None:
    taken = photo()
    file = await an_old_picture(await _somebody(), taken)
    await tick()
    await seal_all()
    assert await verify() == []
    assert place_of(file.sha256).read_bytes() == taken
    entry = await Event.get(command=redraw.name)
    copy = (await File.get(pk=file.pk)).copy
    assert entry.subject_id == file.pk and entry.actor_label == "clock"
    assert copy is not None and copy in entry.changes
    assert hashlib.sha256(await content_of(await File.get(pk=file.pk))).hexdigest() == copy


async def test_it_goes_on_where_it_was_interrupted_and_ends(town: str) -> None:
    somebody = await _somebody()
    old = [await an_old_picture(somebody, photo(drawn(90 + number, 60))) for number in range(3)]
    await an_old_picture(somebody, b"%PDF-1.7", "pdf")
    assert (await redraw_some(2))[:3] == (2, 0, 0)
    assert (await redraw_some(2))[:3] == (1, 0, 0)
    assert (await redraw_some(2))[:3] == (0, 0, 0)
    assert await Event.filter(command=redraw.name).count() == len(old)


async def test_what_cannot_be_drawn_or_found_is_counted_and_holds_nobody_up(town: str) -> None:
    somebody = await _somebody()
    broken, lost, well = [
        await an_old_picture(somebody, one) for one in (b"\xff\xd8\xff no", photo(), photo(drawn(50, 50)))
    ]
    taken_away = place_of(lost.sha256).read_bytes()
    place_of(lost.sha256).unlink()
    assert (await redraw_some(1))[:3] == (0, 1, 0)
    assert await redraw_some(1) == (1, 0, 1, well.pk), "what is missing holds up nobody that comes after it"
    assert await redraw_some(1) == (0, 0, 1, lost.pk) and await redraw_some(1, lost.pk) == (0, 0, 0, lost.pk)
    assert await Event.filter(command=redraw.name, subject_id=lost.pk).count() == 0
    assert await content_of(await File.get(pk=broken.pk)) == b"\xff\xd8\xff no"
    assert (await File.get(pk=well.pk)).copy
    put_away(lost.sha256, taken_away)
    restored = await File.get(pk=lost.pk)
    assert restored.copy is None and not _tells(await content_of(restored)), (
        "a restored one is drawn when asked for"
    )
    assert (await redraw_some(5))[:3] == (1, 0, 0) and (await File.get(pk=lost.pk)).copy


async def test_of_those_that_are_missing_no_tick_looks_for_more_than_a_few(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = await _somebody()
    for number in range(3):
        file = await an_old_picture(somebody, photo(drawn(40 + number, 50)))
        place_of(file.sha256).unlink()
    monkeypatch.setattr("models.files.old_pictures.MOST_LOOKED_FOR", 2)
    assert (await redraw_some(1))[2] == 2


KEEPERS = {"models/files/old_pictures.py", "models/files/uploads.py", "models/bidding/papers.py"}
"""Who comes by bytes as they lie on the disk, beside the storage itself; papers of a bid are sealed there."""
FOR_SHOWING = {"content_of", "small_copy_of", "Source", "Stored", "LARGEST", "keep"}


def test_nothing_else_comes_by_what_was_attached() -> None:
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in CODE}
    assert {name for name, tree in trees.items() if taken_from_storage(tree) - FOR_SHOWING} == KEEPERS
    asking = {
        name for name, tree in trees.items() if "settings().files" in map(ast.unparse, attributes(tree))
    }
    assert asking == {"models/files/storage.py"}


def taken_from_storage(tree: ast.AST) -> set[str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {one.name for node in imports if node.module == "models.files.storage" for one in node.names}


def attributes(tree: ast.AST) -> list[ast.Attribute]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]


async def test_two_at_once_give_each_picture_one_copy(town: str) -> None:
    somebody = await _somebody()
    for number in range(3):
        await an_old_picture(somebody, photo(drawn(70 + number, 60)))
    told = await asyncio.gather(redraw_some(3), redraw_some(3))
    assert sum(one.drawn for one in told) == 3 == await Event.filter(command=redraw.name).count()


async def test_only_the_town_draws_old_pictures_and_only_once(town: str) -> None:
    somebody = await _somebody()
    file = await an_old_picture(somebody, photo())
    with pytest.raises(NotAllowed, match="xingcun pictures"):
        await redraw(somebody, file)
    await redraw(TOWN_CLOCK, file)
    with pytest.raises(NotNow, match="不用重画"):
        await redraw(TOWN_CLOCK, await File.get(pk=file.pk))


async def test_a_copy_is_not_taken_away_with_an_upload_of_the_same_bytes(town: str) -> None:
    somebody = await _somebody()
    file = await redraw(TOWN_CLOCK, await an_old_picture(somebody, photo()))
    assert file.copy is not None
    at = now() - timedelta(days=3)
    digest, told = file.copy, {"purpose": "open", "content": "{}"}
    await Upload.create(person_id=somebody.person_id, digest=digest, made_at=at, **told)
    await let_uploads_go()
    assert place_of(file.copy).exists() and not await Upload.all().exists()
