"""Let three generators of others write clients of our schema, and check the types they write: python -m tests.clients.

Each stands in a room of its own below `.venv/clients`: ariadne-codegen wants an older library than ours, the two others
are of another language. What cannot run here is said loudly; the Python client is always made where CI=true.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOM = Path(".venv/clients")
PYTHON, NODE = ROOM / "python", ROOM / "node"
ARIADNE = "ariadne-codegen==0.19.0"
PATIENCE = 300
ANY = re.compile(r"\b[Aa]ny\b")
WORDS = re.compile(
    r"""/\*.*?\*/|//[^\n]*|\"{3}.*?\"{3}|"[^"\n]*"|^from typing .*?$|\(node as any\)""", re.S | re.M
)
"""What is said in a client, and is no type of it."""
OPERATION = re.compile(r"^(query|mutation) (\w+)(.*?^}\n)", re.M | re.S)
BY_THE_GENERATOR = {"async_base_client.py", "base_model.py", "base_client.py", "client.py", "exceptions.py"}
"""What ariadne-codegen brings along, the same whatever the schema says."""
STRICT = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2020", "--moduleResolution", "node"]


class Unavailable(Exception):
    """A generator cannot be had here: there is no npm, or nobody answers it."""


def run(*words: str | Path, at: Path | None = None) -> None:
    """A step of a generator; it ends everything where it fails."""
    done = subprocess.run([*map(str, words)], cwd=at, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def fetched(room: Path, pins: str, *words: str | Path) -> None:
    """Install what a generator needs, unless the same has been installed here before."""
    stamp = room / "pins"
    if stamp.exists() and stamp.read_text() == pins:
        return
    try:
        subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        raise Unavailable(f"it could not be fetched ({type(failed).__name__})") from None
    stamp.write_text(pins)


def fresh(path: Path) -> Path:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def must_know_every_type(files: Iterator[Path] | list[Path]) -> None:
    """No value of a client is of a type that says nothing."""
    vague = [
        f"{file}: {line.strip()}"
        for file in files
        for line in WORDS.sub("", file.read_text("utf-8")).splitlines()
        if ANY.search(line)
    ]
    if vague:
        sys.exit("\n".join(["A client does not know what it is told:", *vague[:20]]))


def ariadne() -> None:
    """A client in Python: every field by its type."""
    if not (PYTHON / "bin/python").exists():
        run(sys.executable, "-m", "venv", fresh(PYTHON))
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ARIADNE]
    fetched(PYTHON, ARIADNE, PYTHON / "bin/python", *pip)
    made = fresh(ROOM / "made")
    run(PYTHON / "bin/ariadne-codegen", "--config", HERE / "codegen.toml")
    must_know_every_type([one for one in made.glob("*.py") if one.name not in BY_THE_GENERATOR])
    checks = ["--config-file", "/dev/null", "--cache-dir", ROOM / "mypy", "--python-executable"]
    run(sys.executable, "-m", "mypy", *checks, PYTHON / "bin/python", made)


def fetch_node() -> None:
    """What both generators of TypeScript need, at the versions of package.json."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("there is no npm here")
    NODE.mkdir(parents=True, exist_ok=True)
    pins = (HERE / "package.json").read_text("utf-8")
    (NODE / "package.json").write_text(pins)
    fetched(
        NODE,
        pins,
        npm,
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--prefix",
        NODE,
    )


def graphql_codegen() -> None:
    """Types in TypeScript of all that the schema says, and of every document."""
    fetch_node()
    shutil.copy(HERE / "codegen.json", NODE)
    run("node_modules/.bin/graphql-codegen", "--config", "codegen.json", at=NODE)
    must_know_every_type([NODE / "types.ts"])
    run("node_modules/.bin/tsc", *STRICT, "types.ts", at=NODE)


def relay() -> None:
    """What relay-compiler makes of every document: it holds the schema to the conventions of Relay."""
    fetch_node()
    modules = fresh(NODE / "relay")
    made = fresh(modules / "made")
    for name, text in operations():
        (modules / f"{name}.ts").write_text(text)
    shutil.copy(HERE / "relay.json", NODE)
    run("node_modules/.bin/relay-compiler", "relay.json", at=NODE)
    files = sorted(made.glob("*.graphql.ts"))
    must_know_every_type(files)
    run("node_modules/.bin/tsc", *STRICT, *[one.relative_to(NODE) for one in files], at=NODE)


def operations() -> Iterator[tuple[str, str]]:
    """A module for each document: relay wants an operation to be named after its module and its kind."""
    for kind, name, rest in OPERATION.findall((HERE / "documents.graphql").read_text("utf-8")):
        text = f"{kind} {name}{kind.capitalize()}{rest}"
        yield (
            name,
            f"import {{ graphql }} from 'relay-runtime';\n\nexport const document = graphql`\n{text}`;\n",
        )


def main() -> None:
    ROOM.mkdir(parents=True, exist_ok=True)
    for generator in (ariadne, graphql_codegen, relay):
        try:
            generator()
        except Unavailable as reason:
            if generator is ariadne and os.environ.get("CI") == "true":
                sys.exit(f"{generator.__name__} must run under CI, but {reason}")
            print(f"!!! {generator.__name__.upper()} DID NOT RUN: {reason}.", file=sys.stderr)
        else:
            print(f"{generator.__name__}: a client was made, and its types agree")


if __name__ == "__main__":
    main()
