"""Connections to other servers: verified, without accounts or redirects, only through a proxy that was named, bounded in time and size.

The sender and the reader of the web console share this module. httpx is loaded at the first use.
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
from abtui.core.config.endpoint import is_loopback, split_endpoint
from abtui.core.delivery.options import Route
from abtui.core.delivery.receipts import FailureKind
from abtui.core.text.plain import file_name, one_line
from abtui.services.errors import ServiceError

if TYPE_CHECKING:
    import httpx

OWN_HEADERS: Final[Mapping[str, str]] = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"abtui/{__version__}",
}
"""Headers that an HTTP client sends by itself: firewalls look at these."""
_SHOWN: Final = 200


class RouteError(ServiceError):
    """A proxy or a file of certificates cannot be used."""


class Answer(NamedTuple):
    """The answer as it came over the wire. `cut`: it was longer than `content`. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    cut: bool


class Failed(NamedTuple):
    """Why no complete answer came. `status` is that of an answer that broke off. `written`: some of the request may have arrived."""

    kind: FailureKind
    detail: str = ""
    status: int | None = None
    written: bool = False


@functools.cache
def _tls_context(ca_bundle: str | None = None) -> ssl.SSLContext:
    """A context that verifies against the authorities of httpx, of the system, and of SSL_CERT_FILE: companies have their own.

    Raises RouteError if the bundle cannot be used.
    """
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:  # An SSLError is an OSError, too.
            words = "it holds no certificate" if isinstance(error, ssl.SSLError) else (error.strerror or "").lower()
            raise RouteError(
                f"The certificates of {file_name(ca_bundle)} cannot be used: {words}.",
                "Name a file of certificates in PEM form.",
            ) from error
    return context


def host_of(address: str, what: str, example: str, failure: type[ServiceError]) -> str:
    """The host, and the port if any, of an address. Raises `failure` for one that must not be called: `what` is what the address is."""
    parts = split_endpoint(address)
    if parts is None:
        raise failure(f"{what} is not an http or https address with a host.", example)
    if "@" in parts.netloc:
        raise failure(f"{what} has a user or a password in it.", "Remove it.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise failure(f"{what} is plain http, so the key would be sent unencrypted.", "Write https://.")
    if "?" in address or "#" in address:
        raise failure(f"{what} has a query or a fragment.", example)
    return one_line(parts.netloc, _SHOWN)


def check_route(route: Route) -> None:
    """Raises RouteError if the proxy is not an address, or the file of certificates cannot be used."""
    if route.proxy is not None:
        parts = split_endpoint(route.proxy)
        if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise RouteError("The proxy is not an http or https address.", "Write it like http://proxy.example:3128.")
    if route.ca_bundle is not None:
        _tls_context(route.ca_bundle)


def new_transport(route: Route = Route(), *, direct: bool = False) -> httpx.AsyncHTTPTransport:  # noqa: B008 - it is frozen
    """A new transport; `direct` leaves the proxy out. Loading the library and the certificates takes a quarter of a second."""
    # A transport and not a client: a client has redirects, cookies and accounts, none of which are wanted here.
    import httpx

    # httpcore logs the headers of an answer, and an answer may repeat the key.
    logging.getLogger("httpcore").setLevel(logging.INFO)
    context, proxy = _tls_context(route.ca_bundle), None
    if route.proxy is not None and not direct:
        # The connection to the proxy is verified too, if it uses TLS.
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
        # From the first byte of the head on, some of the request may have arrived. CONNECT goes to the proxy and does not count.
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
    """At most `limit` bytes of the answer, and whether there were more."""
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > limit:
            return bytes(content[:limit]), True
    return bytes(content), False


def _failed(error: httpx.TransportError, status: int | None) -> Failed:
    """The kind of failure that httpx raised. The message of the error is not used: it may quote a header."""
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
    reason = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    return Failed("unreachable", reason or "it was closed while connecting")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all its causes. The errors for several addresses of one host form a group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _causes(cause)
