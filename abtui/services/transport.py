"""Connections to servers elsewhere: verified, without accounts or redirects, through no proxy that was not named, and bounded in time and size.

The sender and the web console's reader share them. httpx is loaded at the first use.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from abtui import __version__
from abtui.core.config.endpoint import split_endpoint
from abtui.core.delivery.receipts import FailureKind
from abtui.core.text.plain import file_name
from abtui.services.errors import ServiceError

if TYPE_CHECKING:
    import httpx

OWN_HEADERS: Final[Mapping[str, str]] = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"abtui/{__version__}",
}
"""What an HTTP client sends of itself: firewalls look at these."""


class Timeouts(NamedTuple):
    """Seconds to connect (each of TCP and TLS), and for the whole exchange. Segment stops a function after 5 s."""

    connect: float = 3.0
    total: float = 5.0


class Route(NamedTuple):
    """How other machines are reached, where a person said so: through a proxy, trusting a private authority's certificates as well.

    This machine is called directly: its plain http would show the key to the proxy.
    """

    proxy: str | None = None
    ca_bundle: str | None = None


class RouteError(ServiceError):
    """A proxy or a file of certificates that cannot be used."""


class Answer(NamedTuple):
    """What came back. `content` is as it came over the wire; `cut`: there was more of it. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    cut: bool


class Failed(NamedTuple):
    """Why no answer came. `status` is that of an answer that broke off. `written`: some of the request may have arrived."""

    kind: FailureKind
    detail: str = ""
    status: int | None = None
    written: bool = False


@functools.cache
def _tls_context(ca_bundle: str | None = None) -> ssl.SSLContext:
    """Verifying against the authorities httpx brings, the system's, and SSL_CERT_FILE's: companies have their own.

    Raises RouteError for a bundle that cannot be used.
    """
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:  # An SSLError is one, too.
            words = "it holds no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "").lower()
            raise RouteError(
                f"The certificates of {file_name(ca_bundle)} cannot be used: {words}.",
                "Name a file of certificates in PEM form.",
            ) from error
    return context


def check_route(route: Route) -> None:
    """Raises RouteError where a proxy is no address of one, or a file of certificates cannot be used."""
    if route.proxy is not None:
        parts = split_endpoint(route.proxy)
        if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise RouteError("The proxy is not an http or https address.", "Write it like http://proxy.example:3128.")
    if route.ca_bundle is not None:
        _tls_context(route.ca_bundle)


def new_transport(route: Route = Route(), *, direct: bool = False) -> httpx.AsyncHTTPTransport:  # noqa: B008 - it is frozen
    """A transport of its own; `direct` leaves the proxy out. It takes a quarter of a second to load the library and the certificates."""
    # Not a client: that has redirects, cookies and accounts, none of which a request may have here.
    import httpx

    # It logs an answer's headers, and an answer may repeat the key.
    logging.getLogger("httpcore").setLevel(logging.INFO)
    context, proxy = _tls_context(route.ca_bundle), None
    if route.proxy is not None and not direct:
        # A proxy that is itself spoken to over TLS is verified as well.
        secure = route.proxy.lower().startswith("https:")
        proxy = httpx.Proxy(route.proxy, ssl_context=context if secure else None)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, proxy=proxy)


async def exchange(
    transport: httpx.AsyncHTTPTransport, request: httpx.Request, total: float, limit: int
) -> Answer | Failed:
    """Send one request and read at most `limit` bytes of the answer, in `total` seconds for both."""
    import httpx

    status: int | None = None
    written = False

    async def trace(event: str, info: Mapping[str, object]) -> None:
        nonlocal written
        # From the first byte of the head on nobody knows how much of it arrived. What asks a proxy for a way is no part of it.
        if event.endswith("send_request_headers.started"):
            written = written or getattr(info.get("request"), "method", b"") != b"CONNECT"

    request.extensions["trace"] = trace
    try:
        async with asyncio.timeout(total):
            response = await transport.handle_async_request(request)
            status = response.status_code
            try:
                content, cut = await _read(response, limit)
            finally:
                await response.aclose()
            return Answer(status, {name.lower(): value for name, value in response.headers.items()}, content, cut)
    except TimeoutError:
        return Failed("timeout", status=status, written=written)
    except httpx.TransportError as error:
        return _failed(error, status)._replace(written=written)


async def _read(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes of the answer as they come, and whether there were more."""
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit:
            return bytes(content[:limit]), True
    return bytes(content), False


def _failed(error: httpx.TransportError, status: int | None) -> Failed:
    """What kind of failure httpx tells of. Its own words are not used: they may quote a header."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return Failed("connect-timeout")
    if isinstance(error, httpx.ConnectError):
        return _not_connected(error)
    if isinstance(error, httpx.ProxyError):
        return Failed("unreachable", "the proxy did not let it through")
    if isinstance(error, httpx.UnsupportedProtocol):
        return Failed("address")
    closed = "disconnected" in str(error) or "closed connection" in str(error)
    if isinstance(error, httpx.ProtocolError) and not closed:
        return Failed("protocol", status=status)
    return Failed("dropped", status=status)


def _not_connected(error: BaseException) -> Failed:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failed("tls", cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return Failed("tls", (cause.reason or "the handshake failed").replace("_", " ").lower())
        if isinstance(cause, socket.gaierror):
            return Failed("dns")
        if isinstance(cause, ConnectionRefusedError):
            return Failed("refused")
    # An SSLError is an OSError; so is what remains.
    reason = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    return Failed("unreachable", reason or "it was closed while connecting")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that led to it. Several addresses of one host fail as a group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _causes(cause)
