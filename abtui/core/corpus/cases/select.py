"""The choice of cases by an expression over their names, as with `pytest -k`: words, `and`, `or`, `not`, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

Selects = Callable[[str], bool]
"""Whether a text, the file and name of a case, is selected."""

_TOKEN: Final = re.compile(r"""\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<plain>[()]|[^\s()'"]+))""")
_OPERATORS: Final = ("and", "or", "not", "(", ")")
_DEEPEST: Final = 50


class ExpressionError(ValueError):
    """The expression cannot be read. Its text is a sentence."""


class _Group(NamedTuple):
    """The inside of a parenthesis, or the whole expression: alternatives, each a list of conditions that must all hold."""

    negated: bool
    alternatives: list[list[Selects]]

    def selects(self, text: str) -> bool:
        """Whether one of the alternatives holds, or with `not` before the parenthesis none."""
        return any(all(holds(text) for holds in conditions) for conditions in self.alternatives) is not self.negated


def selector(expression: str) -> Selects:
    """The expression as a function. A word, or several in quotes, is looked for anywhere, in upper and lower case.

    `not` binds closest, then `and`, then `or`. Raises ExpressionError.
    """
    groups = [_Group(False, [[]])]
    wants_word, negated = True, False
    for operator, word, place in _tokens(expression):
        if wants_word and operator == "not":
            negated = not negated
        elif wants_word and operator == "(":
            if len(groups) > _DEEPEST:
                raise ExpressionError(f"There are more than {_DEEPEST} parentheses within one another.")
            groups.append(_Group(negated, [[]]))
            negated = False
        elif wants_word and not operator:
            groups[-1].alternatives[-1].append(_contains(word.lower(), negated))
            wants_word, negated = False, False
        elif wants_word:
            raise ExpressionError(f"`{word}` at character {place} is where a word should be.")
        elif operator in ("and", "or"):
            if operator == "or":
                groups[-1].alternatives.append([])
            wants_word = True
        elif operator == ")" and len(groups) > 1:
            group = groups.pop()
            groups[-1].alternatives[-1].append(group.selects)
        else:
            hint = "" if operator in (")", "not") else " Put several words into quotes."
            raise ExpressionError(f"`{word}` at character {place} does not belong there.{hint}")
    if wants_word:
        raise ExpressionError("The expression ends where a word should follow.")
    if len(groups) > 1:
        raise ExpressionError("A parenthesis is opened and not closed.")
    return lambda text: groups[0].selects(text.lower())


def _contains(word: str, negated: bool) -> Selects:
    return lambda text: (word in text) is not negated


def _tokens(expression: str) -> list[tuple[str, str, int]]:
    """The operator or "", the text, and the place of each token, from 1. Raises ExpressionError."""
    found = []
    at, end = 0, len(expression.rstrip())
    while at < end:
        match = _TOKEN.match(expression, at, end)
        if match is None:
            raise ExpressionError(f"A quote is opened and never closed, at character {at + 1}.")
        word = match[str(match.lastgroup)]
        is_operator = match.lastgroup == "plain" and word.lower() in _OPERATORS
        found.append((word.lower() if is_operator else "", word, match.start(str(match.lastgroup)) + 1))
        at = match.end()
    return found
