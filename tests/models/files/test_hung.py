"""What files hang on: each record that names one says so, or whoever sees it would not see its files."""

from __future__ import annotations

from importlib import import_module

from models import CONCEPTS
from models.base.records import Record
from models.files import File


def test_every_record_that_names_a_file_says_that_files_hang_on_it() -> None:
    for concept in CONCEPTS:
        import_module(concept)
    named = {
        (record, f"{name}_id")
        for record in Record.__subclasses__()
        for name in record._meta.fk_fields
        if record._meta.fields_map[name].model_name == "models.File"  # type: ignore[attr-defined]
    }
    assert len(named) > 5
    assert {(record, one.column) for record, one in File.hung_on.items()} == named
