"""The receipt of a sent request: what the collector answered, and what Segment would show for the same answer.

Both verdicts follow reference tables: the collector's `PublishResponse` and `Error` (its API description), and "What Segment
shows, against what really happened" (the classic destination). The published function parses every answer as JSON and returns
it: a JSON answer of any status is Success. Any other answer makes the function throw, as a failed connection does. An error
thrown by the function is Bad Request, which is not retried; only a time-out (5 s for the whole function) is retried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, NamedTuple

import msgspec

from abtui.core.delivery.answers import AnswerBody, AnswerKind, Notice, read_answer
from abtui.core.segment import SHOWS_BAD_REQUEST, SHOWS_RETRY, SHOWS_SUCCESS
from abtui.core.text.plain import one_line, plural, printable
from abtui.core.text.secret import Secret, hide, without_user

SHOWS_NOT_KNOWN: Final = "Not known"
SEGMENT_TIMEOUT_MS: Final = 5_000.0
TEXT_LIMIT: Final = 4_000
"""Characters of the raw answer that a receipt keeps."""
_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
"""HTTP allows whole seconds only, but servers send fractions too."""
_BY_OWN_CLOCK_SECONDS: Final = 3_600.0
_REDIRECTS = (301, 302, 303, 307, 308)

FailureKind = Literal[
    "blocked",
    "address",
    "refused",
    "dns",
    "unreachable",
    "connect-timeout",
    "timeout",
    "tls",
    "dropped",
    "protocol",
]


class SentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The request that was sent: its address, its headers with the API key masked, and its body as a JSON value.

    `secret` is the key. It is only used to mask the key in an answer that repeats it.
    """

    url: str
    headers: Mapping[str, str]
    body: Any
    secret: Secret | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The result of sending one request.

    `ok`: the collector accepted the request. `status` is None if no answer began. `text` is the raw answer, printable, cut at
    `TEXT_LIMIT` characters. `collector_said` and `next_step` are sentences; `next_step` is "" if nothing needs to be done.
    `segment_shows` is what Event Delivery would show, `segment_reason` says why. `failure` is None if an answer came.
    `kind` is the kind of answer, None without a complete one. `written`: the collector may have received some of the request.
    `retry_after` is the wait in seconds that the answer asks for.
    """

    ok: bool
    status: int | None
    milliseconds: float
    warnings: tuple[Notice, ...] = ()
    errors: tuple[Notice, ...] = ()
    text: str = ""
    collector_said: str
    next_step: str
    segment_shows: str
    segment_reason: str
    url: str
    request_headers: Mapping[str, str]
    failure: FailureKind | None = None
    kind: AnswerKind | None = None
    written: bool = True
    retry_after: float | None = None


class _FailureWords(NamedTuple):
    said: str
    next_step: str
    shows: str


_REDIRECTED = "The function's HTTP client follows the redirect and sends the API key along; the answer there decides."
_ITSELF = "Try again in a moment; Segment does so by itself."
_RETRIED = "Segment stops the function after 5 s and tries again, with back-off, for 4 hours."
_SHOWS_REASONS = {
    SHOWS_RETRY: _RETRIED,
    SHOWS_BAD_REQUEST: "The function's HTTP client throws an ordinary error: Bad Request, not retried, the event is lost.",
    SHOWS_NOT_KNOWN: "Nothing was sent from here; what Segment's own settings do is not known.",
}
_TIMEOUTS: Final[frozenset[FailureKind]] = frozenset(("connect-timeout", "timeout"))
_OTHER_REASONS: Final = {
    SHOWS_RETRY: "Segment tries again after a time-out.",
    SHOWS_NOT_KNOWN: "What Segment makes of a connection that fails is not known.",
}
_FAILURES: dict[FailureKind, _FailureWords] = {
    "blocked": _FailureWords("Nothing was sent. {detail}", "Correct the target in the config, then send again.", SHOWS_NOT_KNOWN),
    "address": _FailureWords("Nothing was sent: {url} is not a valid address.", "Correct `collectorEndpoint`.", SHOWS_BAD_REQUEST),
    "refused": _FailureWords("Nothing is listening at {host}: the connection was refused.", "Check host and port. `abtui collector` starts a local collector.", SHOWS_BAD_REQUEST),
    "dns": _FailureWords("The host {host} has no address.", "Check its spelling (AB Smartly hosts end in `.absmartly.io`) and that this machine is online.", SHOWS_BAD_REQUEST),
    "unreachable": _FailureWords("No connection to {host}: {detail}.", "Check the network, and any VPN or firewall in between.", SHOWS_BAD_REQUEST),
    "connect-timeout": _FailureWords("No connection to {host} after {seconds} s.", "Check host and port; a firewall that drops packets looks like this.", SHOWS_RETRY),
    "timeout": _FailureWords("No complete answer from {host} after {seconds} s.", "The collector may have accepted the event anyway, so that a retry can count it twice. Try again later.", SHOWS_RETRY),
    "tls": _FailureWords("No secure connection to {host}: {detail}.", "Verification is never turned off. Check the host's name and certificate; SSL_CERT_FILE can name the certificate of a private authority.", SHOWS_BAD_REQUEST),
    "dropped": _FailureWords("{host} closed the connection before its answer was complete.", "The collector may have accepted the event anyway. Try again; if it happens again, check the proxy or firewall in front of the collector.", SHOWS_BAD_REQUEST),
    "protocol": _FailureWords("{host} does not answer in HTTP.", "Check scheme and port: another service is listening there.", SHOWS_BAD_REQUEST),
}  # fmt: skip


def receipt_of_failure(
    sent: SentRequest,
    kind: FailureKind,
    milliseconds: float,
    *,
    status: int | None = None,
    detail: str = "",
    written: bool = False,
    by_function: bool = True,
) -> Receipt:
    """The receipt of a request without a complete answer.

    `detail` is a phrase without a full stop (a sentence for `blocked`). `status` is that of an answer that broke off.
    `by_function`: the destination is a function as above.
    """
    failure, url = _FAILURES[kind], _url(sent)
    late = failure.shows == SHOWS_BAD_REQUEST and milliseconds > SEGMENT_TIMEOUT_MS
    shows = SHOWS_RETRY if late else failure.shows
    shows_reason = _SHOWS_REASONS[shows]
    if not by_function:
        shows = SHOWS_RETRY if kind in _TIMEOUTS else SHOWS_NOT_KNOWN
        shows_reason = _OTHER_REASONS[shows]
    words = {
        "detail": one_line(hide(detail, sent.secret), 300) or "no reason was given",
        "host": one_line(url.partition("://")[2].partition("/")[0] or url, 200),
        "seconds": f"{milliseconds / 1000:.1f}",
        "url": one_line(url, 200),
    }
    return Receipt(
        ok=False,
        status=status,
        milliseconds=milliseconds,
        collector_said=failure.said.format_map(words),
        next_step=failure.next_step,
        segment_shows=shows,
        segment_reason=shows_reason,
        url=url,
        request_headers=sent.headers,
        failure=kind,
        written=written,
    )


def receipt_of_answer(
    sent: SentRequest,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    milliseconds: float,
    *,
    cut: bool = False,
    undecoded: str = "",
    now: str = "",
    shows_answer: Callable[[int, AnswerKind], tuple[str, str]] | None = None,
) -> Receipt:
    """The receipt of an answer. `headers` has lower-case names; `content` is decoded from its Content-Encoding.

    `cut`: the answer was longer than `content`. `undecoded` says why `content` could not be decoded, if so. `now` is the time
    of the answer (ISO 8601), for a `Retry-After` with a date in an answer without a date of its own. `shows_answer` is what
    the destination says Segment shows, if it is no function as above.
    """
    masked = partial(hide, secret=sent.secret)
    answer = read_answer(content, sent.body, masked, cut=cut, undecoded=undecoded)
    ok = 200 <= status < 300 and answer.kind == "publish" and answer.ok
    headers = {name: masked(value) for name, value in headers.items()}
    said, next_step = (
        _accepted(status, answer, milliseconds) if ok else _not_accepted(status, headers, answer, sent.url)
    )
    if shows_answer is None:
        shows, reason = _segment(status, headers, answer, milliseconds)
    elif status in _REDIRECTS and headers.get("location"):
        shows, reason = SHOWS_NOT_KNOWN, _REDIRECTED
    else:
        shows, reason = shows_answer(status, answer.kind)
        next_step = _ITSELF if shows == SHOWS_RETRY else next_step
    return Receipt(
        ok=ok,
        status=status,
        milliseconds=milliseconds,
        warnings=answer.warnings,
        errors=answer.errors,
        text=_shown_text(answer.text, cut),
        collector_said=said,
        next_step=next_step,
        segment_shows=shows,
        segment_reason=reason,
        url=_url(sent),
        request_headers=sent.headers,
        kind=answer.kind,
        retry_after=_retry_after(headers, now),
    )


def _url(sent: SentRequest) -> str:
    return without_user(hide(sent.url, sent.secret))


def _shown_text(text: str, cut: bool) -> str:
    shown = printable(text)
    return shown if len(shown) <= TEXT_LIMIT and not cut else shown[: TEXT_LIMIT - 1] + "…"


def _retry_after(headers: Mapping[str, str], now: str) -> float | None:
    """The seconds that an answer asks to wait: a number, or a date compared with the answer's own date (RFC 9110, 10.2.3).

    Without that date it is compared with `now`, and counts for an hour at most: the two clocks may be far apart.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value[:9])
    if not value:
        return None
    # Imported here: it pulls in `socket`.
    from email.utils import parsedate_to_datetime

    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    try:
        return max(0.0, (until - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (TypeError, ValueError):
        pass
    try:
        return min(max(0.0, (until - datetime.fromisoformat(now)).total_seconds()), _BY_OWN_CLOCK_SECONDS)
    except (TypeError, ValueError):
        return None


def _segment(status: int, headers: Mapping[str, str], answer: AnswerBody, milliseconds: float) -> tuple[str, str]:
    """What Event Delivery shows for an answer, and why."""
    if milliseconds > SEGMENT_TIMEOUT_MS:
        return SHOWS_RETRY, _RETRIED
    if status in _REDIRECTS and headers.get("location"):
        return SHOWS_NOT_KNOWN, _REDIRECTED
    if answer.kind == "unknown":
        return SHOWS_NOT_KNOWN, "The answer could not be read to its end: as JSON it is Success, else Bad Request."
    if answer.is_json:
        return SHOWS_SUCCESS, "The function returns any JSON answer, whatever its status."
    return SHOWS_BAD_REQUEST, "The function throws on an answer that is not JSON: not retried, the event is lost."


class _StatusWords(NamedTuple):
    said: str
    next_step: str


_STATUSES = {
    400: _StatusWords("Refused (400): the request is malformed", "Correct what the errors name; the findings say where it comes from. Nothing in the request was accepted."),
    401: _StatusWords("Refused (401): the API key is missing, wrong, or not this collector's", "Check the target's `apiKey`: that its variable is set, and that the key is this collector's and this environment's."),
    403: _StatusWords("Refused (403): the API key lacks the rights, or a firewall refused it", "Check the key's rights in the web console, and whether a firewall or proxy stands in front of the collector."),
    404: _StatusWords("Not found (404): there is no such call at this address", ""),
    405: _StatusWords("Refused (405): this address takes no PUT", "Check the collector endpoint: it ends in `/v1`, without `/context`."),
    413: _StatusWords("Refused (413): the body is too large", "Send less in one request: large properties are the usual cause."),
    429: _StatusWords("Refused (429): too many requests", "Wait, then send again. Segment does not: the event is lost."),
}  # fmt: skip
_KIND_SAID = {
    "empty": "The answer is empty.",
    "html": "The answer is an HTML page, not the collector's JSON.",
    "text": "The answer is not JSON.",
    "json": "The answer is JSON, but not the collector's.",
    "unknown": "The answer could not be read to its end.",
}


def _accepted(status: int, answer: AnswerBody, milliseconds: float) -> tuple[str, str]:
    """What the collector said by accepting a request, and the next step."""
    warnings = f", with {plural(len(answer.warnings), 'warning')}" if answer.warnings else ""
    next_step = "Read the warnings: the collector accepted the event, but not all of it may count." if warnings else ""
    if milliseconds > SEGMENT_TIMEOUT_MS:
        next_step = "It took longer than Segment waits (5 s): Segment sends it again, so that it can count twice."
    return f"Accepted ({status}){warnings}.", next_step


def _not_accepted(status: int, headers: Mapping[str, str], answer: AnswerBody, url: str) -> tuple[str, str]:
    """What the collector said instead of accepting a request, and the next step."""
    said = f"Refused ({status})" if status >= 400 else f"Not accepted: the status is {status}"
    next_step = "Check the request and the collector endpoint."
    if status in _REDIRECTS:
        next_step = "Set the collector endpoint to the final address. Redirects are not followed, because the API key goes to its own target only."
        if headers.get("location"):
            place = one_line(without_user(headers["location"]), 200)
            return f"Redirected ({status}) to {place}; not followed.", next_step
    elif status in _STATUSES:
        said, next_step = _STATUSES[status]
    elif 200 <= status < 300 and answer.kind == "publish":
        said, next_step = f"{said}, but the answer says `ok: false`", _STATUSES[400].next_step
    elif 200 <= status < 300:
        said = f"Answered {status}, but did not confirm the event"
        next_step = (
            "Check that the collector endpoint is an AB Smartly collector's: `https://<company>.absmartly.io/v1`."
        )
    elif status >= 500:
        said = f"The collector failed ({status})"
        next_step = "Try again in a moment. AB Smartly's SDKs retry a 5xx; Segment does not if the answer is JSON, and the event is lost."
    if status == 404:
        next_step = _address_advice(url)
    elif answer.kind == "html" and status not in _STATUSES and status not in _REDIRECTS:
        next_step = "The page comes from a proxy, a firewall or a web server: check the collector endpoint and what is in front of it."
    if status == 429 and headers.get("retry-after"):
        said += f"; it asks to wait {_wait(headers['retry-after'])}"
    if answer.errors:
        said += f"; {plural(len(answer.errors), 'error')}"
    if answer.kind == "error":
        return f"{said}. It says: {answer.message}", next_step
    return (f"{said}. {_KIND_SAID[answer.kind]}" if answer.kind in _KIND_SAID else f"{said}."), next_step


def _wait(retry_after: str) -> str:
    """Retry-After is seconds or a date (RFC 9110, 10.2.3); anything else is quoted."""
    value = one_line(retry_after, 60).strip()
    if _SECONDS.fullmatch(value):
        return f"{value} s"
    # Imported here: it pulls in `socket`.
    from email.utils import parsedate_tz

    is_date = parsedate_tz(value) is not None
    return f"until {value}" if is_date else f'"{value}", which is neither a number of seconds nor a date'


def _address_advice(url: str) -> str:
    path = url.partition("://")[2].partition("/")[2]
    if path.startswith("/") or "//" in path:
        return "Remove the slash at the end of `collectorEndpoint`: it makes the address `//context`."
    if "v1/" not in path:
        return "Add `/v1` to `collectorEndpoint`: collectors answer at `https://<company>.absmartly.io/v1`."
    return "Check the host in `collectorEndpoint`: it is not a collector, or not its address."
