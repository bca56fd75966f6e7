"""Points, indices and appeals tell everybody exactly what the table here says, in rows and on pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from models import evaluation
from models.base.events import Event, EventPersonal
from models.base.records import Record
from models.base.viewer import Viewer
from models.evaluation import Appeal, PersonScore, Tally
from models.people import Post
from models.points import PointEntry
from models.schemes import VillageIndex
from models.units import Unit
from tests.builders import Town, a_viewer
from tests.leaks.browsers import WALKERS, walking
from tests.models.evaluation.scenes import a_month, a_working_town, entries_of, follow, index_of, results
from tests.views.conftest import Site, site  # noqa: F401 - the fixture

pytestmark = pytest.mark.anyio
AT_VILLAGES = {"secretary", "cadre", "grid_worker", "liaison", "first_secretary", "supervisor"}
EVALUATE = {"list_keeper", "city_admin", "leader", "head"}
REASON, WORDS, ANSWER = (
    "词元撤销的依据是现场核查。",
    "词元申诉的话，村里只对上面说。",
    "词元答复公开给全县看看。",
)


@dataclass(frozen=True)
class Case:
    """A row: where it lies, and the person whose own it is (0 for the village's)."""

    path: str
    person: int = 0


def own_village(viewer: Viewer, case: Case) -> bool:
    return any(
        hat.role in AT_VILLAGES
        and hat.unit_level in {"village", "grid"}
        and case.path.startswith(hat.unit_path)
        for hat in viewer.hats
    )


def evaluates(viewer: Viewer, case: Case) -> bool:
    return any(hat.role in EVALUATE and case.path.startswith(hat.unit_path) for hat in viewer.hats)


def of_the_village(viewer: Viewer, case: Case) -> bool:
    """A village's figures are for its people and those who evaluate it."""
    return own_village(viewer, case) or evaluates(viewer, case)


def of_a_person(viewer: Viewer, case: Case) -> bool:
    """A person's are for that person and those who evaluate: not for colleagues."""
    return viewer.person_id == case.person or evaluates(viewer, case)


def of_either(viewer: Viewer, case: Case) -> bool:
    return of_a_person(viewer, case) if case.person else of_the_village(viewer, case)


TABLE: dict[type[Record], Callable[[Viewer, Case], bool]] = {
    PointEntry: of_either,
    PersonScore: of_a_person,
    Tally: of_the_village,
    VillageIndex: of_the_village,
    Appeal: of_the_village,
}


async def cases(record: type[Record]) -> dict[int, Case]:
    of = {PointEntry: "person_id", PersonScore: "person_id"}.get(record)  # type: ignore[type-abstract]
    unit = "score__unit__path" if record is Appeal else "unit__path"
    rows: list[tuple[Any, ...]] = await record.all().values_list("id", unit, *([of] if of else []))
    return {int(pk): Case(str(path), int(rest[0] or 0) if rest else 0) for pk, path, *rest in rows}


async def everybody(place: Town) -> dict[str, Viewer]:
    posts: tuple[tuple[str, Unit], ...] = (
        *((role, place.village) for role in ("secretary", "cadre", "supervisor", "first_secretary")),
        *((role, place.township) for role in ("coordinator", "leader", "head", "observer")),
        *((role, place.county) for role in ("list_keeper", "observer", "supervisor")),
        ("grid_worker", place.grid),
        ("secretary", place.other_village),
        ("head", place.other_township),
        ("department_officer", place.department),
        ("office", place.office),
        ("city_admin", place.city),
    )
    found = {f"{role} at {unit.name}": await a_viewer(role, unit) for role, unit in posts}
    worker = await PointEntry.filter(person_id__isnull=False, unit=place.village).first()
    assert worker is not None
    post = await Post.get(pk=worker.post_id).select_related("unit")
    found["who did it"] = Viewer(post.person_id, None, "", (post.hat(),))
    return found


async def a_contested_town() -> tuple[Town, Appeal]:
    """Results, one taken back, one contested and decided, one contested and open."""
    place = await a_working_town()
    await results(place)
    keeper, secretary = (
        await a_viewer("list_keeper", place.county),
        await a_viewer("secretary", place.village),
    )
    first, second, third, _ = await entries_of(place)
    await evaluation.reverse(keeper, first, reason=REASON)
    score = await index_of(place, await a_month(place))
    waiting = await evaluation.appeal(secretary, score, words=WORDS, entry=second)
    decided = await evaluation.appeal(secretary, score, words=WORDS, entry=third)
    decided = await Appeal.get(pk=decided.pk).prefetch_related(*Appeal.judged_with)
    await evaluation.answer_appeal(keeper, decided, upheld=True, answer=ANSWER)
    await follow()
    return place, waiting


async def leaks(place: Town, viewers: dict[str, Viewer]) -> list[str]:
    found = []
    for record, right in TABLE.items():
        known = await cases(record)
        assert known, record.__name__
        for name, viewer in viewers.items():
            told = set(await record.visible_to(viewer).values_list("id", flat=True))
            allowed = {pk for pk, case in known.items() if right(viewer, case)}
            found += [f"{name} is told of {record.__name__} {pk}" for pk in sorted(told - allowed)]
            found += [f"{name} is not told of {record.__name__} {pk}" for pk in sorted(allowed - told)]
    return found


async def test_rows_are_told_exactly_as_the_table_says(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, _ = await a_contested_town()
    viewers = await everybody(place) | {"nobody": Viewer(None, None, "", via="nobody")}
    assert await leaks(place, viewers) == []
    for record in TABLE:
        with monkeypatch.context() as planted:
            planted.setattr(record, "visible_to", classmethod(lambda cls, viewer: cls.all()))
            assert await leaks(place, viewers), f"a leak of {record.__name__} would not be found"


async def test_the_trail_tells_of_an_appeal_to_whoever_may_read_it_and_nobody_else(town: str) -> None:
    place, _ = await a_contested_town()
    known = await cases(Appeal)
    for name, viewer in (await everybody(place)).items():
        told = await Event.visible_to(viewer).filter(command=evaluation.appeal.name).count()
        words = await EventPersonal.visible_to(viewer).filter(event__command=evaluation.appeal.name).count()
        allowed = sum(of_the_village(viewer, case) for case in known.values())
        assert told == words == allowed, name


@WALKERS
async def test_pages_tell_no_hidden_line_and_a_hidden_row_is_a_missing_one(
    site: Site,  # noqa: F811
    walkers: str,
) -> None:
    place, waiting = await a_contested_town()
    entries, appeals = await cases(PointEntry), await cases(Appeal)
    decided = {one.pk for one in await Appeal.exclude(pk=waiting.pk)}
    for name, viewer in walking(await everybody(place), walkers):
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        for pk, case in entries.items():
            answer = await browser.get(f"/points/{pk}")
            assert (answer.status_code == 200) == of_either(viewer, case), f"{name}: /points/{pk}"
        for pk, case in appeals.items():
            answer, whole = await browser.get(f"/appeals/{pk}"), of_the_village(viewer, case)
            assert (answer.status_code == 200) == (whole or pk in decided), f"{name}: /appeals/{pk}"
            assert (WORDS in answer.text) == whole, f"{name}: /appeals/{pk}"
        for unit in (place.village, place.other_village):
            listed = (await browser.get(f"/points?at={unit.pk}")).text
            allowed = of_the_village(viewer, Case(unit.path))
            assert allowed or ("/points/" not in listed.replace("/points?", "") and REASON not in listed), (
                name
            )
        shown = (await browser.get("/points")).text
        assert (REASON in shown) == of_the_village(viewer, Case(place.village.path)), name
