"""What is odd about a subscription: where Segment reads something else than is written, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from abtui.core.destinations.actions.fql.conditions import Comparison, Condition, Group, Nothing
from abtui.core.destinations.actions.fql.evaluation import is_known
from abtui.core.destinations.actions.fql.explanation import wanted_words
from abtui.core.destinations.actions.fql.matching import Alternative, alternatives, contradiction
from abtui.core.destinations.actions.fql.parser import FUNCTIONS, NO_TYPE, Parser, ParserError, Taken
from abtui.core.destinations.actions.fql.tokens import LexerError, LexerFault, Token, tokens_of
from abtui.core.segment import EVENT_TYPES

OddityCode = Literal[
    "unreadable",
    "no-condition",
    "no-value",
    "nested-parenthesis",
    "unclosed-parenthesis",
    "empty-parenthesis",
    "single-quotes",
    "overruled-connective",
    "ignored",
    "unknown-operator",
    "operator-without-blank",
    "unquoted-value",
    "misread-number",
    "compared-as-text",
    "pattern",
    "never-matches",
]

_FAULTS: Final[dict[LexerFault, str]] = {
    "character": "`{}` means nothing in FQL, so the subscription is invalid.",
    "blank": "`!=` needs a blank after it; without it, the subscription is invalid.",
    "quote": "This text has no closing quote, so the subscription is invalid.",
    "number": "`{}` is not a number, so the subscription is invalid.",
    "escape": "There is nothing after `\\` that it could escape, so the subscription is invalid.",
    "word": "`{}` is not a word: after a word must come a blank, `,`, `]`, `)`, `.`, `(`, `=` or `!`. The subscription is invalid.",
    "length": "This is too long, so the subscription is invalid.",
}
_CONNECTIVES: Final = ("and", "or")
_VALUES: Final = ("string", "number", "ident", "null")


class Oddity(msgspec.Struct, frozen=True):
    """One oddity. `start` and `end` are its place in the subscription."""

    code: OddityCode
    message: str
    start: int
    end: int


def oddities(text: str) -> tuple[Oddity, ...]:
    """All oddities of a subscription, in the order of their places."""
    try:
        parser = Parser(tokens_of(text))
    except LexerError as error:
        wrong = text[error.start : error.end]
        code: OddityCode = "operator-without-blank" if error.fault == "blank" else "unreadable"
        return (Oddity(code, _FAULTS[error.fault].format(wrong), error.start, error.end),)
    return tuple(sorted(_Reader(text, parser).all(), key=lambda one: (one.start, one.end)))


class _Reader:
    def __init__(self, text: str, parser: Parser) -> None:
        self._text = text
        self._parser = parser
        self._condition: Condition | None = None
        self._error = ""
        self._indexes = {token.start: index for index, token in enumerate(parser.tokens)}
        try:
            self._condition = parser.parse()
        except ParserError as error:
            self._error = str(error)

    def all(self) -> Iterator[Oddity]:
        runs = self._ignored_runs()
        for taken in self._parser.taken:
            # What a misread value leaves behind belongs to it.
            rest = runs.pop(self._indexes[taken.value.start] + 1, None) if _leaves_a_rest(taken) else None
            yield from self._of_comparison(taken, rest)
        for run in runs.values():
            yield self._ignored(run)
        for token in self._parser.nested:
            yield _at(
                token,
                "nested-parenthesis",
                "A parenthesis ends at the first `)`, so this one cannot be inside another.",
            )
        yield from self._connectives()
        yield from self._of_whole()

    def _ignored_runs(self) -> dict[int, list[Token]]:
        """Neighbouring tokens that are ignored, by the index of the first."""
        runs: dict[int, list[Token]] = {}
        begin, last = -1, -2
        for token in sorted(self._parser.ignored, key=lambda one: one.start):
            index = self._indexes.get(token.start, last + 1)
            if index != last + 1:
                begin = index
            runs.setdefault(begin, []).append(token)
            last = index
        return runs

    def _of_comparison(self, taken: Taken, rest: list[Token] | None) -> Iterator[Oddity]:
        comparison, value = taken.comparison, taken.value
        operator = taken.operator.value
        end = rest[-1].end if rest else value.end
        written = self._text[value.start : end]
        if not taken.is_function and not is_known(comparison.operator):
            message = f"`{operator}` is taken as the operator, but no such operator exists, so this never holds.{_hint(taken)}"
            yield _at(taken.operator, "unknown-operator", message)
        elif value.kind == "operator":
            both = self._text[taken.operator.start : value.end]
            hint = "a blank must follow `<=` and `>=`" if operator != "=" else "equality is one `=`"
            message = f"`{both}` is read as `{operator}` and the value `{value.value}`: {hint}."
            yield Oddity("operator-without-blank", message, taken.operator.start, end)
        elif value.kind not in _VALUES:
            if value.kind == "dot" and rest and rest[0].kind == "number":
                yield Oddity(
                    "misread-number", f"`{written}` is read as `.`: write a digit before the point.", value.start, end
                )
            else:
                message = f"There is no value after `{operator}`: `{value.value}` is taken for it."
                yield Oddity("no-value", message, taken.operator.start, max(value.end, taken.operator.end))
        else:
            yield from self._of_value(taken, written, end)

    def _of_value(self, taken: Taken, written: str, end: int) -> Iterator[Oddity]:
        comparison, value = taken.comparison, taken.value
        if value.kind == "string" and value.value[0] == "'":
            message = f"Only double quotes count as quotes: the value is compared as `{value.value}`, quotes included."
            yield _at(value, "single-quotes", message)
        elif value.kind == "number" and end > value.end:
            yield Oddity("misread-number", f"`{written}` is read as the number {value.value}.", value.start, end)
        elif value.kind == "ident" and value.value not in ("true", "false", "null"):
            read = "" if value.value == written else f', read as "{value.value}"'
            yield _at(value, "unquoted-value", f'`{written}` is a text without quotes{read}: write "{written}".')
        elif value.kind != "string" and isinstance(comparison.wanted, str | bool) and not taken.is_function:
            unlike = "a missing value does" if value.value == "null" else f"the {_kind(value)} {value.value} does"
            message = f'`{written}` stands for the text "{value.value}" here, which {unlike} not equal.'
            yield _at(value, "compared-as-text", message)
        if taken.is_function and taken.operator.value == "match" and value.kind == "string" and value.value[0] == '"':
            yield from _of_pattern(comparison, value)

    def _ignored(self, run: list[Token]) -> Oddity:
        first, written = run[0], self._text[run[0].start : run[-1].end]
        if first.value in ("not", "!"):
            message = f"`{first.value}` is ignored: what follows counts as if it were not there."
            return _at(first, "ignored", message)
        if first.value.lower() in _CONNECTIVES:
            what = "needs a blank after it" if first.value in _CONNECTIVES else "is written in lower case"
            return _at(first, "ignored", f"`{first.value}` is ignored: it {what}.")
        if first.kind == "comma":
            message = "The comma is ignored: conditions are joined by `and` or `or`."
        elif first.kind == "parenright":
            message = "This `)` closes nothing and is ignored."
        elif first.kind == "string" and self._reuses_a_quote(first):
            message = f"`{written}` is ignored: a blank must follow the closing quote before it."
        elif first.kind == "ident":
            known = "type, event, name, userId, properties, traits and context"
            message = f"`{written}` is ignored: only {known} can be asked for."
        else:
            message = f"`{written}` is ignored."
        return Oddity("ignored", message, first.start, run[-1].end)

    def _reuses_a_quote(self, token: Token) -> bool:
        """Whether the text before it ends where this one begins, as happens where no blank follows a closing quote."""
        before = self._parser.tokens[self._indexes[token.start] - 1]
        return before.kind == "string" and before.end == token.start

    def _connectives(self) -> Iterator[Oddity]:
        for level in self._parser.connectives:
            for token in level[:-1]:
                last = level[-1].value
                if token.value != last:
                    message = f"`{token.value}` is read as `{last}`: the last connective holds for all on its level."
                    yield _at(token, "overruled-connective", message)

    def _of_whole(self) -> Iterator[Oddity]:
        if self._condition is None:
            for token in [] if self._parser.nested else self._parser.unclosed:
                yield _at(
                    token, "unclosed-parenthesis", "This parenthesis is not closed, so the subscription is invalid."
                )
            if not self._parser.nested and not self._parser.unclosed:
                code: OddityCode = "no-condition" if self._error == NO_TYPE else "no-value"
                yield Oddity(code, _NO_MEANING[code], 0, len(self._text))
            return
        yield from _empty_groups(self._condition)
        found = alternatives(self._condition)
        if found and all(map(contradiction, found)):
            comparisons = contradiction(found[0])
            start, end = min(one.start for one in comparisons), max(one.end for one in comparisons)
            yield Oddity("never-matches", f"No event can match: {self._never(comparisons)}", start, end)

    def _never(self, comparisons: Alternative) -> str:
        first = comparisons[0]
        if len(comparisons) > 1:
            wanted = list(dict.fromkeys(map(wanted_words, comparisons)))
            more = [f"{len(wanted) - _TOLD} more"] if len(wanted) > _TOLD else []
            return f"`{first.label}` would have to be {' and '.join(wanted[:_TOLD] + more)}."
        types = f" The types are {', '.join(EVENT_TYPES)}." if first.root == "type" and first.operator == "=" else ""
        return f"`{self._text[first.start : first.end]}` never holds.{types}"


_TOLD: Final = 5
_NO_MEANING: Final[dict[OddityCode, str]] = {
    "no-condition": "No condition is left, so the subscription is invalid.",
    "no-value": "The last condition is not complete, so the subscription is invalid.",
}


def _at(token: Token, code: OddityCode, message: str) -> Oddity:
    return Oddity(code, message, token.start, token.end)


def _leaves_a_rest(taken: Taken) -> bool:
    return taken.value.kind in ("number", "operator", "dot")


def _kind(value: Token) -> str:
    return "number" if value.kind == "number" else "boolean"


def _hint(taken: Taken) -> str:
    name = taken.comparison.label
    if taken.operator.kind == "dot":
        return f" Write `{name}.\\[0\\]` for an item of a list." if taken.value.kind == "number" else ""
    if taken.operator.value == "match":
        return f" Write `match({name}, ...)`."
    if taken.operator.value in ("not", "!") and taken.value.value in FUNCTIONS:
        return f" Write `!{taken.value.value}({name}, ...)`."
    return ""


def _of_pattern(comparison: Comparison, value: Token) -> Iterator[Oddity]:
    pattern = value.value[1:-1]
    if "*" in str(comparison.wanted) or (not pattern.startswith("*") and not pattern.endswith("*")):
        message = f'`match` knows one `*`, at the end or at the start: "{pattern}" asks for {wanted_words(comparison)}.'
        yield _at(value, "pattern", message)


def _empty_groups(condition: Condition) -> Iterator[Oddity]:
    if isinstance(condition, Nothing):
        message = "There is no condition in this parenthesis: the mapping fails when it is looked at."
        yield Oddity("empty-parenthesis", message, condition.start, condition.end)
    elif isinstance(condition, Group):
        for child in condition.children:
            yield from _empty_groups(child)
