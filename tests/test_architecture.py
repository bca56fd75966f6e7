"""What keeps the code the shape it has: layers, thin doors, small files, words, and nothing that must not be."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema
from tortoise import Tortoise

from models import CONCEPTS
from models.base.commands import Command, Rule, command, rule
from models.base.records import Record
from models.compliance import LOGGED, checked, names_in
from models.compliance.dossier import commands
from schema import schema
from schema.base.build import core
from schema.base.nodes import RECORDS
from tests import long

ROOT = Path(__file__).parent.parent
CODE = sorted(p for part in ("models", "schema", "views") for p in (ROOT / part).rglob("*.py"))
WRITTEN = [p for p in CODE if "migrations" not in p.parts]
WORDS = sorted(p for part in ("templates", "static") for p in (ROOT / part).rglob("*") if p.is_file())
MODELS = [p for p in WRITTEN if p.relative_to(ROOT).parts[0] == "models"]
LONGEST = 300
TOP = {"schema", "models", "views", "templates", "static", "tests", "pyproject.toml", "README.md"} | {
    "Makefile",
    "LICENSE",
    "requirements.lock",
}


def kept_apart(where: Path) -> subprocess.CompletedProcess[str]:
    """What the contract of `pyproject.toml` says of the packages in a folder."""
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(lint, cwd=where, capture_output=True, text=True, check=False)


def test_every_room_stands_on_those_below_it_and_the_doors_do_not_know_each_other() -> None:
    told = kept_apart(ROOT)
    assert told.returncode == 0, told.stdout


PLANTED = {
    "models/units/records.py": "from models.tasks import Task",
    "models/base/clock.py": "def late():\n    from models.people import Post",
    "models/people/records.py": "if TYPE_CHECKING:\n    from models.accounts import Account",
    "models/inbox/kinds.py": "from starlette.requests import Request",
    "schema/base/nodes.py": "import views.base.pages",
    "views/application.py": "import strawberry",
}


def test_the_contract_can_fail(tmp_path: Path) -> None:
    for part in ("models", "schema", "views"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in PLANTED.items():
        with (tmp_path / file).open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")
    told = kept_apart(tmp_path)
    assert told.returncode == 1
    for file in PLANTED:
        assert f"{file.removesuffix('.py').replace('/', '.')} -> " in told.stdout
    with (tmp_path / "schema/units.py").open("a", encoding="utf-8") as text:
        text.write("\nfrom schema.people import Post\n")
    assert "No cycles are allowed in schema" in kept_apart(tmp_path).stdout


def test_concepts_stand_in_the_order_of_the_floors() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["models"])
    floor = {room: n for n, layer in enumerate(reversed(layers)) for room in layer.split(" | ")}
    floors = [floor[concept.split(".")[1]] for concept in CONCEPTS]
    assert floors == sorted(floors)


def late(source: str, room: str) -> list[str]:
    """Other rooms that a file of this one imports elsewhere than at its top, or for its types alone."""
    tree = ast.parse(source)
    elsewhere = (node for node in ast.walk(tree) if node not in tree.body)
    return [name for node in elsewhere for name in imported(node) if is_of_another(name, room)]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def is_of_another(name: str, room: str) -> bool:
    return name.startswith("models.") and name.split(".")[1] != room


def test_rooms_are_imported_at_the_top_of_a_file() -> None:
    found = {}
    for path in MODELS:
        room = path.relative_to(ROOT / "models").parts[0].removesuffix(".py")
        if names := late(path.read_text("utf-8"), room):
            found[path] = names
    assert found == {}


def test_the_check_of_late_imports_can_fail() -> None:
    assert late("def late():\n    from models.tasks import Task", "files") == ["models.tasks.Task"]
    assert late("if TYPE_CHECKING:\n    from models import people", "units") == ["models.people"]
    assert late("def late():\n    from models.tables.texts import read_text", "tables") == []


NO_CONCEPT = {
    "views": {
        "application": "where both doors are put together",
        "explorer": "the page to try the API on",
        "public": "what is nobody's: the start page, what robots and watchmen ask for",
        "terminal": "the command line, one file for each command",
    },
    "templates": {
        "base.html": "the frame of every page",
        "explorer": "the page to try the API on",
        "public": "the start page",
    },
    "schema": {"viewer": "who is asking, and any node by its id"},
}
"""What in a door is named otherwise than a concept of the town, and why."""
UNDER_NO_NAME = {"__init__.py", "__main__.py", "schema.graphql", "released.graphql", "base"}


def names_in_layer(layer: Path) -> set[str]:
    """What a layer is made of: the names of its folders and files, `base` beside."""
    files = (path for path in layer.rglob("*") if path.suffix in {".py", ".html", ".graphql"})
    tops = {path.relative_to(layer).parts[0] for path in files} - UNDER_NO_NAME
    return {name.removesuffix(".py") for name in tops}


def strangers_to_the_town(layer: str, there: set[str]) -> set[str]:
    """Names of which models know nothing and no reason is given."""
    return there - names_in_layer(ROOT / "models") - set(NO_CONCEPT[layer])


@pytest.mark.parametrize("layer", sorted(NO_CONCEPT))
def test_the_same_name_opens_each_column(layer: str) -> None:
    there = names_in_layer(ROOT / layer)
    assert strangers_to_the_town(layer, there) == set()
    assert set(NO_CONCEPT[layer]) <= there, "a reason is given for what is no longer there"


def test_the_check_of_columns_can_fail() -> None:
    assert strangers_to_the_town("views", {"bidding", "desk", "public"}) == {"desk"}
    assert strangers_to_the_town("schema", {"lists", "matters", "terminal"}) == {"lists", "terminal"}


WRITING = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "delete",
    "update",
}
OPENS = {"in_transaction", "tortoise.transactions", "transactions"}
NOT_ROWS = re.compile(r"(headers|filters|details|digest|seen|kept)$")
"""Plain dictionaries and sets on which a door may call `update` and the like."""


def writes(source: str) -> list[str]:
    """Calls that would change rows: a door may only run commands."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
            on = ast.unparse(node.func.value)
            if not NOT_ROWS.search(on):
                found.append(f"{on}.{node.func.attr}")
        if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) in OPENS:
            found.append("in_transaction")
    return found


