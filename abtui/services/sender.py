"""Sending one request to its target, and nowhere else.

What the request is made of is fixed: the mapped headers, the mapped bytes. Around it go `Host`, `Content-Length` and what the
published function's HTTP client sends of itself (`Accept`, `Accept-Encoding`, `User-Agent`), as firewalls look at these.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from abtui.core.config.endpoint import blocks_sending, is_loopback, split_endpoint
from abtui.core.config.model import Target
from abtui.core.delivery.receipts import Receipt, Sent, receipt_of_answer, receipt_of_failure
from abtui.core.delivery.request import KEY_HEADER, headers, retarget
from abtui.core.outcomes import Request
from abtui.services import clock
from abtui.services.compression import CompressionError, decode_body
from abtui.services.transport import OWN_HEADERS, Answer, Failed, Route, Timeouts, exchange, new_transport

if TYPE_CHECKING:
    import httpx

ANSWER_LIMIT = 1 << 20
"""Bytes that are read of an answer; the rest is not waited for."""


async def send(request: Request, target: Target, *, timeouts: Timeouts | None = None) -> Receipt:
    """Send `request` to `target` over a connection of its own. Never raises for what the network or the collector does."""
    async with Sender(timeouts) as sender:
        return await sender.send(request, target)


class Sender:
    """Sends requests one at a time or several, keeping connections open between them. Belongs to one event loop."""

    def __init__(self, timeouts: Timeouts | None = None, route: Route | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._route = route or Route()
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._making = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. The sender can be used again."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()

    async def make_ready(self, target: Target) -> None:
        """Load what the first request needs, so that it leaves at once when it is sent."""
        await self._ready_transport(target)

    async def send(self, request: Request, target: Target) -> Receipt:
        """Send `request` to `target` (see `retarget`). Whatever becomes of it is told in the receipt.

        Nothing is sent where the target may not be sent to (`blocks_sending`).
        """
        return await self._send(retarget(request, target), target)

    async def ask(self, call: str, target: Target) -> Receipt:
        """Ask the target's collector something by GET; `call` is what follows its endpoint, like `/healthy`."""
        fields = {name: value for name, value in headers(target).items() if name != "Content-Type"}
        return await self._send(Request("GET", f"{target.collector_endpoint}{call}", fields, None, b""), target)

    async def _send(self, request: Request, target: Target) -> Receipt:
        sent = Sent(url=request.url, headers=request.headers, body=request.body, secret=target.api_key)
        blocked = blocks_sending(target)
        if blocked is not None:
            return receipt_of_failure(sent, "blocked", 0.0, detail=blocked)
        transport = await self._ready_transport(target)
        started = time.perf_counter()
        result = await _exchange(transport, request, target, self._timeouts)
        milliseconds = (time.perf_counter() - started) * 1000
        if isinstance(result, Failed):
            return receipt_of_failure(
                sent,
                result.kind,
                milliseconds,
                status=result.status,
                detail=result.detail,
                written=result.written,
            )
        content, cut, undecoded = result.content, result.cut, ""
        try:
            content, more = decode_body(content, result.headers.get("content-encoding", ""), ANSWER_LIMIT)
            cut = cut or more
        except CompressionError as error:
            undecoded = str(error)
        return receipt_of_answer(
            sent, result.status, result.headers, content, milliseconds, cut=cut, undecoded=undecoded, now=clock.now()
        )

    async def _ready_transport(self, target: Target) -> httpx.AsyncHTTPTransport:
        async with self._making:
            if self._transport is None:
                # Loading httpx and the certificates takes a quarter of a second, in which a screen must not stand still.
                parts = split_endpoint(target.collector_endpoint)
                direct = parts is not None and is_loopback(parts.hostname or "")
                self._transport = await asyncio.to_thread(new_transport, self._route, direct=direct)
            return self._transport


async def _exchange(
    transport: httpx.AsyncHTTPTransport, request: Request, target: Target, timeouts: Timeouts
) -> Answer | Failed:
    """The exchange itself. The key is in the request's headers only as long as it lasts."""
    import httpx

    # Latin-1, as httpx takes text to be ASCII; stripped, as spaces around a value are no part of it (RFC 9110, 5.5).
    fields = httpx.Headers(
        {name: value.strip(" \t") for name, value in {**request.headers, **OWN_HEADERS}.items()}, encoding="latin-1"
    )
    try:
        outgoing = httpx.Request(
            request.method,
            request.url,
            headers=fields,
            content=request.body_bytes,
            extensions={"timeout": {"connect": timeouts.connect}},
        )
    except (httpx.InvalidURL, UnicodeError):
        return Failed("address")
    outgoing.headers.encoding = "latin-1"
    try:
        if target.api_key is not None:
            outgoing.headers[KEY_HEADER] = target.api_key.reveal().strip(" \t")
        return await exchange(transport, outgoing, timeouts.total, ANSWER_LIMIT)
    finally:
        outgoing.headers.pop(KEY_HEADER, None)
