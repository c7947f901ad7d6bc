"""From tokens to conditions, as Segment's parser goes (destination-subscriptions 3.37.0): left to right, by position.

It never looks whether a token is what its place asks for: the token behind a known name is the operator and the next one the
value, whatever they are. What it ignores is kept here, so that a subscription's oddities can be told.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from abtui.core.destinations.actions.fql.conditions import (
    WITH_PATH,
    Comparison,
    Condition,
    Connective,
    Group,
    Nothing,
    Root,
    Wanted,
)
from abtui.core.destinations.actions.fql.tokens import Token
from abtui.core.text.javascript import PROTO_NAME, PROTOTYPE_NAMES, string_to_number, to_string
from abtui.core.text.javascript.members import split_pairs

NO_TYPE: Final = "Cannot read properties of undefined (reading 'type')"
FUNCTIONS: Final = ("contains", "match")
_PLAIN_ROOTS: Final = ("type", "event", "name", "userId")
# The parser looks names up in an object of JavaScript, which finds `constructor` and the like: two tokens are taken, to no effect.
_INHERITED: Final = PROTOTYPE_NAMES | {PROTO_NAME}


class ParserError(Exception):
    """The subscription has no meaning; the message is Segment's own."""


class Taken(NamedTuple):
    """The tokens that a comparison was made of. `operator` is the function's name if `is_function`."""

    comparison: Comparison
    operator: Token
    value: Token
    is_function: bool


class Parser:
    """Reads one subscription. What is found on the way stays here, also when `parse` raises."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = _joined(tokens)
        self.taken: list[Taken] = []
        self.ignored: list[Token] = []
        self.connectives: list[list[Token]] = []
        self.nested: list[Token] = []
        self.unclosed: list[Token] = []

    def parse(self) -> Group:
        """The conditions. Raises ParserError."""
        condition = self._level(self.tokens.copy())
        if condition is None or isinstance(condition, Nothing):
            raise ParserError(NO_TYPE)
        return condition if isinstance(condition, Group) else Group("and", (condition,))

    def _level(self, tokens: list[Token]) -> Condition | None:
        found: list[Condition] = []
        connectives: list[Token] = []
        self.connectives.append(connectives)
        while tokens and (token := tokens.pop(0)).kind != "eos":
            if token.kind == "conditional":
                connectives.append(token)
            elif token.kind == "parenleft":
                found.append(self._group(token, tokens))
            elif token.kind == "ident":
                self._ident(token, tokens, found)
            elif token.value == "!" and token.kind == "operator" and tokens and _is_function(tokens[0]):
                self._function(tokens.pop(0), tokens, found, start=token.start)
            else:
                self.ignored.append(token)
        if len(found) <= 1:
            return found[0] if found else None
        return Group(cast(Connective, connectives[-1].value) if connectives else "and", tuple(found))

    def _group(self, left: Token, tokens: list[Token]) -> Condition:
        """What is inside a parenthesis, up to the first `)`."""
        inside: list[Token] = []
        while tokens and tokens[0].kind != "parenright":
            inside.append(tokens.pop(0))
            if inside[-1].kind == "parenleft":
                self.nested.append(inside[-1])
        if not tokens:
            self.unclosed.append(left)
            raise ParserError(NO_TYPE)
        right = tokens.pop(0)
        inside.append(Token("eos", "eos", right.start, right.start))
        return self._level(inside) or Nothing(left.start, right.end)

    def _ident(self, token: Token, tokens: list[Token], found: list[Condition]) -> None:
        root = token.value.split(".", 1)[0]
        if root in _PLAIN_ROOTS or root in WITH_PATH:
            operator, value = _next_two(tokens)
            comparison = _comparison(cast(Root, root), token, operator, value)
            self.taken.append(Taken(comparison, operator, value, is_function=False))
            found.append(comparison)
        elif root in _INHERITED:
            self.ignored += [token, *_next_two(tokens)]
        elif _is_function(token):
            self._function(token, tokens, found, start=None)
        else:
            self.ignored.append(token)

    def _function(self, function: Token, tokens: list[Token], found: list[Condition], *, start: int | None) -> None:
        """`match(name, value)`, by position; with `start` it is negated, and begins there."""
        arguments = tokens[:5]
        del tokens[:5]
        if len(arguments) < 2:
            raise ParserError(f"{function.value}() is missing a 1st argument")
        if len(arguments) < 4:
            raise ParserError(f"{function.value}() is missing a 2nd argument")
        name, value = arguments[1], arguments[3]
        where = _place(name.value)
        if where is None:
            self.ignored += [function, *arguments]
            return
        operator, wanted = _function_meaning(function, value)
        if start is not None:
            operator = f"not_{operator}"
        begin = function.start if start is None else start
        comparison = Comparison(*where, operator, wanted, begin, arguments[-1].end)
        self.taken.append(Taken(comparison, function, value, is_function=True))
        found.append(comparison)


def _joined(tokens: list[Token]) -> list[Token]:
    """`a . b` as one name, where both sides are idents."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if (
            joined
            and joined[-1].kind == "ident"
            and token.kind == "dot"
            and after is not None
            and after.kind == "ident"
        ):
            before = joined.pop()
            joined.append(Token("ident", f"{before.value}.{after.value}", before.start, after.end))
            index += 2
        else:
            joined.append(token)
            index += 1
    return joined


