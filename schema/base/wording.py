"""What fields and arguments mean: said at home where a record says it, and else once for each name.

A column's own sentence stands below it in its record, and is read there. What the same name means wherever it stands
is said here; a field that means something of its own says so where it is declared.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from models.base.records import Record
from schema.base.nodes import RECORDS

LINES = Path(__file__).with_name("words.tsv").read_text("utf-8").splitlines()
WORDS: dict[str, str] = {name: words for name, _, words in (line.partition("\t") for line in LINES)}
"""What a name means wherever it stands."""


def put_into_words(schema: GraphQLSchema) -> None:
    """Describe what describes itself nowhere yet."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            record = RECORDS.get(type_.name)
            for name, field in type_.fields.items():
                field.description = field.description or _of_field(record, name, field)
                for called, argument in field.args.items():
                    argument.description = argument.description or meant_by(called)
        elif isinstance(type_, GraphQLInputObjectType):
            for name, part in type_.fields.items():
                part.description = part.description or meant_by(name)


def _of_field(record: type[Record] | None, name: str, field: Any) -> str | None:
    own = field.extensions.get("strawberry-definition")
    column = getattr(own, "python_name", "")
    return (said_at_home(record).get(column) if record is not None else None) or meant_by(name)


OF_UNITS = re.compile(r"(unit|village|department|township|request)(Id|Code|Name)")


def meant_by(name: str) -> str | None:
    """What a name means wherever it stands: in its own words, or by how it ends."""
    if name in WORDS:
        return WORDS[name]
    if parts := OF_UNITS.fullmatch(name):
        return f"The {parts[2].lower()} of the {parts[1]}."
    for end, words in ENDS.items():
        if name.endswith(end):
            begin = re.sub("([A-Z])", lambda sign: f" {sign[1].lower()}", name.removesuffix(end))
            return words.format(begin)
    return None


ENDS = {
    "Label": "The {} in the words of pages.",
    "At": "When it was {}.",
    "By": "Who {} it, where the viewer may know.",
}


@cache
def said_at_home(record: type[Record]) -> dict[str, str]:
    """The sentences that stand below the columns of a record."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(record))).body[0]
    except OSError:
        return {}
    assert isinstance(body, ast.ClassDef)
    told = {}
    for line, below in zip(body.body, body.body[1:], strict=False):
        column = _column(line)
        if column and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            told[column] = " ".join(str(below.value.value).split())
    return told


def _column(line: ast.stmt) -> str:
    target = line.target if isinstance(line, ast.AnnAssign) else None
    if isinstance(line, ast.Assign):
        target = line.targets[0] if isinstance(line.targets[0], ast.Name) else None
    return target.id if isinstance(target, ast.Name) else ""
