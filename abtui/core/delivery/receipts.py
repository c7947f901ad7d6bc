"""What came back for a sent request, and what Segment would show for the same.

Both verdicts follow reference tables: the collector's `PublishResponse` and `Error` (its API description), and "What Segment
shows, against what really happened" (the classic destination). The published function parses whatever is answered as JSON and
returns it: every JSON answer, whatever its status, is Success; any other answer makes it throw, as a failed connection does.
An error thrown by itself is Bad Request, not retried; only a time-out (5 s for the whole function) is retried.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, NamedTuple

import msgspec

from abtui.core.delivery.answers import Answer, AnswerKind, Notice, read_answer
from abtui.core.segment import SHOWS_BAD_REQUEST, SHOWS_RETRY, SHOWS_SUCCESS
from abtui.core.text.plain import one_line, plural, printable
from abtui.core.text.secret import Secret, hide, without_user

SHOWS_NOT_KNOWN: Final = "Not known"
SEGMENT_TIMEOUT_MS: Final = 5_000.0
TEXT_LIMIT: Final = 4_000
"""Characters of the raw answer that a receipt keeps."""
_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
"""More than HTTP allows, which has whole seconds: servers send fractions too."""
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


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent: the address, the headers with the API key masked, the body as a JSON value.

    `secret` is the key, only so that an answer that repeats it can be masked.
    """

    url: str
    headers: Mapping[str, str]
    body: Any
    secret: Secret | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came of sending one request.

    `ok`: the collector accepted it. `status` is None where no answer began. `text` is the raw answer, printable, cut at
    `TEXT_LIMIT` characters. `collector_said` and `next_step` are sentences; `next_step` is "" where nothing is to be done.
    `segment_shows` is what Event Delivery would show, `segment_reason` why. `failure` is None where an answer came.
    `kind` is what the answer was, None where none was complete. `written`: some of the request may have reached the collector.
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


class _Failure(NamedTuple):
    said: str
    next_step: str
    shows: str


_RETRIED = "Segment stops the function after 5 s and tries again, with back-off, for 4 hours."
_THROWN = "The function's HTTP client throws an ordinary error: Bad Request, not retried, the event is lost."
_FAILURES: dict[FailureKind, _Failure] = {
    "blocked": _Failure(
        "Nothing was sent. {detail}", "Correct the target in the config, then send again.", SHOWS_NOT_KNOWN
    ),
    "address": _Failure(
        "Nothing was sent: {url} is no address a request can go to.", "Correct `collectorEndpoint`.", SHOWS_BAD_REQUEST
    ),
    "refused": _Failure(
        "Nobody listens at {host}: the connection was refused.",
        "Check host and port. A local collector is started with `abtui collector`.",
        SHOWS_BAD_REQUEST,
    ),
    "dns": _Failure(
        "The host {host} has no address.",
        "Check its spelling (AB Smartly hosts end in `.absmartly.io`) and that this machine is online.",
        SHOWS_BAD_REQUEST,
    ),
    "unreachable": _Failure(
        "No connection to {host}: {detail}.", "Check the network, a VPN or a firewall on the way.", SHOWS_BAD_REQUEST
    ),
    "connect-timeout": _Failure(
        "No connection to {host} after {seconds} s.",
        "Check host and port; a firewall that drops packets looks like this.",
        SHOWS_RETRY,
    ),
    "timeout": _Failure(
        "No complete answer from {host} after {seconds} s.",
        "The collector may have taken the event nevertheless, so that a retry can count it twice. Try again later.",
        SHOWS_RETRY,
    ),
    "tls": _Failure(
        "No secure connection to {host}: {detail}.",
        "Verification is never turned off. Check the host's name and certificate; a private authority's certificate can be named in SSL_CERT_FILE.",
        SHOWS_BAD_REQUEST,
    ),
    "dropped": _Failure(
        "{host} closed the connection before its answer was complete.",
        "The collector may have taken the event nevertheless. Try again; if it persists, look at what stands in front of it.",
        SHOWS_BAD_REQUEST,
    ),
    "protocol": _Failure(
        "{host} does not answer in HTTP.", "Check scheme and port: another service listens there.", SHOWS_BAD_REQUEST
    ),
}


