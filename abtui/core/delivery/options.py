"""How events are sent, and what a run was made from, so that it can be resumed."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

from abtui.core.delivery.policy import Retries
from abtui.core.text.kept_json import decode, encode
from abtui.core.text.secret import Secret, hide, without_user

Mode = Literal["single", "batch"]

BATCH_LIMIT: Final = 500
"""The most requests that one `PUT /context/batch` may hold (the collector's API description)."""


class Timeouts(NamedTuple):
    """Seconds to connect (TCP and TLS each), and for the whole exchange. Segment stops a function after 5 s."""

    connect: float = 3.0
    total: float = 5.0


class Route(NamedTuple):
    """How to reach other machines: through a proxy, and trusting the certificates of a private authority as well.

    This machine is always called directly, because plain http would show the key to the proxy.
    """

    proxy: str | None = None
    ca_bundle: str | None = None


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to send. `concurrency` is requests at a time; `rate` is the most requests a second, None for no limit."""

    concurrency: int = 4
    rate: float | None = None
    retries: Retries = Retries()
    timeouts: Timeouts = Timeouts()
    route: Route = Route()


def default_concurrency(mode: Mode) -> int:
    """Requests at a time: single calls wait for answers, batches for the processor."""
    return 4 if mode == "single" else 2


class RunOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a run was started with: paths, the target's name and options, but no key and no event.

    Paths are absolute. `-` is standard input, whose events have to be given again to resume. `shift` is the offset of all
    dates in milliseconds, None if dates stay as they are. `now` is the time that was filled into lines of code.
    """

    config: str
    events: tuple[str, ...]
    target: str
    mode: Mode
    batch: int
    concurrency: int
    now: str
    rate: float | None = None
    tries: int = 5
    timeout: float = 5.0
    shift: int | None = None
    proxy: str | None = None
    ca_bundle: str | None = None

    @property
    def route(self) -> Route:
        """How to reach the target."""
        return Route(self.proxy, self.ca_bundle)

    @property
    def sending(self) -> Options:
        """How to send the events."""
        return Options(
            concurrency=self.concurrency,
            rate=self.rate,
            retries=Retries(tries=self.tries),
            timeouts=Timeouts(min(self.timeout, Timeouts().connect), self.timeout),
            route=self.route,
        )


def pack_options(options: RunOptions, secret: Secret | None = None) -> bytes | None:
    """Run options as JSON for the journal, without the proxy's password.

    None if the key is part of them: with a mask in its place, a path would lead elsewhere.
    """
    if options.proxy is not None:
        options = msgspec.structs.replace(options, proxy=without_user(options.proxy))
    data = encode(options)
    text = data.decode()
    return data if hide(text, secret) == text else None


def unpack_options(data: bytes | str) -> RunOptions | None:
    """Run options from the journal; None if this version does not understand them."""
    try:
        return decode(data, RunOptions)
    except msgspec.DecodeError:
        return None


_SECONDS_PER: Final[dict[str, float]] = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_LEAST_RATE: Final = 1 / 86_400
"""One request a day. At a lower rate a run would never end."""


def parse_rate(text: str) -> float | None:
    """Requests a second from `200/s`, `200`, `30/m` or `1000/h`; None for no limit (empty, `0`, `max`). Raises ValueError."""
    text = text.strip().lower()
    if text in ("", "0", "max", "no limit"):
        return None
    number, _, unit = text.partition("/")
    try:
        rate = float(number) / _SECONDS_PER[unit.strip() or "s"]
    except (ValueError, KeyError):
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise ValueError(f"{text[:20]!r} is not a rate")
    if rate < _LEAST_RATE:
        raise ValueError(f"{text[:20]!r} is less than one request a day")
    return rate
