"""A column of a request is what its asker writes, and nothing on the way forgets it, or it is something else for a reason."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from models import intake, tasks
from models.base.labels import told_of
from models.requests import WorkRequest
from models.requests.records import ASKED
from schema import schema
from tests.builders import a_list, a_town, a_viewer, an_admitted_request
from tests.sources import ROOT
from views.intake import changes

pytestmark = pytest.mark.anyio
ONCE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
"""Records say the same on either database."""

NOT_WRITTEN = {
    "who asks whom, fixed with the first submission": "id batch department_id township_id submitted_by_id submitted_at",
    "worked out by the screening": "matter_id waived fields_wanted fields_held notice_days notice_due",
    "its course": "state amended_at round rerouted_to_id office_answer answered_at",
    "the words again, for finding them": "sought",
}
BY_ANOTHER_NAME = {"elements": "data", "unticked": "untick_reason"}
"""What the forms and commands call otherwise: see `views.intake.requests.CALLED_HERE`; a reason is asked for, not a column."""
SHOWN_AS = {"elements": '/fields"', "demands": "demands | map"}
"""What the page shows by a piece of its own."""
SCREENS = [ROOT / "templates" / name for name in ("intake/new.html", "intake/amend.html")]


@ONCE
async def test_every_column_is_written_by_the_asker_or_is_not_for_a_reason(town: str) -> None:
    left = {name for names in NOT_WRITTEN.values() for name in names.split()}
    assert set(WorkRequest._meta.fields_db_projection) - set(ASKED) == left
    assert not left & set(ASKED)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda path: path.name)
def test_the_forms_ask_for_everything(screen: Path) -> None:
    asked = set(re.findall(r'f\.\w+\("(\w+)"', screen.read_text("utf-8")))
    assert {BY_ANOTHER_NAME.get(name, name) for name in ASKED} <= asked


@pytest.mark.parametrize("verb", [intake.submit, tasks.amend_request], ids=lambda one: one.name)
def test_the_commands_take_everything(verb: object) -> None:
    taken = set(inspect.signature(verb.act).parameters)  # type: ignore[attr-defined]
    assert {"untick_reason" if name == "unticked" else name for name in ASKED} <= taken


def test_its_pages_show_everything_and_so_does_the_api() -> None:
    where = [*(ROOT / "templates/intake").rglob("*.html"), ROOT / "templates/screening/show.html"]
    pages = "".join(path.read_text("utf-8") for path in where if path not in SCREENS)
    shown = {name: SHOWN_AS.get(name, f"asked.{name}") for name in ASKED}
    assert [name for name, how in shown.items() if how not in pages] == []
    offered = {
        field.extensions["strawberry-definition"].python_name
        for field in schema._schema.type_map["WorkRequest"].fields.values()  # type: ignore[attr-defined]
        if "strawberry-definition" in field.extensions
    }
    assert set(ASKED) - offered == {"unticked"}, "why somebody did not tick is for the reader at the township"


@ONCE
async def test_an_amendment_keeps_and_compares_everything_but_what_is_personal(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    request = await an_admitted_request(place)
    kept = request.said_by_its_asker()
    assert set(kept) == set(ASKED) - {"contact"} and WorkRequest.personal == {"contact"}
    assert set(ASKED) <= set(told_of(WorkRequest)), "two who change it at once are told of it by name"
    before = {name: f"{value}以前" if isinstance(value, str) else ["gone"] for name, value in kept.items()}
    told = await changes._changes(before, kept)
    assert [name for name, *_ in told] == [told_of(WorkRequest)[name] for name in kept]
    assert (await a_viewer("coordinator", place.township)).hats
