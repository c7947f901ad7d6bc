"""A tolerant JSON parser that knows places. Use it through `json_text`."""

from __future__ import annotations

import re
from collections.abc import Collection
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave it out
from typing import Any, Final

import msgspec

from abtui.core.text.paths import Path
from abtui.core.text.secret import Secret, excerpt

DEEPEST: Final = 200
"""The most levels of objects and lists that are read; an event of an SDK has about six."""
MOST_ISSUES: Final = 20
"""The most issues of one document; a text with more has one mistake many times."""

_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r"([{}\[\],:])"  # 1
    r'|"([^"\\\x00-\x1f\ud800-\udfff]*+)"'  # 2: a string that stands for itself
    r'|(")'  # 3: any other string
    r"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)"  # 4
    r"|(-?[A-Za-z_$][\w$]*+)"  # 5
    r"|(//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)"  # 6
    r"|(\ufeff)"  # 7
    r"|(.))",  # 8: nothing JSON has
    re.DOTALL,
)
_PLAIN = r'"([^"\\\x00-\x1f\ud800-\udfff]*+)"[ \t\n\r]*+'
_MEMBER = re.compile(
    rf"[ \t\n\r]*+{_PLAIN}:[ \t\n\r]*+(?:{_PLAIN}|(-?(?:0|[1-9][0-9]{{0,14}}))|(true|false|null))[ \t\n\r]*+,"
)
"""An ordinary member of an object, without issues and followed by another one. This pattern is only an optimization."""
_PUNCTUATION, _STRING, _QUOTE, _NUMBER, _WORD, _COMMENT, _MARK = range(1, 8)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_NOT_NUMBERS: Final = {"NaN", "Infinity", "-Infinity"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER_GOES_ON = re.compile(r"[\w.+-]")
_LONGEST_INTEGER: Final = 20
_SPACE = re.compile(r"(?:[ \t\n\r\ufeff]++|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+")


class Issue(msgspec.Struct, frozen=True):
    """A fault in a document: a finding's code and words, and its offset in the text (`at`).

    If it `damages` the document, that has no value. `path` is the place inside the value, if it has one.
    """

    code: str
    message: str
    hint: str
    at: int
    damages: bool = False
    path: Path | None = None


class Parsed(msgspec.Struct, frozen=True):
    """One document: its value (None if damaged), the offsets of its start and end, and its issues in order."""

    value: Any
    start: int
    end: int
    issues: tuple[Issue, ...] = ()

    @property
    def damaged(self) -> bool:
        """Whether there is no value. A damaging issue is the last one, because parsing stops there."""
        return bool(self.issues) and self.issues[-1].damages


class _Damage(Exception):
    """Parsing cannot go on. Never leaves this module."""

    def __init__(self, code: str, message: str, hint: str, at: int) -> None:
        super().__init__(message)
        self.issue = Issue(code, message, hint, at, True)


class _Parser:
    """One run over one document: a stack of open containers instead of recursion."""

    def __init__(self, text: str, at: int, secrets: Collection[Secret]) -> None:
        self.text = text
        self.secrets = secrets
        self.start = self.at = at
        self.issues: list[Issue] = []
        self.stack: list[Any] = []
        self.keys: list[str] = []
        """The key of each container of the stack in the one below it, "" if that is a list."""
        self.key = ""
        self.wants = "value"
        """`value`, `value or ]`, `key or }`, `:`, `, or end`: what may come next."""
        self.comma = -1
        self.result: Any = None

    def tell(self, code: str, message: str, hint: str, at: int, *, path: bool = False) -> None:
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(Issue(code, message, hint, at, path=self.path() if path else None))

    def path(self) -> Path:
        steps: list[str | int] = []
        keys = [*self.keys[1:], self.key]  # one more than the stack outside all containers
        for container, key in zip(self.stack, keys, strict=False):
            steps.append(key if isinstance(container, dict) else len(container))
        return tuple(steps)

    def run(self) -> None:
        text, token = self.text, _TOKEN.match
        first = True
        while True:
            if self.wants == "key or }":
                self.members()
            match = token(text, self.at)
            if match is None:
                raise self.cut_short()
            kind = match.lastindex or 0
            begin = match.start(kind)
            self.at = match.end()
            if kind == _COMMENT:
                self.tell(
                    "JSON-COMMENT",
                    "JSON has no comments; this one was skipped.",
                    "Remove it before sending the event anywhere.",
                    begin,
                )
                continue
            if kind == _MARK:
                self.tell("JSON-BOM", "A byte-order mark was skipped.", "Save the text as UTF-8 without one.", begin)
                continue
            if first:
                self.start, first = (begin - 1 if kind == _STRING else begin), False
            if kind == _PUNCTUATION:
                self.punctuation(match[1], begin)
            elif kind in (_STRING, _QUOTE):
                self.string(match[2] if kind == _STRING else None, begin - 1 if kind == _STRING else begin)
            elif kind == _NUMBER:
                self.number(match[4], begin)
            elif kind == _WORD:
                self.word(match[5], begin)
            else:
                raise self.unexpected(match[8], begin)
            if not self.stack and self.wants == ", or end":
                return

    def members(self) -> None:
        """Read all plain members that follow; `run` reads any other."""
        text, member, top, at = self.text, _MEMBER.match, self.stack[-1], self.at
        while (match := member(text, at)) and match[1] not in top:
            key, plain, digits, word = match.groups()
            top[key] = plain if plain is not None else int(digits) if digits is not None else _WORDS[word]
            at = match.end()
            self.comma = at - 1
        self.at = at

    def value(self, value: Any) -> None:
        if not self.stack:
            self.result = value
        elif isinstance(top := self.stack[-1], dict):
            top[self.key] = value
        else:
            top.append(value)
        self.wants = ", or end"

    def punctuation(self, mark: str, at: int) -> None:
        wants = self.wants
        if mark in "{[":
            if not wants.startswith("value"):
                raise self.unexpected(mark, at)
            if len(self.stack) >= DEEPEST:
                raise _Damage(
                    "JSON-DEPTH",
                    f"The JSON is nested more than {DEEPEST} levels deep.",
                    "Flatten it; no event needs so many.",
                    at,
                )
            self.stack.append({} if mark == "{" else [])
            self.keys.append(self.key)
            self.wants = "key or }" if mark == "{" else "value or ]"
            self.comma = -1
        elif mark in "}]":
            self.close(mark, at)
        elif mark == "," and wants == ", or end" and self.stack:
            self.comma = at
            self.wants = "key or }" if isinstance(self.stack[-1], dict) else "value or ]"
        elif mark == ":" and wants == ":":
            self.wants = "value"
        else:
            raise self.unexpected(mark, at)

    def close(self, mark: str, at: int) -> None:
        if not self.stack or mark != ("}" if isinstance(self.stack[-1], dict) else "]") or self.wants in ("value", ":"):
            raise self.unexpected(mark, at)
        if self.wants != ", or end" and self.comma >= 0:
            self.tell(
                "JSON-TRAILING-COMMA",
                f"A comma before the closing {mark} was skipped.",
                "Remove the comma.",
                self.comma,
            )
        container = self.stack.pop()
        self.key = self.keys.pop()
        self.value(container)

    def string(self, plain: str | None, at: int) -> None:
        wants = self.wants
        if not wants.startswith(("value", "key")):
            raise self.unexpected('"', at)
        text = plain if plain is not None else self.escaped(at)
        is_key = wants.startswith("key")
        if is_key:
            self.key = text
        if plain is None and _SURROGATE.search(text):
            # To JavaScript, two adjacent halves, one escaped and one not, are a whole character.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
            if is_key:
                self.key = text
            if _SURROGATE.search(text):
                self.tell(
                    "JSON-SURROGATE",
                    "The text has a lone surrogate, half of a character.",
                    "Cut texts between characters, not inside one.",
                    at,
                    path=True,
                )
        if not is_key:
            self.value(text)
            return
        if text in self.stack[-1]:
            self.tell(
                "JSON-DUPLICATE-KEY",
                f'The key "{excerpt(text, 40, self.secrets)}" appears twice in one object; the last one counts.',
                "Remove one of the two.",
                at,
                path=True,
            )
        self.wants = ":"

    def escaped(self, at: int) -> str:
        try:
            text, self.at = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):
                raise _Damage(
                    "JSON-SYNTAX",
                    "The text that starts here has no closing quote.",
                    'Close it with ", and write a quote inside it as \\".',
                    at,
                ) from None
            if error.msg.startswith("Invalid control"):
                raise self.control(at, error.pos) from None
            raise _Damage(
                "JSON-SYNTAX",
                "A backslash starts an escape JSON does not have.",
                'A backslash itself is written \\\\; escapes are \\" \\/ \\b \\f \\n \\r \\t and \\u with four hex digits.',
                error.pos,
            ) from None
        return str(text)

    def control(self, quote: int, at: int) -> _Damage:
        """The damage of a raw control character in a string. A line end most likely means that the closing quote is missing."""
        character = self.text[at]
        if character in "\n\r":
            return _Damage(
                "JSON-SYNTAX",
                "The text that starts here has no closing quote on its line.",
                'Close it with "; a line break inside it is written \\n.',
                quote,
            )
        return _Damage(
            "JSON-SYNTAX",
            f"A control character (U+{ord(character):04X}) is inside a string.",
            f"Write it as \\u{ord(character):04x}.",
            at,
        )

    def number(self, text: str, at: int) -> None:
        if not self.wants.startswith("value"):
            raise self.unexpected(text, at)
        if _NUMBER_GOES_ON.match(self.text, self.at):
            raise _Damage(
                "JSON-SYNTAX",
                "This is not a number JSON can read.",
                "Numbers look like 7, -0.5 or 1e3; put quotes around anything else.",
                at,
            )
        self.value(number(text))

    def word(self, text: str, at: int) -> None:
        if not self.wants.startswith("value") or (text not in _WORDS and text not in _NOT_NUMBERS):
            raise self.unexpected(text, at)
        if text in _NOT_NUMBERS:
            self.tell(
                "JSON-NUMBER",
                f"{text} is not a JSON number; it is read as null.",
                "Send null, or leave the field out.",
                at,
                path=True,
            )
        self.value(_WORDS.get(text))

    def unexpected(self, found: str, at: int) -> _Damage:
        quoted = excerpt(self.text, 30, self.secrets, at, at + len(found))
        shown = f"U+{ord(found):04X}" if (len(found) == 1 and not found.isprintable()) or found.isspace() else quoted
        hint = "Remove it, or add what is missing before it."
        if found == "'":
            hint = 'JSON strings are in double quotes: "...".'
        elif found.isidentifier() and self.wants in ("key or }", "value", "value or ]"):
            hint = f'Put double quotes around it: "{quoted}".'
            if self.wants.startswith("key"):
                pass
            elif found.lower() in _WORDS:
                hint = f"Write it as {found.lower()}."
            elif found in ("undefined", "None", "nil"):
                hint = "Write it as null."
        elif found == "\0":
            hint = "A NUL character: this may be a binary file, or UTF-16 without a byte-order mark."
        return _Damage("JSON-SYNTAX", f"Expected {self.expected()}, found {shown}.", hint, at)

    def expected(self) -> str:
        if self.wants == ", or end":
            return f"a comma or {'}' if isinstance(self.stack[-1], dict) else ']'}" if self.stack else "the end"
        return {
            "value": "a value",
            "value or ]": "a value or ]",
            "key or }": "a key in double quotes or }",
            ":": "a colon",
        }[self.wants]

    def cut_short(self) -> _Damage:
        if not self.stack:
            return _Damage("JSON-SYNTAX", "There is no JSON value here.", "Write an object: {...}.", len(self.text))
        kind, closer = ("object", "}") if isinstance(self.stack[-1], dict) else ("list", "]")
        return _Damage(
            "JSON-SYNTAX",
            f"The text ends inside an {kind}." if kind == "object" else "The text ends inside a list.",
            f"Close it with {closer}; {len(self.stack)} open in all.",
            len(self.text),
        )


def parse(text: str, at: int = 0, secrets: Collection[Secret] = ()) -> Parsed:
    """The document that starts at or after the offset `at`. The text after its `end` is not looked at.

    No issue quotes one of the `secrets`.
    """
    parser = _Parser(text, at, secrets)
    try:
        parser.run()
    except _Damage as damage:
        return Parsed(None, parser.start, parser.at, (*parser.issues, damage.issue))
    return Parsed(parser.result, parser.start, parser.at, tuple(parser.issues))


def skip_space(text: str, at: int = 0) -> int:
    """The offset of the first character at or after `at` that is no space, comment or byte-order mark."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def number(text: str) -> int | float:
    """The value of a JSON number: an int within 64 bits, otherwise the IEEE double that JavaScript has (`1e400` is infinite)."""
    if text.lstrip("-").isdigit() and len(text) <= _LONGEST_INTEGER:
        value = int(text)
        if -(2**63) <= value < 2**64:
            return value
    return float(text)
