"""Checks of a collector endpoint, and of the target it belongs to, that need no request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from abtui.core.config.model import Target
from abtui.core.findings import Fix, Rule, warning
from abtui.core.fixes import Entry, Problem, for_entry
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


_IOP: Final = ".absmartly.iop"


def _without_slash(problem: Problem, entry: Entry) -> Fix | None:
    raw = entry.value.value
    setting = problem.destination.setting(entry.name)
    if not raw.endswith("/") or setting is None or setting.kind != "address":
        return None
    return Fix("Remove the slash at the end", {entry.path: raw.rstrip("/")})


def _with_io(problem: Problem, entry: Entry) -> Fix | None:
    raw = entry.value.value
    if raw.count(_IOP) != 1:
        return None
    title = "Write `.io` instead of `.iop`"
    return Fix(title, {entry.path: raw.replace(_IOP, _IOP[:-1])})


def _with_v1(problem: Problem, entry: Entry) -> Fix | None:
    """Certain if the address has no path, or only `/context`, which the destination adds itself."""
    raw = entry.value.value
    parts = None if "${" in raw else split_endpoint(raw)
    if parts is None or parts.path.rstrip("/") not in ("", "/context", "/v1/context"):
        return None
    endpoint = f"{raw.rstrip('/').removesuffix('/context').rstrip('/').removesuffix('/v1')}/v1"
    was, now = ({rule.code for rule, *_ in endpoint_problems(text)} for text in (raw, endpoint))
    return Fix(f"End `{problem.key_path(entry.path)}` with `/v1`", {entry.path: endpoint}) if now < was else None


ENDPOINT_SCHEME: Final = warning(
    "CONFIG-ENDPOINT-SCHEME",
    "The collector endpoint is not a web address",
    "Segment calls `<endpoint>/context`. Without `https://` and a host every call fails: abtui reports events that would be sent as failing, and blocks sending.",
)
ENDPOINT_INSECURE: Final = warning(
    "CONFIG-ENDPOINT-INSECURE",
    "The collector endpoint is not HTTPS",
    "Plain http would show the API key to everybody on the way. abtui uses it only to send to this machine.",
)
ENDPOINT_SLASH: Final = warning(
    "CONFIG-ENDPOINT-SLASH",
    "The collector endpoint ends in a slash",
    "The destination adds `/context` to the endpoint, so the request goes to `//context`, and collectors answer with an error. Remove the slash.",
    fix=for_entry(_without_slash),
)
ENDPOINT_PATH: Final = warning(
    "CONFIG-ENDPOINT-PATH",
    "The collector endpoint has no `/v1`",
    "Collector endpoints end in `/v1`, like `https://acme.absmartly.io/v1`. Without it the request does not reach the collector.",
    fix=for_entry(_with_v1),
)
ENDPOINT_PARTS: Final = warning(
    "CONFIG-ENDPOINT-PARTS",
    "The collector endpoint has parts that do not belong there",
    "The destination adds `/context` at the end, so after a query or a fragment it is not part of the path. A user and password would be visible wherever the address is; the collector accepts neither, and abtui blocks sending.",
)
ENDPOINT_IOP: Final = warning(
    "CONFIG-ENDPOINT-IOP",
    "The collector's host ends in `.iop`",
    "The example on Segment's catalog page says `absmartly.iop`, a misprint of `absmartly.io` that many people copy. No such host exists.",
    fix=for_entry(_with_io),
)


EndpointProblem = tuple[Rule, str, str]
"""The rule of a mistake in an endpoint, the message to put after the key's path, and a hint."""


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


def endpoint_problems(endpoint: str, shown: Callable[[str], str] | None = None) -> tuple[EndpointProblem, ...]:
    """All mistakes in `endpoint`. No message quotes more of it than its host, as `shown` makes it."""
    parts = split_endpoint(endpoint)
    if parts is None:
        return ((ENDPOINT_SCHEME, *_not_an_address(endpoint)),)
    return tuple(_problems(endpoint, parts, shown or _cut))


def _problems(endpoint: str, parts: SplitResult, shown: Callable[[str], str]) -> Iterator[EndpointProblem]:
    host, path = parts.hostname or "", parts.path.rstrip("/")
    if parts.scheme == "http" and not is_loopback(host):
        yield ENDPOINT_INSECURE, f"sends to `{shown(host)}` over plain http.", "Write `https://`."
    if parts.username is not None or parts.password is not None:
        yield ENDPOINT_PARTS, "has a user or a password in it.", "Remove the part between `//` and `@`."
    if "?" in endpoint or "#" in endpoint:
        hint = "Remove the `?` or `#` and everything after it."
        yield ENDPOINT_PARTS, "has a query or a fragment, and the destination would add `/context` after it.", hint
    if host.endswith(_IOP):
        yield ENDPOINT_IOP, f"names the host `{shown(host)}`.", "Write `.absmartly.io`."
    if parts.path.endswith("/"):
        yield ENDPOINT_SLASH, "ends in a slash, so requests go to `//context`.", "Remove the slash."
    if path.endswith("/context"):
        yield ENDPOINT_PATH, "ends in `/context`, which the destination adds itself.", "End it with `/v1`."
    elif not path.endswith("/v1"):
        address = f"{parts.scheme}://{shown(parts.netloc.rpartition('@')[2])}"
        yield ENDPOINT_PATH, "does not end in `/v1`.", f"Write `{address}/v1`."


def _not_an_address(endpoint: str) -> tuple[str, str]:
    if not endpoint.strip():
        return "is empty.", "Write your collector's address, like `https://acme.absmartly.io/v1`."
    if endpoint != endpoint.strip():
        return (
            "begins or ends with a space or a line break.",
            "Remove it; the destination uses the endpoint as it is written.",
        )
    if "://" not in endpoint:
        return "does not begin with `https://`.", "Write it in full, like `https://acme.absmartly.io/v1`."
    return "is not an http or https address with a host.", "Write it like `https://acme.absmartly.io/v1`."


def _cut(text: str) -> str:
    return one_line(text, _SHOWN)


def blocks_sending(target: Target) -> str | None:
    """The reason, as a sentence, why no request may be sent to `target`, or None. It never quotes the key or the endpoint."""
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