def receipt_of_failure(
    sent: Sent,
    kind: FailureKind,
    milliseconds: float,
    *,
    status: int | None = None,
    detail: str = "",
    written: bool = False,
) -> Receipt:
    """The receipt of an exchange without a complete answer.

    `detail` is a phrase without a full stop (a sentence for `blocked`); `status` where one had come; `written` as in `Receipt`.
    """
    failure, url = _FAILURES[kind], _url(sent)
    late = failure.shows == SHOWS_BAD_REQUEST and milliseconds > SEGMENT_TIMEOUT_MS
    shows = SHOWS_RETRY if late else failure.shows
    words = {
        "detail": one_line(hide(detail, sent.secret), 300) or "no reason was given",
        "host": _host(url),
        "seconds": f"{milliseconds / 1000:.1f}",
        "url": one_line(url, 200),
    }
    reason = {
        SHOWS_RETRY: _RETRIED,
        SHOWS_BAD_REQUEST: _THROWN,
        SHOWS_NOT_KNOWN: "Nothing was sent from here; what Segment's own settings do is not known.",
    }[shows]
    return Receipt(
        ok=False,
        status=status,
        milliseconds=milliseconds,
        collector_said=failure.said.format_map(words),
        next_step=failure.next_step,
        segment_shows=shows,
        segment_reason=reason,
        url=url,
        request_headers=sent.headers,
        failure=kind,
        written=written,
    )


def receipt_of_answer(
    sent: Sent,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    milliseconds: float,
    *,
    cut: bool = False,
    undecoded: str = "",
    now: str = "",
) -> Receipt:
    """The receipt of an answer. `headers` has lower-case names; `content` is decoded from its Content-Encoding.

    `cut`: there was more than `content`. `undecoded`: why `content` could not be decoded, where it could not. `now`: when it
    came (ISO 8601), for an answer that asks to wait until a date and has none of its own.
    """
    masked = partial(hide, secret=sent.secret)
    answer = read_answer(content, sent.body, masked, cut=cut, undecoded=undecoded)
    ok = 200 <= status < 300 and answer.kind == "publish" and answer.ok
    headers = {name: masked(value) for name, value in headers.items()}
    shows, reason = _segment(status, headers, answer, milliseconds)
    return Receipt(
        ok=ok,
        status=status,
        milliseconds=milliseconds,
        warnings=answer.warnings,
        errors=answer.errors,
        text=_shown_text(answer.text, cut),
        collector_said=_said(status, headers, answer, ok),
        next_step=_next_step(status, sent.url, answer, ok, milliseconds),
        segment_shows=shows,
        segment_reason=reason,
        url=_url(sent),
        request_headers=sent.headers,
        kind=answer.kind,
        retry_after=_retry_after(headers, now),
    )


