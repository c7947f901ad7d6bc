"""One outcome as JSON and as a row of a table, and its request as a curl command.

The JSON is what `abtui map` promises to programs. `outcome.schema.json` beside this module describes it.
"""

from __future__ import annotations

import shlex
from typing import Any, Final

import orjson

from abtui.core.delivery.request import KEY_HEADER
from abtui.core.fate import FATES
from abtui.core.findings import Finding
from abtui.core.outcomes import MappingOutcome, Outcome, Request
from abtui.core.report.builder import json_values
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import one_line, printable_json, single_line
from abtui.core.text.secret import KEY_VARIABLE

_step_values = json_values(
    "rule", "result", "message", "config_path", "config_line", "event_path", "payload_path", "value"
)
_COLUMNS: Final = (("source", 26), ("fate", 14), ("type", 8), ("name", 28), ("segment shows", 22))
"""The columns of the table with their widths. The reason follows them and gets the rest of the line."""


def outcome_json(outcome: Outcome, *, explain: bool = False, indent: int | None = None) -> bytes:
    """The outcome as JSON in UTF-8: one line without its line end, or indented.

    The request's body is byte for byte what would be sent. Elsewhere invisible characters are written as escapes.
    """
    head = {
        "source": outcome.source,
        "type": outcome.type,
        "name": outcome.name,
        "messageId": outcome.message_id,
    }
    text = _part_json(head, outcome, explain, indent)
    if outcome.results is None:
        return text
    results = [_part_json({"mapping": result.name}, result, explain, indent) for result in outcome.results]
    if not indent:
        return b'%b,"results":[%b]}' % (text[:-1], b",".join(results))
    line = b"\n" + indent * b" "
    inner = b"".join(b",%b%b" % (line, result.replace(b"\n", line)) for result in results)
    listed = inner.removeprefix(b",").replace(b"\n", line) + line if results else b""
    return b'%b,%b"results": [%b]\n}' % (text[:-2], line, listed)


def _part_json(head: dict[str, Any], part: Outcome | MappingOutcome, explain: bool, indent: int | None) -> bytes:
    """The outcome without its results, or one of these. `head` are its own first keys."""
    request = part.request
    text = printable_json(_encoded(_part_object(head, part, explain=explain), indent, plain=not explain))
    if request is None:
        return text
    # The first match is the request's body: only texts come before it, and quotes in texts are escaped.
    before, colon, after = text.partition(b'"body": ' if indent else b'"body":')
    body = request.body_bytes
    if indent:
        body = stringify(request.body, indent).replace(b"\n", b"\n" + 2 * indent * b" ")
    return b"".join((before, colon, body, after.removeprefix(b"null")))


def _part_object(result: dict[str, Any], part: Outcome | MappingOutcome, *, explain: bool) -> dict[str, Any]:
    """JSON values with keys in the documented order, added to the first ones. The body of the request is None."""
    request = part.request
    result |= {
        "verdict": part.verdict,
        "fate": part.fate,
        "reason": {"code": part.reason.code, "message": part.reason.message},
        "segmentShows": part.segment_shows,
        "request": None
        if request is None
        else {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": None},
        "findings": [finding_object(item) for item in part.findings],
    }
    if explain:
        result["steps"] = [_step_values(step) for step in part.steps]
    return result


def _encoded(result: dict[str, Any], indent: int | None, *, plain: bool) -> bytes:
    if indent is None and plain:
        try:
            return orjson.dumps(result)
        except orjson.JSONEncodeError:
            # A text contains a lone surrogate, which only the JavaScript way of writing JSON can escape.
            pass
    return stringify(result, indent)


def finding_object(item: Finding) -> dict[str, Any]:
    """A finding as JSON values. `line` and `column` are left out if it has no place in a text."""
    # Written out because it is called for every finding of a corpus: `json_values` takes three times as long.
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


def table_header(width: int = 160) -> str:
    """The header line of the table of outcomes, at most `width` characters long."""
    return one_line("  ".join(title.ljust(size) for title, size in _COLUMNS) + "  why", width)


def table_row(outcome: Outcome, width: int = 160, *, ascii_marks: bool = False) -> str:
    """The outcome as one line of at most `width` characters. The codes of its findings precede the reason, as `[CODE CODE]`."""
    source, room = outcome.source, _COLUMNS[0][1]
    # A long source loses its start, because the line number at its end says more.
    source = source if len(source) <= room else "…" + source[1 - room :]
    words = FATES[outcome.fate]
    fate = f"{words.ascii if ascii_marks else words.mark} {outcome.fate}"
    values = (source, fate, outcome.type or "-", outcome.name or "-", outcome.segment_shows)
    cells = [one_line(value, size).ljust(size) for value, (_, size) in zip(values, _COLUMNS, strict=True)]
    codes = sorted({item.code for item in outcome.findings if item.severity != "info"})
    why = (f"[{' '.join(codes)}] " if codes else "") + outcome.reason.message
    return one_line("  ".join(cells) + "  " + why, width)


def result_row(result: MappingOutcome, width: int = 160, *, ascii_marks: bool = False) -> str:
    """What one of several mappings does with an event, as a line below the event's row: its fate, name and reason."""
    words = FATES[result.fate]
    fate = f"{words.ascii if ascii_marks else words.mark} {result.fate}".ljust(_COLUMNS[1][1])
    name = one_line(f"  {result.mapping}", _COLUMNS[0][1]).ljust(_COLUMNS[0][1])
    return one_line(f"{name}  {fate}  {result.verdict}: {result.reason.message}", width)


def curl(request: Request) -> str:
    """The request as a curl command for a POSIX shell, over several lines. It names a variable of the shell in place of the API key."""
    parts = [f"curl -X {request.method} {shlex.quote(single_line(request.url))}"]
    for name, value in request.headers.items():
        # Within double quotes the shell fills in the key.
        quoted = (
            f'"{KEY_HEADER}: ${KEY_VARIABLE}"' if name == KEY_HEADER else shlex.quote(single_line(f"{name}: {value}"))
        )
        parts.append(f"-H {quoted}")
    parts.append(f"--data-raw {shlex.quote(request.body_bytes.decode())}")
    return " \\\n  ".join(parts)
