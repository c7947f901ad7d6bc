"""The figures of `send`: requests a second one by one, events a second in batches, and peak memory over a million events.

The yardstick is plain httpx that maps and sends the same events at the same concurrency, without a plan and without a journal.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from tests.benchmarks.figures import Figure, in_turns, paired
from tests.benchmarks.headless import peak
from tests.benchmarks.workspace import REPOSITORY, Workspace, python, seconds
from tests.generate import config_text

_SINGLE, _BATCHED = 2_000, 100_000
PLAIN = """
import asyncio, os, sys
import httpx
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.delivery.request import batch_request

config = read_config(open(sys.argv[1]).read(), os.environ).config
size, tasks = int(sys.argv[3]), int(sys.argv[4])
mapper = Mapper(config)

def requests():
    held = []
    with open(sys.argv[2], "rb") as file:
        for event in read_events(iter(lambda: file.read(65536), b""), "e"):
            made = mapper.requests(event.value) if isinstance(event, Event) else []
            if not made:
                continue
            held.append(made[0][1])
            if len(held) == size:
                yield held[0] if size == 1 else batch_request(held)
                held = []
    if held:
        yield batch_request(held)

async def main():
    waiting = requests()
    async with httpx.AsyncClient(trust_env=False) as client:
        async def work():
            for request in waiting:
                answer = await client.put(request.url, content=request.body_bytes, headers={**request.headers, "X-API-Key": "k"})
                assert answer.json()["ok"]
        await asyncio.gather(*(work() for _ in range(tasks)))

asyncio.run(main())
"""


@contextmanager
def _config(space: Workspace) -> Iterator[str]:
    """A config for a server that answers as long as this lasts."""
    server = subprocess.Popen(
        python("-m", "tests.benchmarks.answering"), stdout=subprocess.PIPE, cwd=REPOSITORY, env=space.environment()
    )
    assert server.stdout is not None
    try:
        base = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        path = space.folder / "send.yaml"
        path.write_text(config_text().replace("https://bench.absmartly.io/v1", base), encoding="utf-8")
        yield str(path)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def sending(space: Workspace) -> list[Figure]:
    """Speed and peak memory of `send`."""
    figures = []
    few, many = 10_000, 200_000 if space.quick else 1_000_000
    with _config(space) as config:
        for name, unit, events, size, tasks in (
            ("one by one", "requests/s", _SINGLE, 1, 4),
            ("in batches of 500", "events/s", _BATCHED, 500, 2),
        ):
            corpus = str(space.corpus(events))
            ours, plain = in_turns(
                space.rounds(3),
                partial(_timed, space, config, corpus, size),
                partial(seconds, space, python("-c", PLAIN, config, corpus, str(size), str(tasks))),
                warm=False,
            )
            rates = [[events / taken for taken in values] for values in (ours, plain)]
            figures.append(paired("send", f"send, {name}", unit, rates[0], "plain httpx, no journal", rates[1]))
        low, high = (peak(space, _command(space, config, str(space.corpus(size)), 500)) for size in (few, many))
        space.corpus(many).unlink()
    return [
        *figures,
        paired("send", f"peak of send, {many:,} events", "MB", [high], f"the same, {few:,}", [low], at_most=1.2),
    ]


_NUMBERS = count()


def _command(space: Workspace, config: str, corpus: str, size: int) -> tuple[str, ...]:
    journal = space.folder / f"journal-{next(_NUMBERS)}"
    how = () if size == 1 else (f"--batch={size}",)
    return (*space.abtui, "send", config, corpus, "--yes", "--journal", str(journal), *how)


def _timed(space: Workspace, config: str, corpus: str, size: int) -> float:
    command = _command(space, config, corpus, size)
    taken = seconds(space, command)
    Path(command[command.index("--journal") + 1]).unlink()
    return taken
