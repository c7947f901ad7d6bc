"""The figures of `listen`: events a second over HTTP until all of their lines are written, peak memory, and the time from a post to its line.

The yardstick is the same web server with nothing behind it: it parses the body of each request and answers.
"""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

import orjson

from tests.benchmarks.figures import BenchError, Figure, in_turns, paired
from tests.benchmarks.workspace import Workspace, python
from tests.generate import event_lines

_BATCH = 100
_CONNECTIONS = 2
PLAIN = """
import sys
import orjson, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from abtui.services.loopback.server import LoopbackServer
from abtui.services.errors import ServiceError

async def post(request):
    orjson.loads(await request.body())
    return JSONResponse({"success": True})

class Plain(LoopbackServer):
    name, failure = "plain", ServiceError
    def _make_app(self, port):
        return Starlette(routes=[Route("/v1/batch", post, methods=["POST"])])

with Plain() as plain:
    print(f"http://127.0.0.1:{plain.port}", file=sys.stderr, flush=True)
    sys.stdin.read()
"""


def listening(space: Workspace) -> list[Figure]:
    """Speed, memory and delay of `listen`."""
    # Far more than the backlog keeps in memory, which is what a rush fills first.
    many = 500 if space.brief else 40_000 if space.quick else 100_000
    few = _BATCH if space.brief else 10_000
    bodies = _bodies(many)
    ours, plain = in_turns(
        space.rounds(5), partial(_speed, space, bodies, many), partial(_plain_speed, space, bodies, many), warm=False
    )
    figures = [
        paired("listen", "listen, in batches of 100", "events/s", ours, "a server with nothing behind it", plain)
    ]
    if sys.platform == "linux":
        low, high = (_peak(space, bodies[: count // _BATCH], count) for count in (few, many))
        name, yardstick = f"peak of listen, {many:,} events", f"the same, {few:,}"
        figures.append(paired("listen", name, "MB", [high], yardstick, [low], at_most=1.5))
    delays = _delays(space, 5 if space.brief else 50)
    figures.append(Figure("listen", "from a post to its line", statistics.median(delays) * 1000, "ms"))
    return figures


def _bodies(count: int) -> list[bytes]:
    """Events in batches, as a server's SDK posts them."""
    events = [orjson.loads(line) for line in islice(event_lines(), count)]
    for event in events:
        for name in ("originalTimestamp", "receivedAt"):
            event.pop(name, None)
    parts = [events[at : at + _BATCH] for at in range(0, count, _BATCH)]
    return [orjson.dumps({"batch": part, "sentAt": "2026-01-01T00:00:00.000Z", "writeKey": "k"}) for part in parts]


@contextmanager
def _process(space: Workspace, command: tuple[str, ...]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server and its port."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=space.environment(),
        cwd=space.folder,
    )
    with process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline().decode()
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found is None:
                raise BenchError(f"`{command[-1]}` did not begin to listen: {line.strip()}")
            yield process, int(found[1])
        finally:
            process.kill()


def _listen(space: Workspace) -> tuple[str, ...]:
    return (*space.abtui, "listen", str(space.config()), "--port", "0")


def _speed(space: Workspace, bodies: list[bytes], count: int) -> float:
    with ThreadPoolExecutor() as pool, _process(space, _listen(space)) as (process, port):
        lines = pool.submit(_lines, process.stdout, count)
        started = time.perf_counter()
        _post_all(pool, port, bodies)
        lines.result()
        return count / (time.perf_counter() - started)


def _plain_speed(space: Workspace, bodies: list[bytes], count: int) -> float:
    with ThreadPoolExecutor() as pool, _process(space, python("-c", PLAIN)) as (_server, port):
        started = time.perf_counter()
        _post_all(pool, port, bodies)
        return count / (time.perf_counter() - started)


def _peak(space: Workspace, bodies: list[bytes], count: int) -> float:
    with ThreadPoolExecutor() as pool, _process(space, _listen(space)) as (process, port):
        lines = pool.submit(_lines, process.stdout, count)
        _post_all(pool, port, bodies)
        lines.result()
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _delays(space: Workspace, count: int) -> list[float]:
    """Seconds from the moment one event is posted to the moment its line can be read."""
    delays = []
    with (
        _process(space, _listen(space)) as (process, port),
        socket.create_connection(("127.0.0.1", port)) as connection,
    ):
        assert process.stdout is not None
        for number in range(count):
            event = {"type": "track", "event": "Signed In", "userId": "u", "messageId": f"m-{number}"}
            started = time.perf_counter()
            connection.sendall(_request(orjson.dumps({"batch": [event]})))
            process.stdout.readline()
            delays.append(time.perf_counter() - started)
            _answered(connection)
    return delays


def _lines(stream: IO[bytes] | None, count: int) -> None:
    """Read so many lines. Raises BenchError if one was lost."""
    assert stream is not None
    if sum(1 for _ in islice(stream, count)) != count:
        raise BenchError("listen ended before all of its lines were written")


def _post_all(pool: ThreadPoolExecutor, port: int, bodies: list[bytes]) -> None:
    shares = [pool.submit(_post, port, bodies[at::_CONNECTIONS]) for at in range(_CONNECTIONS)]
    for share in shares:
        share.result()


def _post(port: int, bodies: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for body in bodies:
            connection.sendall(_request(body))
            _answered(connection)


def _request(body: bytes) -> bytes:
    return b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _answered(connection: socket.socket) -> None:
    """Read one answer. Raises BenchError if it is not a yes."""
    data = b""
    while b"}" not in data:
        piece = connection.recv(4096)
        data += piece
        if not piece or (b"\r\n" in data and b" 200 " not in data):
            raise BenchError(f"a post was answered {data[:60]!r}")
