import asyncio
import cProfile
import pstats
import tempfile

from tests.bench import rankings
from tests.bench.__main__ import _town


async def main():
    with tempfile.TemporaryDirectory() as f:
        async with _town(f"sqlite://{f}/x.sqlite3", f):
            p = await rankings.pair()
            for _ in range(5):
                await p.ours()
            pr = cProfile.Profile()
            pr.enable()
            for _ in range(300):
                await p.ours()
            pr.disable()
            pstats.Stats(pr).sort_stats("cumtime").print_stats(60)


asyncio.run(main())
