"""Choosing cases by a small expression over their names, as `pytest -k` does: words, `and`, `or`, `not`, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

Selects = Callable[[str], bool]
"""Whether a text, a case's file and name, is selected."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()])|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<word>[^\s()'"]+)|(?P<odd>.))"""
)
_WORDS: Final = ("and", "or", "not")
_DEEPEST: Final = 50


class ExpressionError(ValueError):
    """The expression cannot be read. Its text is a sentence."""


def selector(expression: str) -> Selects:
    """The expression as a function. A word, or several in quotes, is looked for anywhere, whatever its case.

    `not` binds closest, then `and`, then `or`. Raises ExpressionError.
    """
    parser = _Parser(expression)
    result = parser.either(0)
    parser.end()
    return lambda text: result(text.lower())


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        text = text.rstrip()
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup in (None, "odd"):
                raise ExpressionError(f"A quote is opened and never closed, at character {at + 1}.")
            kind, value = str(match.lastgroup), match[str(match.lastgroup)]
            if kind == "word" and value.lower() in _WORDS:
                kind, value = "mark", value.lower()
            self._tokens.append(("mark" if kind == "mark" else "text", value, match.start(match.lastgroup) + 1))
            at = match.end()
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            _kind, value, place = self._tokens[self._at]
            hint = " Put several words into quotes." if value not in (")", "not") else ""
            raise ExpressionError(f"`{value}` at character {place} does not belong there.{hint}")

    def either(self, depth: int) -> Selects:
        options = [self._both(depth)]
        while self._take("or"):
            options.append(self._both(depth))
        return lambda text: any(option(text) for option in options)

    def _both(self, depth: int) -> Selects:
        parts = [self._single(depth)]
        while self._take("and"):
            parts.append(self._single(depth))
        return lambda text: all(part(text) for part in parts)

    def _single(self, depth: int) -> Selects:
        negated = False
        while self._take("not"):
            negated = not negated
        if self._take("("):
            if depth == _DEEPEST:
                raise ExpressionError(f"There are more than {_DEEPEST} parentheses within one another.")
            inner = self.either(depth + 1)
            if not self._take(")"):
                raise ExpressionError("A parenthesis is opened and not closed.")
        else:
            inner = self._word()
        return (lambda text: not inner(text)) if negated else inner

    def _word(self) -> Selects:
        if self._at == len(self._tokens):
            raise ExpressionError("The expression ends where a word should follow.")
        kind, value, place = self._tokens[self._at]
        if kind != "text":
            raise ExpressionError(f"`{value}` at character {place} stands where a word should.")
        self._at += 1
        wanted = value.lower()
        return lambda text: wanted in text

    def _take(self, mark: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][:2] == ("mark", mark):
            self._at += 1
            return True
        return False
