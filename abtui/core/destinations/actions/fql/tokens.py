"""A subscription cut into tokens, with the oddities of Segment's lexer (fql-ts 1.10.1)."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from abtui.core.text.javascript.members import split_pairs

TokenKind = Literal[
    "ident", "dot", "operator", "conditional", "string", "number", "null", "bracket", "parenleft", "parenright", "comma", "eos"
]  # fmt: skip
LexerFault = Literal["character", "blank", "quote", "number", "escape", "word", "length"]

_MAX_LENGTH: Final = 100_000
_LETTER = re.compile("[A-Za-z]").match
_DIGIT = re.compile("[0-9]").match
_WORD = re.compile(r"[A-Za-z0-9_\\-]").match
_TERMINATORS: Final = frozenset(" \t\n,])")
_AFTER_WORD: Final = _TERMINATORS | frozenset(".(=!")
_SINGLE: Final[dict[str, TokenKind]] = {
    ".": "dot",
    "[": "bracket",
    "]": "bracket",
    ",": "comma",
    "(": "parenleft",
    ")": "parenright",
}
# Words that are tokens of their own: by first letter, the rest of the word and its kind.
_RESERVED: Final[dict[str, tuple[str, TokenKind]]] = {
    "a": ("nd", "conditional"),
    "o": ("r", "conditional"),
    "n": ("ull", "null"),
}


class Token(msgspec.Struct, frozen=True):
    """One token: a string's `value` keeps its quotes. `start` and `end` are its place in the subscription."""

    kind: TokenKind
    value: str
    start: int
    end: int


class LexerError(Exception):
    """The subscription cannot be cut into tokens; `fault` says what is wrong, `start` and `end` where."""

    def __init__(self, fault: LexerFault, start: int, end: int) -> None:
        super().__init__(fault)
        self.fault = fault
        self.start = start
        self.end = end


def tokens_of(text: str) -> list[Token]:
    """The tokens of a subscription, the last of them its end. Raises LexerError."""
    lexer = _Lexer(text)
    tokens = []
    while (token := lexer.next()).kind != "eos":
        tokens.append(token)
    return [*tokens, token]


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._start = 0

    def next(self) -> Token:
        while self._peek() in (" ", "\t", "\n"):
            self._at += 1
        self._start = self._at
        char = self._take()
        if not char:
            return Token("eos", "eos", self._start, self._start)
        if char == "!" and (self._peek() == "(" or _LETTER(self._peek())):
            return self._token("operator", "!")
        if char in "!=<>":
            return self._operator(char)
        if char in _RESERVED and self._accept(_RESERVED[char][0]):
            return self._token(_RESERVED[char][1], char + _RESERVED[char][0])
        if char in "\\_" or _LETTER(char):
            return self._ident(char)
        if char in "-+" or _DIGIT(char):
            return self._number(char)
        if char in "\"'":
            return self._string(char)
        if char in _SINGLE:
            return self._token(_SINGLE[char], char)
        raise self._error("character")

    def _token(self, kind: TokenKind, value: str) -> Token:
        return Token(kind, value, self._start, self._at)

    def _error(self, fault: LexerFault) -> LexerError:
        return LexerError(fault, self._start, max(self._at, self._start + 1))

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        self._at += len(char)
        return char

    def _is_before_terminator(self) -> bool:
        return not self._peek() or self._peek() in _TERMINATORS

    def _accept(self, rest: str) -> bool:
        """Take the rest of a word if it is there and a terminator follows."""
        start = self._at
        taken = ""
        while len(taken) < len(rest):
            char = self._take()
            if not char:
                # Segment's lexer does not go back here: `event = no` at the end is read as `event = n`.
                return False
            taken += split_pairs(char)
            if char in _TERMINATORS:
                break
        if taken == rest and self._is_before_terminator():
            return True
        self._at = start
        return False

    def _operator(self, char: str) -> Token:
        if char != "=" and self._accept("="):
            return self._token("operator", char + "=")
        if char == "!":
            self._at = min(self._at + 1, len(self._text))
            raise self._error("blank" if self._text[self._start + 1 : self._at] == "=" else "character")
        return self._token("operator", char)

    def _string(self, quote: str) -> Token:
        end = self._text.find(quote, self._at)
        self._check_length(end - self._at)
        if end < 0:
            self._at = len(self._text)
            raise self._error("quote")
        value = self._text[self._start : end + 1]
        self._at = end
        # The closing quote stays, and opens another string, where no terminator follows it.
        self._accept(quote)
        return self._token("string", value)

    def _number(self, first: str) -> Token:
        value = first
        while _DIGIT(self._peek()) or self._peek() == ".":
            value += self._take()
            if value[-1] == "." and (self._is_before_terminator() or value.count(".") > 1):
                raise self._error("number")
        self._check_length(len(value) - 1)
        return self._token("number", value)

    def _ident(self, first: str) -> Token:
        value = []
        char = first
        while True:
            if char == "\\":
                char = self._take()
                if not char or ord(char) > 0xFFFF:
                    # An escape takes half of a surrogate pair, and the other half ends no word.
                    raise self._error("escape")
            value.append(char)
            if not _WORD(self._peek()):
                break
            char = self._take()
        self._check_length(len(value))
        if self._peek() and self._peek() not in _AFTER_WORD:
            self._at += 1
            raise self._error("word")
        return self._token("ident", "".join(value))

    def _check_length(self, length: int) -> None:
        if length >= _MAX_LENGTH:
            raise self._error("length")
