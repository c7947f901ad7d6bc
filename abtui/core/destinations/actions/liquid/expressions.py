"""The expressions inside tags and outputs, read as LiquidJS reads them, with its errors, and made into functions.

python-liquid has the template's structure; its expressions are other ones: other comparisons, other precedence, other errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from abtui.core.destinations.actions.javascript import text_of
from abtui.core.destinations.actions.liquid.filters import FILTERS, NAMED
from abtui.core.destinations.actions.liquid.problems import check_size, problem_at, snapshot
from abtui.core.destinations.actions.liquid.values import OPERATORS, WORDS, as_number, member_at, plain
from abtui.core.destinations.actions.problems import MappingProblem
from abtui.core.text.javascript import ABSENT, string_to_number

_BLANKS: Final = " \t\n\v\f\r\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_WORD: Final = re.compile(r"[A-Za-z0-9_\-?]|[^\x00-\x7f\s]")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(?:\.(?!\.)[0-9]*)?")
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\x0b"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_SYMBOLS: Final = ("==", "!=", ">=", "<=", ">", "<")
_NAMED: Final = ("contains", "not", "and", "or")


class Scope:
    """What a template sees: its own variables, then the event. `tell` hears each path of the event that is read."""

    def __init__(self, event: Any, tell: Callable[[tuple[str, ...], Any], None] | None) -> None:
        self.event = event
        self.variables: dict[str, Any] = {}
        self.counters: dict[str, int] = {}
        self._made = 0
        self._tell = tell

    def made(self, value: Any) -> Any:
        """A value that the template made, whose text is counted. Raises FilterProblem if all are too much."""
        if isinstance(value, str):
            self._made += len(value)
            check_size(self._made)
        return value

    def value(self, keys: list[Any]) -> Any:
        """The value at a path."""
        names = tuple(text_of(plain(key)) for key in keys)
        own = names[0] in self.variables
        value = member_at(self.variables if own else self.event, keys)
        if self._tell is not None and not own:
            self._tell(names, value)
        return value


Value = Callable[[Scope], Any]


class _Operator(msgspec.Struct, frozen=True):
    name: str


class Reader:
    """Reads the expressions of one tag or output: the part of the template from `at` to `end`."""

    def __init__(self, source: str, at: int, end: int) -> None:
        self._source = source
        self._at = at
        self._end = end

    def error(self, message: str) -> MappingProblem:
        """An error at the current place."""
        return problem_at("TokenizationError", message, self._source, self._at)

    def _snapshot(self) -> str:
        return snapshot(self._source[self._at : self._end])

    def _peek(self, offset: int = 0) -> str:
        at = self._at + offset
        return self._source[at] if at < self._end else ""

    def skip(self) -> None:
        """Go on to what is no blank."""
        while self._peek() and self._peek() in _BLANKS:
            self._at += 1

    def move_over_blanks(self) -> None:
        """Of an empty expression: go to the end of the blanks there, where LiquidJS finds it to be empty."""
        while self._source[self._end : self._end + 1] in tuple(_BLANKS):
            self._end += 1
        self._at = self._end

    def takes(self, text: str) -> bool:
        """Whether a text is next, which is then read."""
        if self._source[self._at : min(self._at + len(text), self._end)] != text:
            return False
        self._at += len(text)
        return True

    def word(self) -> str:
        """The next word, "" if there is none."""
        self.skip()
        start = self._at
        while self._peek() and _WORD.match(self._peek()):
            self._at += 1
        return self._source[start : self._at]

    def filtered(self) -> Value:
        """A value with its filters."""
        initial = self._expression()
        if initial is None:
            raise self.error(f"invalid value expression: {self._snapshot()}")
        value = initial
        while (filtered := self._filter(value)) is not None:
            value = filtered
        return value

    def _filter(self, value: Value) -> Value | None:
        self.skip()
        if self._at >= self._end:
            return None
        if not self.takes("|"):
            self._at += 1
            raise self.error('expected "|" before filter')
        name = self.word()
        if not name:
            if self._at < self._end:
                raise self.error("expected filter name")
            return None
        positional, named = self._arguments()
        apply = FILTERS.get(name)
        if apply is None:
            return value
        named = {key: argument for key, argument in named.items() if key in NAMED.get(name, ())}
        return lambda scope: scope.made(
            apply(
                value(scope),
                *[argument(scope) for argument in positional],
                **{key: given(scope) for key, given in named.items()},
            )
        )

    def _arguments(self) -> tuple[list[Value], dict[str, Value]]:
        positional: list[Value] = []
        named: dict[str, Value] = {}
        self.skip()
        if self._peek() not in (":", "|", ""):
            raise self.error('expected ":" after filter name')
        more = self._peek() == ":"
        while more:
            self._at += 1
            self.skip()
            start = self._at
            argument = self._value()
            name = self._source[start : self._at]
            self.skip()
            if argument is not None and self.takes(":"):
                named[name] = self._value() or _undefined
            elif argument is not None:
                positional.append(argument)
            self.skip()
            if self._peek() not in (",", "|", ""):
                raise self.error(f"unexpected character {self._snapshot()}")
            more = self._peek() == ","
        return positional, named

    def _expression(self) -> Value | None:
        """Operands and operators, in reverse Polish order."""
        output: list[Value | _Operator] = []
        waiting: list[_Operator] = []
        while (token := self._operator() or self._value()) is not None:
            if not isinstance(token, _Operator):
                output.append(token)
                continue
            while waiting and OPERATORS[waiting[-1].name][0] > OPERATORS[token.name][0]:
                output.append(waiting.pop())
            waiting.append(token)
        output += reversed(waiting)
        if not output:
            return None
        first = output[0]
        return first if len(output) == 1 and not isinstance(first, _Operator) else _evaluated(output)

    def _operator(self) -> _Operator | None:
        self.skip()
        for symbol in _SYMBOLS:
            if self.takes(symbol):
                return _Operator(symbol)
        for name in _NAMED:
            if not _WORD.match(self._peek(len(name)) or " ") and self.takes(name):
                return _Operator(name)
        return None

    def _value(self) -> Value | None:
        self.skip()
        for word, literal in WORDS.items():
            if not _WORD.match(self._peek(len(word)) or " ") and self.takes(word):
                return self._members(_constant(literal))
        if self._peek() == "'" or self._peek() == '"':
            return self._members(_constant(self._quoted()))
        if self._peek() == "(":
            return self._members(self._range())
        number = _NUMBER.match(self._source, self._at, self._end)
        if number and not _WORD.match(self._source[number.end() : min(number.end() + 1, self._end)]):
            self._at = number.end()
            return self._members(_constant(string_to_number(number[0])))
        return self._members(None)

    def _members(self, root: Value | None) -> Value | None:
        """The members behind a value; without one the path starts at the scope."""
        keys: list[Value] = []
        while True:
            if self.takes("["):
                keys.append(self._value() or _constant(""))
                while self._peek() and self._peek() != "]":
                    self._at += 1
                if not self.takes("]"):
                    raise self.error("[ not closed")
            elif root is None and not keys and (name := self.word()):
                keys.append(_constant(name))
            elif self._peek() == "." and self._peek(1) != ".":
                self._at += 1
                name = self.word()
                if not name:
                    break
                keys.append(_constant(name))
            else:
                break
        if not keys:
            return root
        if root is None:
            return lambda scope: scope.value([key(scope) for key in keys])
        return lambda scope: member_at(root(scope), [key(scope) for key in keys])

    def quoted(self) -> str:
        """The next text in quotes, "" if there is none."""
        return self._quoted() if self._peek() == "'" or self._peek() == '"' else ""

    def _quoted(self) -> str:
        quote, start = self._peek(), self._at + 1
        self._at += 1
        while self._peek() and self._peek() != quote:
            self._at += 2 if self._peek() == "\\" else 1
        self._at = min(self._at, self._end)
        text = self._source[start : self._at]
        self.takes(quote)
        return _ESCAPE.sub(_unescaped, text) if "\\" in text else text

    def _range(self) -> Value:
        self._at += 1
        low = self._needed()
        self.skip()
        if not self.takes(".."):
            raise self.error("invalid range syntax")
        high = self._needed()
        self.skip()
        if not self.takes(")"):
            raise self.error("invalid range syntax")
        return lambda scope: _numbers(as_number(low(scope)), as_number(high(scope)))

    def _needed(self) -> Value:
        value = self._value()
        if value is None:
            raise self.error(f"unexpected token {self._snapshot()}, value expected")
        return value


_MOST_NUMBERS: Final = 100_000


def _numbers(low: float, high: float) -> list[Any]:
    """The numbers of a range. LiquidJS stops at its memory limit; so does this, earlier."""
    if not math.isfinite(low) or high != high:
        return []
    return [int(low) + at for at in range(int(min(max(high - low + 1, 0), _MOST_NUMBERS)))]


def _unescaped(match: re.Match[str]) -> str:
    wide, narrow, octal, other = match.groups()
    if other is not None:
        return _ESCAPES.get(other, other)
    return chr(int(wide or narrow, 16)) if octal is None else chr(int(octal, 8))


def _constant(value: Any) -> Value:
    return lambda _scope: value


def _undefined(_scope: Scope) -> Any:
    return ABSENT


def _evaluated(output: list[Value | _Operator]) -> Value:
    def evaluate(scope: Scope) -> Any:
        operands: list[Any] = []
        for token in output:
            if not isinstance(token, _Operator):
                operands.append(token(scope))
                continue
            right = operands.pop() if operands else ABSENT
            if token.name == "not":
                operands.append(OPERATORS["not"][1](right))
            else:
                left = operands.pop() if operands else ABSENT
                operands.append(OPERATORS[token.name][1](left, right))
        return operands[0] if operands else ABSENT

    return evaluate