def _is_function(token: Token) -> bool:
    return token.kind == "ident" and token.value in FUNCTIONS


def _next_two(tokens: list[Token]) -> tuple[Token, Token]:
    if not tokens:
        raise ParserError("Operator token is missing")
    if len(tokens) < 2:
        raise ParserError("Value token is missing")
    return tokens.pop(0), tokens.pop(0)


def _value(token: Token) -> str | float | bool:
    """What a token means as a value: only double quotes are taken off."""
    if token.kind == "string":
        return token.value.removeprefix('"').removesuffix('"')
    if token.kind == "number":
        return string_to_number(token.value)
    if token.kind == "ident" and token.value in ("true", "false"):
        return token.value == "true"
    return token.value


def _comparison(root: Root, name: Token, operator: Token, value: Token) -> Comparison:
    path = name.value.removeprefix(f"{root}.") if root in WITH_PATH else ""
    meaning, wanted = _meaning(root, operator, value)
    return Comparison(root, path, meaning, wanted, name.start, value.end)


def _meaning(root: Root, operator: Token, value: Token) -> tuple[str, Wanted]:
    equal, different = operator.value == "=", operator.value == "!="
    if root not in ("type", "event") and value.value == "null" and (equal or different):
        return ("not_exists" if equal else "exists"), None
    if root not in _PLAIN_ROOTS or root == "userId":
        if equal and value.value in ("true", "false"):
            return f"is_{value.value}", None
        if root != "userId" and value.kind == "number" and (equal or different):
            return ("number_equals" if equal else "number_not_equals"), _value(value)
    wanted = _value(value)
    return operator.value, to_string(wanted) if root in _PLAIN_ROOTS else wanted


def _place(name: str) -> tuple[Root, str] | None:
    """The field that a function's first argument names, by how it begins: `propertiesX` is the property `propertiesX`."""
    if name in ("event", "name", "userId"):
        return cast(Root, name), ""
    for root in WITH_PATH:
        if name.startswith(root):
            return root, name.removeprefix(f"{root}.")
    return None


def _function_meaning(function: Token, value: Token) -> tuple[str, str]:
    wanted = to_string(_value(value))
    if function.value == "contains":
        return "contains", wanted
    if value.value.endswith('*"'):
        return "starts_with", wanted[:-1]
    # The first character is dropped, be it `*` or not; of a pair of surrogates only the first half.
    first, rest = wanted[:1], wanted[1:]
    return "ends_with", split_pairs(first)[1:] + rest
