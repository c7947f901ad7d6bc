"""Reads a collector's answer: a `PublishResponse` or an `Error` of the published API description, or anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal, NoReturn

import msgspec

from abtui.core.text.json_depth import is_deeper
from abtui.core.text.paths import path_text
from abtui.core.text.plain import one_line

NOTICE_LIMIT = 1_000
"""The most warnings, and the most errors, that are kept of one answer."""
_MESSAGE_LIMIT = 1_000

Hide = Callable[[str], str]
AnswerKind = Literal["publish", "error", "json", "empty", "html", "text", "unknown"]


class Notice(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One warning or error of a `PublishResponse`. An index is -1 if the answer has no usable one.

    `payload_path` is the place in the sent body that subject and index name (`$.goals[0]`), or None.
    """

    batch_index: int
    event_index: int
    subject: str
    message: str
    payload_path: str | None = None


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an answer. `message` is the message of an `Error`.

    The kind `unknown` may or may not be JSON: the body was cut, could not be decoded, or is nested too deeply.
    """

    kind: AnswerKind
    text: str
    ok: bool = False
    warnings: tuple[Notice, ...] = ()
    errors: tuple[Notice, ...] = ()
    message: str = ""

    @property
    def is_json(self) -> bool:
        """Whether JavaScript's JSON.parse would read it."""
        return self.kind in ("publish", "error", "json")


def read_answer(content: bytes, sent_body: Any, hide: Hide, *, cut: bool, undecoded: str) -> AnswerBody:
    """Read the body of an answer, decoded from its Content-Encoding. `sent_body` is the JSON value that was sent.

    `hide` masks the API key in everything that is kept, because an answer may repeat it.
    """
    answer = _read(content, sent_body, hide, cut, undecoded)
    return msgspec.structs.replace(answer, text=hide(answer.text))


def _read(content: bytes, sent_body: Any, hide: Hide, cut: bool, undecoded: str) -> AnswerBody:
    if undecoded:
        return AnswerBody(kind="unknown", text=f"(The answer could not be read: {undecoded}.)")
    # Bytes that are not UTF-8 become U+FFFD, as in the HTTP client of the function.
    text = content.decode("utf-8", "replace")
    start = text.lstrip(" \t\r\n")
    if not start:
        return AnswerBody(kind="unknown" if cut else "empty", text=text)
    if cut:
        return AnswerBody(kind="unknown" if start[0] in '{["-0123456789tfn' else _not_json(start), text=text)
    if is_deeper(content):
        # Printing or comparing a value of such depth would run out of stack.
        return AnswerBody(kind="unknown" if start[0] in "{[" else _not_json(start), text=text)
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_int=_number)
    except ValueError:
        return AnswerBody(kind=_not_json(start), text=text)
    return _read_json(value, text, sent_body, hide)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _number(digits: str) -> int | float:
    # Python refuses to read an integer of thousands of digits; JavaScript reads it as a double.
    return int(digits) if len(digits) < 20 else float(digits)


def _not_json(start: str) -> AnswerKind:
    opening = start[:200].lstrip("\ufeff").lower()
    return "html" if opening.startswith(("<!doctype", "<html", "<head", "<body", "<?xml", "<!--")) else "text"


def _read_json(value: Any, text: str, sent_body: Any, hide: Hide) -> AnswerBody:
    if not isinstance(value, dict):
        return AnswerBody(kind="json", text=text)
    if isinstance(value.get("ok"), bool):
        return AnswerBody(
            kind="publish",
            text=text,
            ok=value["ok"],
            warnings=_notices(value.get("warnings"), sent_body, hide),
            errors=_notices(value.get("errors"), sent_body, hide),
        )
    if isinstance(value.get("message"), str):
        return AnswerBody(kind="error", text=text, message=one_line(hide(value["message"]), _MESSAGE_LIMIT))
    return AnswerBody(kind="json", text=text)


def _notices(listed: Any, sent_body: Any, hide: Hide) -> tuple[Notice, ...]:
    if not isinstance(listed, list):
        return ()
    return tuple(_notice(item, sent_body, hide) for item in listed[:NOTICE_LIMIT])


def _notice(item: Any, sent_body: Any, hide: Hide) -> Notice:
    """One entry of any shape: a collector that breaks its own description is still worth reading."""
    if not isinstance(item, dict):
        item = {"message": item}
    batch, index = _index(item.get("batchIndex")), _index(item.get("eventIndex"))
    subject = one_line(hide(_as_text(item.get("subject", ""))), 200)
    return Notice(
        batch_index=batch,
        event_index=index,
        subject=subject,
        message=one_line(hide(_as_text(item.get("message", ""))), _MESSAGE_LIMIT),
        payload_path=_payload_path(sent_body, batch, index, subject),
    )


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _index(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else -1


def _payload_path(body: Any, batch: int, index: int, subject: str) -> str | None:
    """The place in the sent body that a notice names. `subject` is a list of the body, in plural or singular, or a field."""
    path: tuple[str | int, ...] = ()
    if isinstance(body, dict) and isinstance(body.get("requests"), list):
        if not 0 <= batch < len(body["requests"]):
            return None
        path, body = ("requests", batch), body["requests"][batch]
    if not isinstance(body, dict):
        return None
    for name in (subject, f"{subject}s"):
        if name not in body:
            continue
        value = body[name]
        if isinstance(value, list) and 0 <= index < len(value):
            return path_text((*path, name, index))
        return path_text((*path, name)) if index < 0 or not isinstance(value, list) else None
    return None
