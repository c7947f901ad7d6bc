"""Objects and lists as programs have them: literals of JavaScript, Python, PHP, Ruby and others, at the place of a JSON value.

They are read as the JSON they stand for, so that all else is done with them as with any JSON value.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from abtui.core.events.cursor import Cursor
from abtui.core.events.literals import read_value, skip_space
from abtui.core.events.scalars import ANY, PHP, RUBY, Language, NotLiteral
from abtui.core.text.json_text import Issue, Parsed
from abtui.core.text.secret import Secret

_TEXT: Final = r"(?:\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+')"
_FUNCTIONS: Final = (
    r"(?:array|dict|OrderedDict|(?:mutable|hash|linked)?[mM]apOf|listOf|JSON\.(?:parse|stringify)|Object\.freeze|json\.(?:loads|dumps)|(?:Immutable)?(?:Map|List)\.of)[ \t]*+\("
    r"|buildJson(?:Object|Array)[ \t]*+\{|(?:\[\])?map\[string\]|\[\](?:[a-z]\w*+\.)?\w++\{"
    r"|new[ \t]++(?:Properties|Dictionary|HashMap|LinkedHashMap|JsonObject|JSONObject|List|ArrayList)\b"
)
PROGRAM_START: Final = re.compile(
    rf"\{{\s*+(?:['`]|u['\"]|:[A-Za-z_\"']|[A-Za-z_$][\w$]*+\s*+(?::(?!:)|=>)|\[\s*+['\"]|[0-9]++\s*+:"
    rf"|{_TEXT}\s*+(?:=>|:\s*+(?:[@'`:]|u['\"]|(?:None|True|False|undefined|nil|datetime|Decimal|new)\b)))"
    rf"|\[\s*+(?:{_TEXT}|:\w++|[0-9]++)\s*+=>"
    rf"|\[\s*+{_TEXT}\s*+:|\(\s*+\{{|\[[\[\]\d.,{{}} ]{{0,60}}?\{{\s*+{_TEXT}\s*+=>|(?:{_FUNCTIONS})"
)
"""The start of an object or list that is no JSON: keys without quotes or in single ones, arrows, and what builds values."""
BUILT_START: Final = re.compile(rf"\[\s*+(?:{_TEXT}|:\w++|[0-9]++)\s*+=>|\[\s*+{_TEXT}\s*+:|(?:{_FUNCTIONS})")
"""Those that do not begin as a list or object of JSON does."""
_ALONE = re.compile(r"[{\[(]\s*+\Z|(?:array|dict|OrderedDict|\w*[mM]apOf|listOf)[ \t]*+\(\s*+\Z")
_ARROW = re.compile(r"[\"']\s*+=>|(?<![\w:]):\w++\s*+=>")
_RUBY_WORD = re.compile(r"\bnil\b|(?<![\w\"']):[A-Za-z_]\w*+|\A\{")
_IN_CODE = re.compile(r"(?:==|=>|\()\s*+\Z")
_BEFORE: Final = 10
_MOST_LINES: Final = 3
_LOOKED_AT: Final = 400
_END = re.compile(r"[\s;,]*+\Z")


def opens_program(cursor: Cursor) -> bool:
    """Whether the object or list at the cursor is one of a program. If its bracket ends the line, the lines after it tell."""
    text = cursor.text[cursor.at : cursor.at + _LOOKED_AT]
    if PROGRAM_START.match(text):
        return True
    if cursor.goes_on or not _ALONE.match(text):
        return False
    offset = cursor.following
    for _ in range(_MOST_LINES):
        line = cursor.lines.line(offset)
        if line is None:
            return False
        if line.strip():
            following = line[:_LOOKED_AT].decode(errors="replace")
            return PROGRAM_START.match(f"{text} {following}") is not None
        offset += len(line) + 1
    return False


def read_program(text: str, secrets: Collection[Secret] = ()) -> Parsed | None:
    """The value of a text that is one literal of a program; None if it is none. Text that begins as a literal says why it cannot be read."""
    try:
        value, end, not_numbers = read_value(text, skip_space(text, 0), _language(text))
    except NotLiteral as problem:
        if not PROGRAM_START.match(text):
            return None
        issue = Issue("CODE-UNREADABLE", problem.message(text, secrets), problem.hint, problem.at, True)
        return Parsed(None, 0, problem.at, (issue,))
    if not isinstance(value, dict | list) or not _END.match(text, skip_space(text, end)):
        return None
    hint = "It is read as the JSON it stands for. Requests and files take JSON only."
    issues = [Issue("CODE-LITERAL", "The value was read from a program: it is no JSON.", hint, 0)]
    for at in not_numbers[:1]:
        found = text[at : skip_space(text, at) + 9].split(",")[0].strip(" }])\n")
        issues.append(
            Issue("JSON-NUMBER", f"{found} is not a JSON number; it is read as null.", "Write a number or null.", at)
        )
    return Parsed(value, 0, end, tuple(issues))


def program_at(text: str, at: int) -> Parsed | None:
    """The literal of a program that begins at an offset, whatever follows it; None if there is none."""
    if not PROGRAM_START.match(text, at) or _IN_CODE.search(text[max(0, at - _BEFORE) : at]):
        return None
    try:
        value, end, _ = read_value(text, at, _language(text[at:]))
    except NotLiteral:
        return None
    return Parsed(value, at, end) if isinstance(value, dict | list) else None


def _language(text: str) -> Language:
    """The language of a literal, as far as it makes a difference: arrows between keys and values are of PHP or Ruby."""
    if not _ARROW.search(text):
        return ANY
    return RUBY if _RUBY_WORD.search(text) else PHP
