"""An outcome as JSON: the headless contract, described by `outcome.schema.json` beside this module."""

from __future__ import annotations

from typing import Any

import orjson

from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import printable_json


def outcome_object(outcome: Outcome, *, explain: bool = False) -> dict[str, Any]:
    """The outcome as JSON values, keys in the documented order. `steps` is there only with `explain`."""
    return _object(outcome, None if outcome.request is None else outcome.request.body, explain=explain)


def outcome_json(outcome: Outcome, *, explain: bool = False, indent: int | None = None) -> bytes:
    """The outcome as one line of JSON in UTF-8, without the line end; or indented.

    The body is byte for byte what would be sent; elsewhere characters that cannot be seen are escapes.
    """
    request = outcome.request
    text = printable_json(_dumped(_object(outcome, None, explain=explain), indent, plain=not explain))
    if request is None:
        return text
    # The first one: what stands before it are texts, in which quotes are escaped.
    before, colon, after = text.partition(b'"body": ' if indent else b'"body":')
    body = request.body_bytes
    if indent:
        body = stringify(request.body, indent).replace(b"\n", b"\n" + 2 * indent * b" ")
    return b"".join((before, colon, body, after.removeprefix(b"null")))


def _object(outcome: Outcome, body: Any, *, explain: bool) -> dict[str, Any]:
    """The outcome with `body` in the place of its request's."""
    result = _head(outcome)
    request = outcome.request
    if request is not None:
        headers = dict(request.headers)
        result["request"] = {"method": request.method, "url": request.url, "headers": headers, "body": body}
    _tail(result, outcome, explain)
    return result


def _dumped(result: dict[str, Any], indent: int | None, *, plain: bool) -> bytes:
    if indent is None and plain:
        try:
            return orjson.dumps(result)
        except orjson.JSONEncodeError:
            # Half a character (a lone surrogate) somewhere: only the JavaScript way of writing JSON can escape it.
            pass
    return stringify(result, indent)


def _head(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "type": outcome.type,
        "name": outcome.name,
        "messageId": outcome.message_id,
        "verdict": outcome.verdict,
        "fate": outcome.fate,
        "reason": {"code": outcome.reason.code, "message": outcome.reason.message},
        "segmentShows": outcome.segment_shows,
        "request": None,
    }


def _tail(result: dict[str, Any], outcome: Outcome, explain: bool) -> None:
    result["findings"] = [finding_object(item) for item in outcome.findings]
    if explain:
        result["steps"] = [
            {
                "rule": step.rule,
                "result": step.result,
                "message": step.message,
                "configPath": step.config_path,
                "configLine": step.config_line,
                "eventPath": step.event_path,
                "payloadPath": step.payload_path,
                "value": step.value,
            }
            for step in outcome.steps
        ]


def finding_object(item: Finding) -> dict[str, Any]:
    """A finding as JSON values; `line` and `column` only where it has a place in the text."""
    result: dict[str, Any] = {
        "code": item.code,
        "severity": item.severity,
        "message": item.message,
        "hint": item.hint,
        "eventPath": item.event_path,
        "payloadPath": item.payload_path,
        "configLine": item.config_line,
    }
    if item.line is not None:
        result["line"], result["column"] = item.line, item.column
    return result
