"""What keeps the code the shape it has: small files that say what they are, sentences on everything, and a tidy house."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType
from tortoise import Tortoise

from models import CONCEPTS
from models.base.records import Record
from schema import schema
from schema.base.build import core
from schema.base.nodes import RECORDS
from tests import long
from tests.sources import CODE, MODELS, ROOT, WORDS, WRITTEN

LONGEST = 300
TOP = {"schema", "models", "views", "templates", "static", "tests", "pyproject.toml", "README.md"} | {
    "Makefile",
    "LICENSE",
    "requirements.lock",
}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < LONGEST
    assert ast.get_docstring(ast.parse(text)), "a file begins with a sentence"
    assert path.stem not in {"utils", "helpers", "services", "manager", "misc", "common"}


def undocumented(source: str) -> list[str]:
    """Public classes and commands without a sentence."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and (isinstance(node, ast.ClassDef) or any("command" in ast.unparse(d) for d in node.decorator_list))
        and not ast.get_docstring(node)
        and not _is_shape(node)
    ]


def _is_shape(node: ast.stmt) -> bool:
    """Exceptions and protocols whose name says it all, and classes of settings inside others."""
    return isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)


@pytest.mark.parametrize("path", MODELS, ids=lambda p: str(p.relative_to(ROOT)))
def test_records_and_commands_carry_a_sentence(path: Path) -> None:
    assert undocumented(path.read_text("utf-8")) == []


def test_the_check_of_sentences_can_fail() -> None:
    assert undocumented("class Task(Record):\n    x = 1") == ["Task"]


def test_everything_graphql_offers_is_described() -> None:
    bare = []
    for type_ in core(schema).type_map.values():
        if type_.name.startswith("__"):
            continue
        if (
            isinstance(type_, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType)
            and not type_.description
        ):
            bare.append(type_.name)
    assert set(bare) <= {"Query", "Mutation"}, bare


async def test_every_record_says_who_may_see_it_and_every_reference_is_indexed() -> None:
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": list(CONCEPTS)})
    try:
        for record in Tortoise.apps["models"].values():
            assert issubclass(record, Record), record
            assert not _unindexed(record), f"{record.__name__} has references without an index"
    finally:
        await Tortoise.close_connections()
    for record in RECORDS.values():
        assert "visible_to" in vars(record), f"{record.__name__} is shown and does not say to whom"


def _unindexed(record: type) -> list[str]:
    meta = record._meta  # type: ignore[attr-defined]
    leading = {index[0] for index in (*meta.unique_together, *meta.indexes) if isinstance(index, tuple)}
    return [
        name
        for name in meta.fk_fields
        if not meta.fields_map[f"{name}_id"].index
        and name not in leading
        and f"{name}_id" not in leading
        and not meta.fields_map[f"{name}_id"].unique
    ]


SPEAKS_OF = re.compile(
    r"/(work|root|home)/|pypi[.]|files[.]pythonhosted|(?<!no-emit-)index[-]url|registry[.]npm", re.IGNORECASE
)


def test_nothing_names_this_machine_or_where_packages_come_from() -> None:
    assert SPEAKS_OF.search("--index" + "-url x")
    texts = [p for p in ROOT.iterdir() if p.is_file() and p.name in TOP]
    texts += [p for p in (*CODE, *WORDS, *(ROOT / "tests").rglob("*.py")) if p != Path(__file__)]
    for path in texts:
        if path.suffix in {".png", ".ico", ".xlsx", ".woff2", ".webp", ".svg"}:
            continue
        found = SPEAKS_OF.search(path.read_text("utf-8", errors="ignore"))
        assert not found, f"{path.relative_to(ROOT)}: {found.group(0) if found else ''}"


def test_the_top_level_holds_what_it_may_and_nothing_else() -> None:
    ignored = {"var", "xingcun.egg-info", "build", "__pycache__"}
    here = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - ignored
    assert here == TOP


def test_dependencies_are_pinned_and_the_lock_is_whole() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    wanted = re.findall(r'^\s+"([^"]+)",$', block, re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text("utf-8").lower()
    for one in wanted:
        assert re.search(r"==\d", one), f"{one} is not pinned"
        name, version = one.split("==")
        assert f"{name.partition('[')[0].lower()}=={version}" in lock, one
    assert "--hash=sha256:" in lock


def test_what_is_said_to_be_long_is_there() -> None:
    files = list((ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"def (test_\w+)", "".join(path.read_text("utf-8") for path in files)))
    assert {path.name for path in files} >= long.FILES and defined >= long.TESTS | long.LONGEST
    assert all((ROOT / folder).is_dir() for folder in long.FOLDERS)
