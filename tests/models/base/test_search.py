"""Search: however words are kept and however they are asked for, folded alike they find each other, in every filter there is."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tortoise import Tortoise

import models
from models import units
from models.base.search import Sought, said, words_of
from models.people import Person, PersonFilter
from models.requests import WorkRequest
from models.units import Unit, UnitFilter
from tests.builders import a_list, a_request, a_town, a_viewer

ROOT = Path(models.__file__).parent.parent


def _filters() -> dict[str, Any]:
    """Every filter of the product that looks for words."""
    found = {}
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations" not in module.name:
            for name, one in vars(importlib.import_module(module.name)).items():
                if name.endswith("Filter") and dataclasses.is_dataclass(one):
                    found |= (
                        {name: one} if "text" in {field.name for field in dataclasses.fields(one)} else {}
                    )
    return found


FILTERS = _filters()
OWN_WORDS = re.compile(r"__i?(?:contains|startswith|endswith|exact)\b")
MAY_LOOK = re.compile(r"path__|code__startswith|username__startswith|_code__startswith|pinyin__|within")
"""Paths of the tree, beginnings of codes and initials are no words."""


def test_no_filter_looks_for_words_otherwise_than_folded() -> None:
    assert len(FILTERS) >= 11
    for door in ("models", "views", "schema"):
        for path in sorted((ROOT / door).rglob("*.py")):
            for line in path.read_text("utf-8").splitlines():
                if (
                    OWN_WORDS.search(line)
                    and path.name not in ("search.py",)
                    and "migrations" not in path.parts
                ):
                    assert MAY_LOOK.search(line), f"{path}: {line.strip()}"


@pytest.mark.anyio
async def test_every_filter_folds_what_is_asked(town: str) -> None:
    for name, kind in FILTERS.items():
        rows = _records()[
            name.removesuffix("Filter")
            .replace("Request", "WorkRequest")
            .replace("Published", "PublishedAnswer")
        ]
        asked = [
            kind(text=typed).among(rows.all()).sql(params_inline=True)
            for typed in ("ab防汛", "ＡＢ，防\u200b汛。")
        ]
        assert asked[0] == asked[1] and "防汛" in asked[0], name
        assert await kind(text="防汛🀄").among(rows.all()) == await kind(text="\u200b防汛").among(
            rows.all()
        ), name
        assert await kind(text="🀄").among(rows.all()) == [], name
        assert await kind(text=" \u200b\u3164").among(rows.all()).count() == await rows.all().count(), name


def _records() -> dict[str, Any]:
    return dict(Tortoise.apps["models"]) if Tortoise.apps else {}


@pytest.mark.anyio
async def test_a_place_is_found_by_any_of_its_names(town: str) -> None:
    place = await a_town()
    await units.rename(await a_viewer("city_admin", place.city), place.village, name="梅 渚村")
    village = await Unit.get(pk=place.village.pk)
    assert (village.name, village.sought) == ("梅渚村", "梅渚村")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"{village.code}{village.pinyin}".lower())
    code, initials = wide[: len(village.code)], wide[len(village.code) :]
    for typed in (
        "梅渚",
        "梅 渚",
        "梅渚村村委会",
        "梅渚村民委员会",
        "梅　渚\u200b村",
        code,
        initials,
        initials.upper(),
    ):
        assert village in await UnitFilter(text=typed).among(Unit.all()), typed
    assert await UnitFilter(text="梅渚 棠村").among(Unit.all()) == []


@pytest.mark.anyio
async def test_a_person_is_found_by_name_however_it_is_written(town: str) -> None:
    place = await a_town()
    viewer = await a_viewer("cadre", place.village, name="呂金木")
    for typed in ("吕金木", "呂金木", "吕 金木", "吕　金木", "吕金\u202e木", "金木"):
        assert [one.pk for one in await PersonFilter(text=typed).among(Person.all())] == [viewer.person_id], (
            typed
        )


@pytest.mark.anyio
async def test_what_rows_are_found_by_is_written_with_what_it_repeats(town: str) -> None:
    place = await a_town()
    await a_list(place.county)
    asked = await a_request(place, title="清明 護林ＡＢ", document_number="绍政〔2026〕1号")
    assert await WorkRequest.filter(said("护林ab")).values_list("id", flat=True) == [asked.pk]
    assert await WorkRequest.filter(said("绍政2026-1")).exists()
    asked.title, asked.body = "春耕", "另写"
    await asked.save(update_fields=["body"])
    assert not await WorkRequest.filter(said("春耕")).exists()
    await asked.save(update_fields=["title"])
    assert (await WorkRequest.get(said("春耕"))).pk == asked.pk
    asked.title = "夏收"
    await WorkRequest.bulk_update([asked], ["title"])
    assert (await WorkRequest.get(said("夏　收"))).pk == asked.pk
    assert not any("sought" in one.columns() for one in (asked, place.village))
    await _is_written_everywhere()


async def _is_written_everywhere() -> None:
    for record in _records().values():
        for name, field in record._meta.fields_map.items():
            if isinstance(field, Sought):
                for row in await record.all():
                    assert getattr(row, name) == words_of(row, field.of), row


@pytest.mark.anyio
async def test_a_town_from_before_is_folded_and_stays_as_guarded_as_it_was(town: str) -> None:
    place = await a_town()
    made = await a_list(place.county)
    await Person.create(name="吕 金木", phone="138-0000-0013")
    client = Tortoise.get_connection("default")
    for table in ("unit", "person"):
        await client.execute_query(f"UPDATE {table} SET sought = ''")
    fold = importlib.import_module("models.migrations.0037_sought").fold_what_is_there
    await fold(None, SimpleNamespace(client=client))
    await _is_written_everywhere()
    person = await Person.all().order_by("-id").first()
    assert person is not None and (person.name, person.phone) == ("吕金木", "13800000013")
    with pytest.raises(Exception, match="frozen"):
        await client.execute_query(f"UPDATE matter SET title = 'x' WHERE list_id = {made.pk}")
