"""Sending one request to its target, and nowhere else.

What the request is made of is fixed: the mapped headers, the mapped bytes. Around it go `Host`, `Content-Length` and what the
published function's HTTP client sends of itself (`Accept`, `Accept-Encoding`, `User-Agent`), as firewalls look at these.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from abtui import __version__
from abtui.core.config.endpoint import blocks_sending
from abtui.core.config.model import Target
from abtui.core.outcomes import Request
from abtui.core.receipts import FailureKind, Receipt, Sent, receipt_of_answer, receipt_of_failure
from abtui.core.request import KEY_HEADER, retarget
from abtui.services.compression import CompressionError, decode_body

if TYPE_CHECKING:
    import httpx

ANSWER_LIMIT = 1 << 20
"""Bytes that are read of an answer; the rest is not waited for."""
_OWN_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": f"abtui/{__version__}"}


class Timeouts(NamedTuple):
    """Seconds to connect (each of TCP and TLS), and for the whole exchange. Segment stops a function after 5 s."""

    connect: float = 3.0
    total: float = 5.0


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes
    cut: bool


class _Failed(NamedTuple):
    kind: FailureKind
    detail: str = ""
    status: int | None = None


async def send(request: Request, target: Target, *, timeouts: Timeouts | None = None) -> Receipt:
    """Send `request` to `target` over a connection of its own. Never raises for what the network or the collector does."""
    async with Sender(timeouts) as sender:
        return await sender.send(request, target)


class Sender:
    """Sends requests one at a time or several, keeping connections open between them. Belongs to one event loop."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
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

    async def send(self, request: Request, target: Target) -> Receipt:
        """Send `request` to `target` (see `retarget`). Whatever becomes of it is told in the receipt.

        Nothing is sent where the target may not be sent to (`blocks_sending`).
        """
        request = retarget(request, target)
        sent = Sent(url=request.url, headers=request.headers, body=request.body, secret=target.api_key)
        blocked = blocks_sending(target)
        if blocked is not None:
            return receipt_of_failure(sent, "blocked", 0.0, detail=blocked)
        transport = await self._ready_transport()
        started = time.perf_counter()
        result = await _exchange(transport, request, target, self._timeouts)
        milliseconds = (time.perf_counter() - started) * 1000
        if isinstance(result, _Failed):
            return receipt_of_failure(sent, result.kind, milliseconds, status=result.status, detail=result.detail)
        content, cut, undecoded = result.content, result.cut, ""
        try:
            content, more = decode_body(content, result.headers.get("content-encoding", ""), ANSWER_LIMIT)
            cut = cut or more
        except CompressionError as error:
            undecoded = str(error)
        return receipt_of_answer(
            sent, result.status, result.headers, content, milliseconds, cut=cut, undecoded=undecoded
        )

    async def _ready_transport(self) -> httpx.AsyncHTTPTransport:
        async with self._making:
            if self._transport is None:
                # Loading httpx and the certificates takes a quarter of a second, in which a screen must not stand still.
                self._transport = await asyncio.to_thread(_new_transport)
            return self._transport


@functools.cache
def _tls_context() -> ssl.SSLContext:
    """Verifying against the authorities httpx brings, the system's, and SSL_CERT_FILE's: companies have their own."""
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _new_transport() -> httpx.AsyncHTTPTransport:
    # Not a client: that has redirects, cookies and accounts, none of which a request may have here.
    import httpx

    # It logs an answer's headers, and an answer may repeat the key.
    logging.getLogger("httpcore").setLevel(logging.INFO)
    return httpx.AsyncHTTPTransport(verify=_tls_context(), trust_env=False)


async def _exchange(
    transport: httpx.AsyncHTTPTransport, request: Request, target: Target, timeouts: Timeouts
) -> _Answer | _Failed:
    """The exchange itself. The key is in the request's headers only as long as it lasts."""
    import httpx

    # Latin-1, as httpx takes text to be ASCII; stripped, as spaces around a value are no part of it (RFC 9110, 5.5).
    fields = httpx.Headers(
        {name: value.strip(" \t") for name, value in {**request.headers, **_OWN_HEADERS}.items()}, encoding="latin-1"
    )
    try:
        outgoing = httpx.Request(
            request.method,
            request.url,
            headers=fields,
            content=request.body_bytes,
            extensions={"timeout": {"connect": timeouts.connect}},
        )
    except httpx.InvalidURL:
        return _Failed("address")
    outgoing.headers.encoding = "latin-1"
    status: int | None = None
    try:
        async with asyncio.timeout(timeouts.total):
            if target.api_key is not None:
                outgoing.headers[KEY_HEADER] = target.api_key.reveal().strip(" \t")
            response = await transport.handle_async_request(outgoing)
            status = response.status_code
            try:
                content, cut = await _read(response)
            finally:
                await response.aclose()
            return _Answer(status, {name.lower(): value for name, value in response.headers.items()}, content, cut)
    except TimeoutError:
        return _Failed("timeout", status=status)
    except httpx.TransportError as error:
        return _failed(error, status)
    finally:
        outgoing.headers.pop(KEY_HEADER, None)


async def _read(response: httpx.Response) -> tuple[bytes, bool]:
    """At most `ANSWER_LIMIT` bytes of the answer as they come, and whether there were more."""
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > ANSWER_LIMIT:
            return bytes(content[:ANSWER_LIMIT]), True
    return bytes(content), False


def _failed(error: httpx.TransportError, status: int | None) -> _Failed:
    """What kind of failure httpx tells of. Its own words are not used: they may quote a header."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return _Failed("connect-timeout")
    if isinstance(error, httpx.ConnectError):
        return _not_connected(error)
    if isinstance(error, httpx.UnsupportedProtocol):
        return _Failed("address")
    closed = "disconnected" in str(error) or "closed connection" in str(error)
    if isinstance(error, httpx.ProtocolError) and not closed:
        return _Failed("protocol", status=status)
    return _Failed("dropped", status=status)


def _not_connected(error: BaseException) -> _Failed:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _Failed("tls", cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return _Failed("tls", (cause.reason or "the handshake failed").replace("_", " ").lower())
        if isinstance(cause, socket.gaierror):
            return _Failed("dns")
        if isinstance(cause, ConnectionRefusedError):
            return _Failed("refused")
    # An SSLError is an OSError; so is what remains.
    reason = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    return _Failed("unreachable", reason or "it was closed while connecting")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it. Several addresses of one host fail as a group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _causes(cause)
