"""What can be told of a collector endpoint, and of the target it belongs to, without calling it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from abtui.core.config.model import Target
from abtui.core.text.plain import one_line
from abtui.core.text.secret import excerpt

_SCHEMES: Final = ("https", "http")
# urlsplit drops tabs and line breaks without a word; the destination does not.
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\ud800-\udfff\\<>\"^`{|}]")
# node-fetch refuses a header's value that has one of these (its invalidHeaderCharRegex).
_NOT_IN_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_PRODUCTION: Final = frozenset({"prod", "prd", "production", "live"})
_PRODUCTION_ENDINGS: Final = ("prod", "production")
_SHOWN: Final = 60


class Problem(NamedTuple):
    """Something wrong with an endpoint: a finding's code, the message behind the key's path, and a hint."""

    code: str
    message: str
    hint: str


def is_header_text(text: str) -> bool:
    """Whether `text` can be the value of an HTTP header."""
    return _NOT_IN_HEADER.search(text) is None


def split_endpoint(endpoint: str) -> SplitResult | None:
    """The parts of an http(s) address with a host, or None for any other text."""
    if _NOT_IN_URL.search(endpoint):
        return None
    try:
        parts = urlsplit(endpoint)
        _ = parts.port  # Read for its ValueError: it is only checked when asked for.
    except ValueError:
        return None
    return parts if parts.scheme in _SCHEMES and parts.hostname else None


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback if address.version == 4 else address == ipaddress.IPv6Address(1)


def is_local_address(address: str) -> bool:
    """Whether an http or https address, such as an origin, is on this machine. The origin `null` could be anywhere."""
    parts = split_endpoint(address)
    return parts is not None and "@" not in parts.netloc and is_loopback(parts.hostname or "")


def endpoint_problems(endpoint: str, shown: Callable[[str], str] | None = None) -> tuple[Problem, ...]:
    """All that is wrong with `endpoint`. No message quotes more of it than its host, as `shown` makes it."""
    shown = shown or _cut
    parts = split_endpoint(endpoint)
    if parts is None:
        return (_not_an_address(endpoint),)
    host = parts.hostname or ""
    problems = []
    if parts.scheme == "http" and not is_loopback(host):
        problems.append(
            Problem("CONFIG-ENDPOINT-INSECURE", f"sends to `{shown(host)}` over plain http.", "Write `https://`.")
        )
    if parts.username is not None or parts.password is not None:
        problems.append(
            Problem(
                "CONFIG-ENDPOINT-PARTS", "has a user or a password in it.", "Remove what stands between `//` and `@`."
            )
        )
    if "?" in endpoint or "#" in endpoint:
        problems.append(
            Problem(
                "CONFIG-ENDPOINT-PARTS",
                "has a query or a fragment; `/context` would be put behind it.",
                "Remove everything from the `?` or `#` on.",
            )
        )
    if host.endswith(".absmartly.iop"):
        problems.append(Problem("CONFIG-ENDPOINT-IOP", f"names the host `{shown(host)}`.", "Write `.absmartly.io`."))
    if parts.path.endswith("/"):
        problems.append(
            Problem(
                "CONFIG-ENDPOINT-SLASH", "ends in a slash, so that requests go to `//context`.", "Remove the slash."
            )
        )
    path = parts.path.rstrip("/")
    if path.endswith("/context"):
        problems.append(
            Problem(
                "CONFIG-ENDPOINT-PATH", "ends in `/context`, which the destination adds itself.", "End it with `/v1`."
            )
        )
    elif not path.endswith("/v1"):
        problems.append(
            Problem(
                "CONFIG-ENDPOINT-PATH",
                "does not end in `/v1`.",
                f"Write `{parts.scheme}://{shown(parts.netloc.rpartition('@')[2])}/v1`.",
            )
        )
    return tuple(problems)


def _not_an_address(endpoint: str) -> Problem:
    if not endpoint.strip():
        return Problem(
            "CONFIG-ENDPOINT-SCHEME", "is empty.", "Write your collector's, like `https://acme.absmartly.io/v1`."
        )
    if endpoint != endpoint.strip():
        return Problem(
            "CONFIG-ENDPOINT-SCHEME",
            "begins or ends with a space or a line break.",
            "Remove it; the endpoint is used as it is written.",
        )
    if "://" not in endpoint:
        return Problem(
            "CONFIG-ENDPOINT-SCHEME",
            "does not begin with `https://`.",
            "Write it in full, like `https://acme.absmartly.io/v1`.",
        )
    return Problem(
        "CONFIG-ENDPOINT-SCHEME",
        "is not an http or https address with a host.",
        "Write it like `https://acme.absmartly.io/v1`.",
    )


def _cut(text: str) -> str:
    return one_line(text, _SHOWN)


def blocks_sending(target: Target) -> str | None:
    """A sentence telling why no request may be sent to `target`, or None. It never quotes the key or the endpoint."""
    name = f"`{excerpt(target.name, _SHOWN, [target.api_key] if target.api_key else [])}`"
    if not target.allow:
        return f"The config forbids sending to the target {name}: it says `allow: false`."
    parts = split_endpoint(target.collector_endpoint)
    if not target.collector_endpoint:
        return f"The target {name} has no collector endpoint; is its environment variable set?"
    if parts is None:
        return f"The collector endpoint of the target {name} is not an http or https address with a host."
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return f"The collector endpoint of the target {name} is plain http, and the API key would travel in the clear; only this machine is called without https."
    if "@" in parts.netloc:
        return f"The collector endpoint of the target {name} has a user or a password in it, which would be shown with the address."
    if target.api_key is None or target.no_key:
        return f"The target {name} has {target.no_key}."
    if not target.environment.strip():
        return f"The target {name} has no environment; is its environment variable set?"
    headers = (
        ("API key", target.api_key.reveal()),
        ("environment", target.environment),
        ("application", target.application or ""),
    )
    for what, value in headers:
        if not is_header_text(value):
            return f"The {what} of the target {name} has a character that no HTTP header may hold."
    return None


def looks_like_production(target: Target) -> bool:
    """Whether the target's name, environment or host has a word like `prod`, `production` or `live`. Loopback never does."""
    parts = split_endpoint(target.collector_endpoint)
    host = (parts.hostname or "") if parts is not None else ""
    if host and is_loopback(host):
        return False
    return any(
        _is_production_word(word.lower())
        for text in (target.name, target.environment, host)
        for word in _WORDS.findall(text)
    )


def _is_production_word(word: str) -> bool:
    return word in _PRODUCTION or word.endswith(_PRODUCTION_ENDINGS)