DOORS = [p for p in WRITTEN if p.relative_to(ROOT).parts[0] in ("schema", "views")]


@pytest.mark.parametrize("path", DOORS, ids=lambda p: str(p.relative_to(ROOT)))
def test_doors_never_write(path: Path) -> None:
    assert writes(path.read_text("utf-8")) == []


def test_the_check_of_doors_can_fail() -> None:
    assert writes("await Task.filter(id=1).update(state='x')") == ["Task.filter(id=1).update"]
    assert writes("async with in_transaction(): pass") == ["in_transaction"]
    assert writes("from tortoise.transactions import in_transaction as one") == ["in_transaction"]
    assert writes("import tortoise.transactions") == ["in_transaction"]


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


def betrayed(names: Iterable[str]) -> list[str]:
    """Names that betray data which must not be collected, each with the ban it breaks."""
    return [f"{found.name}: {found.ban.what}" for found in checked(names)]


async def test_no_table_can_count_presence_or_hold_what_must_not_be_held() -> None:
    assert betrayed(["title", "login_count"]) == ["login_count: 登录次数和最近登录"]
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": list(CONCEPTS)})
    try:
        for record in Tortoise.apps["models"].values():
            assert betrayed([*record._meta.fields_db_projection, record._meta.db_table]) == [], record
    finally:
        await Tortoise.close_connections()


def test_no_command_tells_the_trail_what_must_not_be_held() -> None:
    for path in MODELS:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert len(commands()) > 100
    for one in commands():
        assert betrayed([one.name.partition(".")[2], *one.details]) == [], one.name


def test_the_check_of_commands_can_fail() -> None:
    @command(said="试一下", who=rule("谁都可以。")(lambda *_: True))
    async def clock_in(actor: object, subject: Record, *, latitude: str) -> None:
        """Something that must never be."""

    assert betrayed(["clock_in", *clock_in.details]) == ["clock_in: 打卡签到", "latitude: 行动轨迹和定位"]


def fields_of(types: Iterable[object]) -> Iterator[str]:
    """Every name under which GraphQL would give or take something."""
    for type_ in types:
        if isinstance(type_, GraphQLEnumType):
            yield from type_.values
        for name, field in getattr(type_, "fields", {}).items():
            yield from (name, *getattr(field, "args", {}))


def test_graphql_offers_nothing_that_must_not_be_held() -> None:
    ours = [type_ for name, type_ in core(schema).type_map.items() if not name.startswith("__")]
    assert len(set(fields_of(ours))) > 300
    assert betrayed(set(fields_of(ours))) == []


def test_the_check_of_graphql_can_fail() -> None:
    wrong = build_schema("type Query { people(onlineMinutes: Int): Int } type Person { lastSeen: String }")
    found = betrayed(sorted(fields_of(wrong.type_map[name] for name in ("Query", "Person"))))
    assert found == ["lastSeen: 登录次数和最近登录", "onlineMinutes: 在线时长"]


LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log", "fatal", "warn"}


def loggers(tree: ast.AST) -> dict[str, str]:
    """The variables of a file that stand for loggers, with their names."""
    made = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (name := logger_made(node.value)):
            made |= {ast.unparse(target): name for target in node.targets}
    return made


def logger_made(node: ast.expr) -> str:
    """The name of the logger that an expression asks for, or nothing."""
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("getLogger")
    return ast.unparse(node.args[0]).strip("'") if is_call and node.args else ""  # type: ignore[attr-defined]


