"""Outcomes as lines of JSON, for `abtui map`: the same bytes as `outcome_json`, put together from parts that many outcomes share."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.outcomes import MappingOutcome, Outcome, Request
from abtui.core.report.outcome import finding_object, outcome_json
from abtui.core.text.plain import printable_json

_REMEMBERED: Final = 1_000
_LONGEST_REMEMBERED: Final = 1_000
_HEAD: Final = 2
_BODY: Final = 6
"""Where in the parts of a line stand that between source and messageId, and the body."""
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Pattern(NamedTuple):
    """What lines have alike: the text between source and messageId, that up to the body of the request or to the end, and that behind the body."""

    head: bytes
    middle: bytes
    end: bytes

    def line(self, source: str, message_id: str | None, body: bytes = b"") -> bytes:
        """A line. Raises JSONEncodeError for a text with a lone surrogate."""
        head, middle, end = self
        return b'{"source":%b%b%b%b%b%b' % (_json(source), head, _json(message_id), middle, body, end)


class OutcomeLines:
    """Writes outcomes without their steps. It remembers what it wrote of the parts in which few outcomes differ."""

    def __init__(self) -> None:
        self._written: dict[Hashable, bytes] = {}
        self._url, self._headers, self._frame = "", _NO_HEADERS, b""

    def line(self, outcome: Outcome) -> bytes:
        """The outcome on one line, without its line end."""
        try:
            return self._line(outcome)
        except orjson.JSONEncodeError:
            # A text contains a lone surrogate.
            return outcome_json(outcome)

    def pattern(self, outcome: Outcome) -> Pattern:
        """What the line of an outcome has alike with those of all outcomes that differ from it only in source, messageId, and body."""
        parts = self._parts(outcome)
        body = len(parts) if outcome.request is None else _BODY
        return Pattern(parts[_HEAD], b"".join(parts[_HEAD + 2 : body]), b"".join(parts[body + 1 :]))

    def _line(self, outcome: Outcome) -> bytes:
        return b"".join(self._parts(outcome))

    def _parts(self, outcome: Outcome) -> list[bytes]:
        named = outcome.type, outcome.name
        head = self._written.get(named) or self._remember(named, _named(*named))
        parts = [b'{"source":', _json(outcome.source), head, _json(outcome.message_id)]
        self._add(outcome, parts)
        if outcome.results is not None:
            parts += b',"results":[', b",".join([self._result(result) for result in outcome.results]), b"]"
        parts.append(b"}")
        return parts

    def _result(self, result: MappingOutcome) -> bytes:
        """What one mapping does. Most do nothing with an event, and always the same."""
        if result.request is not None or result.findings:
            return self._whole(result)
        reason = result.reason
        shape = result.name, result.verdict, result.fate, reason.code, reason.message, result.segment_shows
        return self._written.get(shape) or self._remember(shape, self._whole(result))

    def _whole(self, result: MappingOutcome) -> bytes:
        parts = [b'{"mapping":', _json(result.name)]
        self._add(result, parts)
        parts.append(b"}")
        return b"".join(parts)

    def _add(self, part: Outcome | MappingOutcome, parts: list[bytes]) -> None:
        """Add what the outcome and its results have alike, without the last brace."""
        reason, request, written = part.reason, part.request, self._written
        told = part.verdict, part.fate, reason.code, reason.message, part.segment_shows
        parts.append(written.get(told) or self._remember(told, _what(part)))
        if request is None:
            parts.append(b'null,"findings":[')
        else:
            parts += self._framed(request), request.body_bytes, b'},"findings":['
        if part.findings:
            found = [written.get(item) or self._remember(item, _json(finding_object(item))) for item in part.findings]
            parts.append(b",".join(found))
        parts.append(b"]")

    def _framed(self, request: Request) -> bytes:
        """The request up to its body. Nearly all of a corpus have the same headers, as the same object."""
        if request.headers is not self._headers or request.url != self._url:
            frame = {"method": request.method, "url": request.url, "headers": dict(request.headers)}
            self._frame = _json(frame)[:-1] + b',"body":'
            self._url, self._headers = request.url, request.headers
        return self._frame

    def _remember(self, shape: Hashable, text: bytes) -> bytes:
        if len(self._written) < _REMEMBERED and len(text) <= _LONGEST_REMEMBERED:
            self._written[shape] = text
        return text


def _named(kind: str | None, name: str | None) -> bytes:
    return b',"type":%b,"name":%b,"messageId":' % (_json(kind), _json(name))


def _what(part: Outcome | MappingOutcome) -> bytes:
    told: dict[str, Any] = {
        "verdict": part.verdict,
        "fate": part.fate,
        "reason": {"code": part.reason.code, "message": part.reason.message},
        "segmentShows": part.segment_shows,
    }
    return b',%b,"request":' % _json(told)[1:-1]


def _json(value: object) -> bytes:
    return printable_json(orjson.dumps(value))