def _retry_after(headers: Mapping[str, str], now: str) -> float | None:
    """The seconds an answer asks to wait: a number of them, or a date, which is held against the answer's own (RFC 9110, 10.2.3).

    Without that date it is held against `now`, and then for an hour at most: the two clocks may be far apart.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value[:9])
    if not value:
        return None
    # Loads sockets with it, which most answers need not wait for.
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


def _segment(status: int, headers: Mapping[str, str], answer: Answer, milliseconds: float) -> tuple[str, str]:
    """What Event Delivery shows for an answer, and why."""
    if milliseconds > SEGMENT_TIMEOUT_MS:
        return SHOWS_RETRY, _RETRIED
    if status in _REDIRECTS and headers.get("location"):
        return (
            SHOWS_NOT_KNOWN,
            "The function's HTTP client follows the redirect, and takes the API key along; the answer there decides.",
        )
    if answer.kind == "unknown":
        return SHOWS_NOT_KNOWN, "The answer could not be read to its end: as JSON it is Success, else Bad Request."
    if answer.is_json:
        return SHOWS_SUCCESS, "The function returns any JSON answer, whatever its status."
    return SHOWS_BAD_REQUEST, "The function throws on an answer that is not JSON: not retried, the event is lost."


_STATUS_SAID = {
    400: "Refused (400): the request is malformed",
    401: "Refused (401): the API key is missing, wrong, or not this collector's",
    403: "Refused (403): the API key may not do this, or a firewall said no",
    404: "Not found (404): there is no such call at this address",
    405: "Refused (405): this address takes no PUT",
    413: "Refused (413): the body is too large",
    429: "Refused (429): too many requests",
}
_KIND_SAID = {
    "empty": "The answer is empty.",
    "html": "The answer is an HTML page, not the collector's JSON.",
    "text": "The answer is not JSON.",
    "json": "The answer is JSON, but not the collector's.",
    "unknown": "The answer could not be read to its end.",
}


def _said(status: int, headers: Mapping[str, str], answer: Answer, ok: bool) -> str:
    if ok:
        return (
            f"Accepted ({status})."
            if not answer.warnings
            else f"Accepted ({status}), with {plural(len(answer.warnings), 'warning')}."
        )
    if status in _REDIRECTS and headers.get("location"):
        return f"Redirected ({status}) to {one_line(without_user(headers['location']), 200)}; not followed."
    if 200 <= status < 300:
        said = (
            f"Not accepted: the status is {status}, but the answer says `ok: false`"
            if answer.kind == "publish"
            else f"Answered {status}, but did not confirm the event"
        )
    elif status >= 500:
        said = f"The collector failed ({status})"
    else:
        said = _STATUS_SAID.get(
            status, f"Refused ({status})" if status >= 400 else f"Not accepted: the status is {status}"
        )
    if status == 429 and headers.get("retry-after"):
        said += f"; it asks to wait {_wait(headers['retry-after'])}"
    if answer.errors:
        said += f"; {plural(len(answer.errors), 'error')}"
    said += "."
    if answer.kind == "error":
        return f"{said} It says: {answer.message}"
    return f"{said} {_KIND_SAID[answer.kind]}" if answer.kind in _KIND_SAID else said


def _wait(retry_after: str) -> str:
    """Retry-After is seconds or a date (RFC 9110, 10.2.3); what is neither is quoted as that."""
    value = one_line(retry_after, 60).strip()
    if _SECONDS.fullmatch(value):
        return f"{value} s"
    from email.utils import parsedate_tz

    return (
        f"until {value}" if parsedate_tz(value) is not None else f'"{value}", which is no number of seconds and no date'
    )


_STATUS_NEXT = {
    400: "Correct what the errors name; the Findings tab shows where it comes from. Nothing of the request was taken.",
    401: "Check the target's `apiKey`: that its variable is set, and that the key is this collector's and this environment's.",
    403: "Check the key's rights in the web console, and whether a firewall or proxy stands in front of the collector.",
    405: "Check the collector endpoint: it ends in `/v1`, without `/context`.",
    413: "Send less in one request: large properties are the usual cause.",
    429: "Wait, then send again. Segment does not: the event is lost.",
}


def _next_step(status: int, url: str, answer: Answer, ok: bool, milliseconds: float) -> str:
    if ok:
        if milliseconds > SEGMENT_TIMEOUT_MS:
            return "It took longer than Segment waits (5 s): Segment sends it again, so that it can count twice."
        return (
            "Read the warnings: the collector took the event, but not all of it may count." if answer.warnings else ""
        )
    if status in _REDIRECTS:
        return "Set the collector endpoint to the final address. Redirects are not followed, as the API key goes to its own target only."
    if status == 404:
        return _address_advice(url)
    if answer.kind == "html" and status not in _STATUS_NEXT:
        return "A page comes from a proxy, a firewall or a web server: check the collector endpoint and what stands in front of it."
    if status >= 500:
        return "Try again in a moment. AB Smartly's SDKs retry a 5xx; Segment does not if the answer is JSON, and the event is lost."
    if 200 <= status < 300:
        return (
            _STATUS_NEXT[400]
            if answer.kind == "publish"
            else "Check that the collector endpoint is an AB Smartly collector's: `https://<company>.absmartly.io/v1`."
        )
    return _STATUS_NEXT.get(status, "Check the request and the collector endpoint.")


def _address_advice(url: str) -> str:
    path = url.partition("://")[2].partition("/")[2]
    if path.startswith("/") or "//" in path:
        return "Remove the slash at the end of `collectorEndpoint`: it makes the address `//context`."
    if "v1/" not in path:
        return "Add `/v1` to `collectorEndpoint`: collectors answer at `https://<company>.absmartly.io/v1`."
    return "Check the host in `collectorEndpoint`: it is not a collector, or not its address."


def _shown_text(text: str, cut: bool) -> str:
    shown = printable(text)
    return shown if len(shown) <= TEXT_LIMIT and not cut else shown[: TEXT_LIMIT - 1] + "…"


def _url(sent: Sent) -> str:
    return without_user(hide(sent.url, sent.secret))


def _host(url: str) -> str:
    return one_line(url.partition("://")[2].partition("/")[0] or url, 200)
