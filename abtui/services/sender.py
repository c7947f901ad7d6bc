"""Sends one request to its target, and nowhere else; and tests the connection to a target.

A request consists of the mapped headers and the mapped bytes. `Host`, `Content-Length` and the headers that the published
function's HTTP client sends by itself (`Accept`, `Accept-Encoding`, `User-Agent`) are added, because firewalls look at these.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from abtui.core.config.endpoint import blocks_sending, is_loopback, split_endpoint
from abtui.core.config.model import Target
from abtui.core.delivery.options import Route, Timeouts
from abtui.core.delivery.probe import CALLS, Check, checks
from abtui.core.delivery.receipts import Receipt, SentRequest, receipt_of_answer, receipt_of_failure
from abtui.core.delivery.request import KEY_HEADER, headers, retarget
from abtui.core.destination import ShowsAnswer
from abtui.core.outcomes import Request
from abtui.services import clock
from abtui.services.compression import CompressionError, decode_body
from abtui.services.transport import OWN_HEADERS, Answer, Failed, exchange, new_transport

if TYPE_CHECKING:
    import httpx

ANSWER_LIMIT = 1 << 20
"""The bytes of an answer that are read; the rest is not waited for."""


class Sender:
    """Sends requests, also several at a time, and keeps connections open between them. Belongs to one event loop."""

    def __init__(
        self,
        timeouts: Timeouts | None = None,
        route: Route | None = None,
        shows_answer: ShowsAnswer | None = None,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._route = route or Route()
        self._shows_answer = shows_answer
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._loading = asyncio.Lock()

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
        """Load everything that the first request needs, so that it leaves at once when it is sent."""
        await self._ready_transport(target)

    async def send(self, request: Request, target: Target) -> Receipt:
        """Send `request` to `target` (see `retarget`). The receipt has the result, whatever the network or the collector does.

        Nothing is sent if the target forbids it (`blocks_sending`).
        """
        return await self._send(retarget(request, target), target)

    async def ask(self, call: str, target: Target) -> Receipt:
        """Ask the target's collector something by GET. `call` is the path below its endpoint, like `/healthy`."""
        fields = {name: value for name, value in headers(target).items() if name != "Content-Type"}
        return await self._send(Request("GET", f"{target.collector_endpoint}{call}", fields, None, b""), target)

    async def _send(self, request: Request, target: Target) -> Receipt:
        sent = SentRequest(url=request.url, headers=request.headers, body=request.body, secret=target.api_key)
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
                by_function=self._shows_answer is None,
            )
        content, cut, undecoded = result.content, result.cut, ""
        try:
            content, more = decode_body(content, result.headers.get("content-encoding", ""), ANSWER_LIMIT)
            cut = cut or more
        except CompressionError as error:
            undecoded = str(error)
        return receipt_of_answer(
            sent,
            result.status,
            result.headers,
            content,
            milliseconds,
            cut=cut,
            undecoded=undecoded,
            now=clock.now(),
            shows_answer=self._shows_answer,
        )

    async def _ready_transport(self, target: Target) -> httpx.AsyncHTTPTransport:
        async with self._loading:
            if self._transport is None:
                # In a thread: loading httpx and the certificates takes a quarter of a second, and the screen must not freeze.
                parts = split_endpoint(target.collector_endpoint)
                direct = parts is not None and is_loopback(parts.hostname or "")
                self._transport = await asyncio.to_thread(new_transport, self._route, direct=direct)
            return self._transport


async def _exchange(
    transport: httpx.AsyncHTTPTransport, request: Request, target: Target, timeouts: Timeouts
) -> Answer | Failed:
    """Send the request and read the answer. The key is in the request's headers only until then."""
    import httpx

    # Latin-1, because httpx expects ASCII; stripped, because spaces around a value do not belong to it (RFC 9110, 5.5).
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


async def probe(
    target: Target, sender: Sender | None = None, *, key_call: str = CALLS[1], key_refused: str = ""
) -> tuple[Check, ...]:
    """Test the connection to a target with three calls that only read: the collector, the key and the environment.

    `key_call` is the destination's own call that tests the key, `key_refused` what Segment says if that fails.
    """
    blocked = blocks_sending(target)
    if blocked is not None:
        return (Check("May it be called?", "no", blocked, "Correct the target in the config."),)
    async with sender or Sender() as caller:
        healthy = await caller.ask(CALLS[0], target)
        if healthy.status is None:
            return checks(healthy, None, None)
        authed = await caller.ask(key_call, target)
        if authed.status in (401, 403):
            return checks(healthy, authed, None, key_refused)
        query = urlencode({"environment": target.environment, "application": target.application or ""})
        return checks(healthy, authed, await caller.ask(f"{CALLS[2]}?{query}", target), key_refused)
