"""A server that answers with given bytes, for answers no proper server gives."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """The bytes of an answer."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(data: bytes) -> Script:
    """A script that writes `data`."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return script


class RawServer:
    """Reads one request of each connection into `requests`, runs the script, and closes the connection.

    With `reads` false it waits for a byte only, as a server of another protocol would.
    """

    def __init__(self, script: Script | bytes, *, tls: ssl.SSLContext | None = None, reads: bool = True) -> None:
        self._script = answering(script) if isinstance(script, bytes) else script
        self._tls = tls
        self._reads = reads
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[bytes] = []
        self.asked = asyncio.Event()
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.base = f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            if self._reads:
                self.requests.append(await _request(reader))
                self.asked.set()
            else:
                await reader.read(1)
            await self._script(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)


class LimitOnceRead:
    """Stands for `asyncio` in the transport: the time for an exchange is over once the server has read every request of those begun.

    So a test of it waits for an event, and it does not matter how long a machine takes to connect and to write.
    """

    def __init__(self, reached: Callable[[int], bool]) -> None:
        self._reached = reached
        self._begun = 0

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)

    @contextlib.asynccontextmanager
    async def timeout(self, _seconds: float) -> AsyncIterator[None]:
        self._begun += 1
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(self._watch(limit))
            try:
                yield
            finally:
                watching.cancel()

    async def _watch(self, limit: asyncio.Timeout) -> None:
        while not self._reached(self._begun):
            await asyncio.sleep(0.001)
        limit.reschedule(asyncio.get_running_loop().time())


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)
