"""Calls of Segment's libraries as programs and the documentation have them, `analytics.track("Name", {...})`: read, and completed as an SDK would do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2s
from typing import Final, NamedTuple

from abtui.core.events.arguments import CALLBACK, Argument, fields_of, is_python, message_of, method_name
from abtui.core.events.chunks import take_statement
from abtui.core.events.cursor import Cursor
from abtui.core.events.literals import read_literal, skip_space
from abtui.core.events.model import Event, Item, JSONObject, SdkDefaults, Unreadable
from abtui.core.events.quotes import straightened
from abtui.core.events.reading import Reading, found_in, too_large
from abtui.core.events.scalars import ANY, Language, NotLiteral
from abtui.core.events.sdks import ENQUEUE, IOS, JAVASCRIPT, METHODS, PYTHON, SWIFT, Sdk, complete, sdk_of
from abtui.core.text.json_text import Issue

_MAKES_EVENTS: Final = r"(?i:track|page|screen|identify|group|alias|enqueue)"
_RESULT: Final = (
    r"(?:(?:(?:const|let|var|val|final|my|int|bool|boolean)[ \t]++)?[$\w]++(?:,[ \t]*+\w++)?[ \t]*+:?=[ \t]*+"
    rf"(?=(?:await[ \t]++)?[\w$@.:\\>?!-]*?\b{_MAKES_EVENTS}[ \t]*+\())?"
)
CALL_START: Final = re.compile(
    rf"{_RESULT}(?:(?:await|return|void)[ \t]++)?[\\@&]?[A-Za-z_$][\w$]*+(?:\\\w++)*+"
    r"(?:(?:[ \t]*+(?:\([\w\"'.,= \t]*+\)[ \t]*+)?(?:[?!]?\.|::|->)[ \t]*+[A-Za-z_$][\w$]*+)++[ \t]*+\("
    rf"|(?:\.[A-Za-z_]\w*+)*?\.(?:{'|'.join(METHODS)})[ \t]++(?:\{{[ \t]*+)?(?:[a-z_]++:(?!:)|:[a-z_]++[ \t]*+=>))"
    r"|\[[ \t]*+(?:\[[ \t]*+[A-Za-z_]\w*+[ \t]++[A-Za-z_][^\]\n]*+\]|[A-Za-z_]\w*+)[ \t]++[A-Za-z_]\w*+[ \t]*+[:\]]"
)
"""The start of a method call, of one of Ruby without brackets, or of a message in Objective-C."""
_METHOD = re.compile(r"([A-Za-z_$][\w$]*+)[ \t]*+\(")
_BARE = re.compile(rf"[\w.@$]*?\.({'|'.join(METHODS)})[ \t]++(?![(=])")
_OBJECTIVE_C = re.compile(r"\[\s*+(?:\[[^\]\n]*+\]|[A-Za-z_]\w*+)\s++([A-Za-z_]\w*+)\s*+([:\]])")
_SELECTOR = re.compile(r"([A-Za-z_]\w*+)\s*+:(?!:)")
_LABEL = re.compile(r"([A-Za-z_]\w*+)\s*+(?::(?!:)|=(?![=>]))|:([A-Za-z_]\w*+)\s*+=>|[\"'](\w++)[\"']\s*+=>")
_FUNCTION = re.compile(r"(?:async\s++)?(?:function\b|\([^()\n]*+\)\s*+=>|[A-Za-z_$][\w$]*+\s*+=>)")
_STEP = re.compile(
    r"\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`|//[^\n]*+|[(){}\[\],]",
    re.DOTALL,
)
_DIGEST_BYTES: Final = 8


class Problem(NamedTuple):
    """Why a call could not be read, and the offset of the place in its text."""

    message: str
    hint: str
    at: int


def read_call_at(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The event of the call at the cursor."""
    chunk = take_statement(cursor, is_bare=_BARE.match(cursor.text, cursor.at) is not None)
    if chunk.skipped:
        yield reading.no_event(chunk, (too_large(chunk),), cursor)
        return
    # Comments are usual in a program.
    before = tuple(item for item in reading.pending if item.code != "JSON-COMMENT")
    reading.pending = []
    name = reading.names.next(chunk.line)
    call = read_call(chunk.text, reading.sdk, name)
    if isinstance(call, Problem) and (straight := straightened(chunk.text)) is not None:
        call = read_call(straight.text, reading.sdk, name)
        before = (*before, *(found_in(chunk, issue) for issue in straight.issues))
    if isinstance(call, Problem):
        found = found_in(chunk, Issue("CODE-UNREADABLE", call.message, call.hint, call.at))
        yield Unreadable(name, chunk.text, (*before, found), chunk.line, chunk.column)
        return
    hint = "Of its ids, dates and messageId, those that the line does not give are placeholders."
    note = found_in(chunk, Issue("CODE-COMPLETED", "The event was made from a line of code.", hint, 0))
    yield Event(name, call, None, (*before, note), chunk.line, chunk.column)


