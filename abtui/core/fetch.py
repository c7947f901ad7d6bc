"""Settings that make the published function's fetch throw, so that nothing is sent.

Source: node-fetch 2, which Segment's functions have as `fetch`, and Node's URL parser, tried on the cases of the tests.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final, NamedTuple
from urllib.parse import unquote

from abtui.core.config.endpoint import is_header_text
from abtui.core.config.model import Target
from abtui.core.text.plain import one_line
from abtui.core.text.secret import hide

_NOT_ABSOLUTE: Final = "Only absolute URLs are supported"
_NOT_HTTP: Final = "Only HTTP(S) protocols are supported"
_INVALID: Final = "Invalid URL"
_SCHEME: Final = re.compile(r"([A-Za-z0-9.+-]+):(.*)", re.DOTALL)
_DROPPED: Final = re.compile(r"[\t\n\r]")
_SPACE: Final = "\ufeff\u00a0 \t\n\r\f\v"
_AUTHORITY_END: Final = re.compile(r"[/\\?#]")
_FORBIDDEN: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f\ud800-\udfff]")
_IGNORED: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_MOST_PORT: Final = 65_535
_MOST_PARTS: Final = 4
_SHOWN: Final = 60


class FetchError(NamedTuple):
    """The error that fetch throws, and the setting that causes it."""

    message: str
    setting: str


def fetch_error(target: Target) -> FetchError | None:
    """The error that the function's fetch throws for each request to this target, or None. The message never contains the key.

    `application` does not matter: the published function does not send it.
    """
    of_address = address_error(target.collector_endpoint)
    if of_address is not None:
        return FetchError(of_address, "collectorEndpoint")
    if not is_header_text(target.environment):
        told = hide(target.environment, target.api_key)
        shown = one_line("".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in told), _SHOWN)
        return FetchError(f"{shown} is not a legal HTTP header value", "environment")
    if target.api_key is not None and not is_header_text(target.api_key.reveal()):
        return FetchError("the API key is not a legal HTTP header value", "apiKey")
    return None


def address_error(endpoint: str) -> str | None:
    """The error that fetch throws for `<endpoint>/context`, or None.

    A user and password in the address, a space in the path or a line break do not stop it.
    """
    match = _SCHEME.match(endpoint.lstrip(_SPACE))
    if match is None:
        return _NOT_ABSOLUTE
    scheme, rest = match[1].lower(), _DROPPED.sub("", match[2])
    behind = rest.lstrip("/\\")
    slashes = len(rest) - len(behind)
    authority = _AUTHORITY_END.split(behind, maxsplit=1)[0]
    if scheme not in ("http", "https"):
        return _NOT_HTTP if authority and slashes in (0, 2) else _NOT_ABSOLUTE
    if behind[:1] in ("?", "#"):
        return _INVALID
    if not authority or (slashes > len("//") and "." not in authority):
        # The parser reads the first part of the path as the host, and no name server knows that.
        host = authority or "context"
        return f"request to {scheme}://{host}/ failed, reason: getaddrinfo ENOTFOUND {host}"
    return None if _is_host(authority.rpartition("@")[2]) else _INVALID


def _is_host(text: str) -> bool:
    """Whether the URL parser accepts a host, with its port if it has one."""
    if text.startswith("["):
        inside, closing, behind = text[1:].partition("]")
        try:
            ipaddress.IPv6Address(inside)
        except ValueError:
            return False
        return bool(closing) and "%" not in inside and (not behind or (behind[0] == ":" and _is_port(behind[1:])))
    name, _, port = text.partition(":")
    name = _IGNORED.sub("", unicodedata.normalize("NFKC", unquote(name, errors="surrogateescape")))
    if not name or name.lower() == "xn--" or _FORBIDDEN.search(name) or not _is_port(port):
        return False
    parts = name.removesuffix(".").split(".")
    return _is_ipv4(parts) if _NUMBER.fullmatch(parts[-1]) else True


def _is_port(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < len("1000000") and int(text) <= _MOST_PORT)


def _is_ipv4(parts: list[str]) -> bool:
    """Whether the parts of a name that ends in a number are an IPv4 address: up to four numbers, of which the last fills the rest."""
    if len(parts) > _MOST_PARTS or not all(_NUMBER.fullmatch(part) for part in parts):
        return False
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return False
    return all(number < 256 for number in numbers[:-1]) and numbers[-1] < 256 ** (_MOST_PARTS + 1 - len(parts))


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)