def logs_beside(source: str) -> list[str]:
    """What log lines of this file are told and may not be; their text must be a plain constant."""
    tree = ast.parse(source)
    names, found = loggers(tree), []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        on = ast.unparse(node.func.value)
        name = names.get(on) or logger_made(node.func.value) or ("root" if on == "logging" else "")
        if node.func.attr not in LEVELS or not name:
            continue
        text, *told = node.args[node.func.attr == "log" :] or [ast.Constant(None)]
        told += [word.value for word in node.keywords if word.arg not in {"exc_info", "stacklevel"}]
        found += [] if isinstance(text, ast.Constant) and isinstance(text.value, str) else [ast.unparse(text)]
        found += [said for one in told if (said := ast.unparse(one)) not in LOGGED.get(name, {})]
    return found


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_logs_are_told_only_what_they_may_keep(path: Path) -> None:
    assert logs_beside(path.read_text("utf-8")) == []


def test_the_check_of_logs_can_fail() -> None:
    made = 'import logging\nlog = logging.getLogger("xingcun.requests")\n'
    assert logs_beside(made + 'log.info("%s signed in", viewer.name)') == ["viewer.name"]
    assert logs_beside(made + 'log.warning(f"{address} again")') == ["f'{address} again'"]
    assert logs_beside(made + 'log.log(10, "x", extra={"who": who})') == ["{'who': who}"]
    assert logs_beside('import logging\nlogging.getLogger("xingcun").error("%s", body)') == ["body"]
    assert logs_beside('import logging\nlogging.info("%s", status)') == ["status"]
    assert logs_beside(made + 'log.info("%s", text)') == ["text"], "reminders may, requests may not"
    assert logs_beside(made + 'log.info("%s", status)') == []


def test_what_logs_may_keep_is_nothing_forbidden_and_nothing_that_is_no_longer_logged() -> None:
    allowed = [said for told in LOGGED.values() for said in told]
    assert betrayed(name for said in allowed for name in names_in(said)) == []
    files = [p for p in WRITTEN if "compliance" not in p.parts]
    written = " ".join(ast.unparse(ast.parse(p.read_text("utf-8"))) for p in files)
    assert [said for said in allowed if said not in written] == []


OUTSIDE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//(?!www\.w3\.org)""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=[\"']|javascript:")


@pytest.mark.parametrize("path", [p for p in WORDS if p.suffix in {".html", ".css"}], ids=lambda p: p.name)
def test_pages_take_nothing_from_elsewhere_and_carry_no_scripts_inside(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not OUTSIDE.search(text) and not INLINE.search(text)


def test_the_check_of_pages_can_fail() -> None:
    assert OUTSIDE.search('<img src="https://elsewhere.test/a.png">')
    assert INLINE.search("<script>alert(1)</script>") and INLINE.search('<p style="x">')
    assert INLINE.search('<a onclick="x">') and not INLINE.search('<script src="/static/htmx.js"></script>')


CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSALS = {"Invalid", "NotAllowed", "NotNow", "NotFound"}


def foreign_sentences(source: str) -> list[str]:
    """Sentences of refusals and rules that a person could not read."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            said = ast.unparse(node.args[0])
            is_text = isinstance(node.args[0], ast.Constant | ast.JoinedStr)
            if node.func.id in REFUSALS | {"rule", "only_the_clock"} and is_text and not CHINESE.search(said):
                found.append(said)
    return found


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_refusal_is_said_in_chinese(path: Path) -> None:
    assert foreign_sentences(path.read_text("utf-8")) == []


def test_the_check_of_sentences_people_read_can_fail() -> None:
    assert foreign_sentences('raise Invalid("not this")') == ["'not this'"]


ONLY_THE_CLOCK = re.compile(r"def \w+\(actor: Viewer, \w+: \w+\) -> bool:\n    return actor\.is_clock\n")


def test_what_only_the_calendar_does_is_said_in_one_word() -> None:
    again = [str(path) for path in MODELS if ONLY_THE_CLOCK.search(path.read_text("utf-8"))]
    assert again == [], "only_the_clock of models.base.ticking says this"
    assert ONLY_THE_CLOCK.search("def late(actor: Viewer, task: Task) -> bool:\n    return actor.is_clock\n")


def test_rules_and_commands_are_made_in_models_only() -> None:
    import schema as graphql_door
    from views.terminal import cli

    for module in (graphql_door, cli):
        made = [
            n
            for n, v in vars(module).items()
            if isinstance(v, Rule | Command) and v.__module__ == module.__name__
        ]
        assert made == []


SPEAKS_OF = re.compile(
    r"/(work|root|home)/|pypi[.]|files[.]pythonhosted|(?<!no-emit-)index[-]url|registry[.]npm", re.IGNORECASE
)


def test_nothing_names_this_machine_or_where_packages_come_from() -> None:
    assert SPEAKS_OF.search("--index" + "-url x")
    texts = [p for p in ROOT.iterdir() if p.is_file() and p.name in TOP]
    texts += [p for p in (*CODE, *WORDS, *(ROOT / "tests").rglob("*.py")) if p.name != "test_architecture.py"]
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