def read_call(text: str, sdk: SdkDefaults, source: str) -> JSONObject | Problem:
    """The event of the one call that is `text`, whose place is `source`; or why there is none. Never raises."""
    try:
        objective = _OBJECTIVE_C.match(text)
        method, fields, library = _messages(text, objective) if objective else _call(text)
    except NotLiteral as problem:
        return Problem(problem.message(text, sdk.secrets), problem.hint, problem.at)
    return complete(method, fields, library, sdk, _message_id(text, sdk, source))


def _message_id(text: str, sdk: SdkDefaults, source: str) -> str:
    """The id of a call that has none: it differs for each place and text, and is always the same for the same two."""
    place = f"{source}\0{text}".encode("utf-8", "surrogatepass")
    return f"{sdk.message_id_prefix}-{blake2s(place, digest_size=_DIGEST_BYTES).hexdigest()}"


def _messages(text: str, start: re.Match[str]) -> tuple[str, JSONObject, Sdk]:
    """A message of Objective-C: `[[SEGAnalytics sharedAnalytics] track:@"Name" properties:@{...}]`."""
    method = method_name(start[1], start.start(1))
    arguments: list[Argument] = []
    at = start.end() if start[2] == ":" else start.end() - 1
    label, label_at = METHODS[method].text, start.start(1)
    while start[2] == ":":
        place = skip_space(text, at)
        value, at = read_literal(text, place)
        arguments.append(Argument(label, value, place, label_at))
        at = skip_space(text, at)
        selector = _SELECTOR.match(text, at)
        if selector is None:
            break
        label, label_at, at = selector[1], selector.start(1), selector.end()
    if text[at : at + 1] != "]":
        raise NotLiteral("Expected ] after the arguments.", at)
    _end(text, at + 1)
    return method, fields_of(method, arguments, IOS), IOS


def _call(text: str) -> tuple[str, JSONObject, Sdk]:
    """A call `name.method(arguments)`: the method is the last name before the first bracket with arguments."""
    sdk = sdk_of(text)
    if bare := _BARE.match(text):
        arguments, _ = _arguments(text, bare.end(), sdk.language, closer="")
        return bare[1], fields_of(bare[1], arguments, sdk), sdk
    start = _METHOD.search(text)
    while start is not None and start[1].lower() not in (*METHODS, ENQUEUE):
        # A getter such as shared() or with(context), or a call that makes no event.
        behind = skip_space(text, _skip_arguments(text, start.end()))
        following = _METHOD.search(text, behind) if text[behind : behind + 1] in (".", "?", "!", "-") else None
        if following is None:
            break
        start = following
    if start is None:
        raise NotLiteral("This is not a call.", 0, "Paste the whole call.")
    takes_message = start[1].lower() == ENQUEUE
    method = start[1] if takes_message else method_name(start[1], start.start(1))
    arguments, at = _arguments(text, start.end(), sdk.language)
    _end(text, at)
    if takes_message:
        return *message_of(method, start.start(1), arguments), sdk
    if sdk is JAVASCRIPT:
        sdk = _by_arguments(method, text, arguments)
    return method, fields_of(method, arguments, sdk), sdk


def _by_arguments(method: str, text: str, arguments: list[Argument]) -> Sdk:
    """The library whose arguments have such labels."""
    marks = {text[argument.label_at : argument.at].strip()[-1:] for argument in arguments if argument.label is not None}
    if not marks:
        return PYTHON if is_python(method, arguments) else JAVASCRIPT
    return PYTHON if "=" in marks else SWIFT


def _arguments(text: str, at: int, language: Language = ANY, closer: str = ")") -> tuple[list[Argument], int]:
    """The arguments from an offset up to the bracket that closes them, or without one up to the end of the text; and the offset after it."""
    arguments: list[Argument] = []
    while True:
        at = skip_space(text, at)
        if text[at : at + 1] == closer or (closer == "" and text[at : at + 1] == ";"):
            return arguments, at + 1
        label = _LABEL.match(text, at)
        if label:
            at = skip_space(text, label.end())
        place = at
        if _FUNCTION.match(text, at):
            value, at = CALLBACK, _skip_argument(text, at)
        else:
            value, at = read_literal(text, at, language)
        name = label[label.lastindex or 0] if label else None
        arguments.append(Argument(name, value, place, label.start(label.lastindex or 0) if label else 0))
        at = skip_space(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != closer:
            raise NotLiteral(
                "Expected a comma or ) after the argument.",
                at,
                "Expressions have no value outside their program: write the value itself.",
            )


def _skip_argument(text: str, at: int) -> int:
    """The offset of the comma or bracket that ends the expression at `at`."""
    depth = 0
    for match in _STEP.finditer(text, at):
        mark = match[0]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            if depth == 0:
                return match.start()
            depth -= 1
        elif mark == "," and depth == 0:
            return match.start()
    return len(text)


def _skip_arguments(text: str, at: int) -> int:
    """The offset after the bracket that closes the arguments at `at`."""
    while (at := _skip_argument(text, at)) < len(text) and text[at] == ",":
        at += 1
    return at + 1


def _end(text: str, at: int) -> None:
    at = skip_space(text, at)
    if text[at : at + 1] == ";":
        at = skip_space(text, at + 1)
    if at < len(text):
        raise NotLiteral("There is text after the call.", at, "Paste one call after another, each on its own line.")
