"""The nodes of a YAML tree, and the kinds of files that are read as YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

import msgspec

from abtui.core.findings import Finding, finding

MAX_DEPTH: Final = 64

Kind = Literal["map", "list", "text", "number", "bool", "date", "null", "other", "unknown"]
Style = Literal["plain", "'", '"', "|", ">", "block", "flow"]
"""The notation of a value: the first five are for scalars, the others for maps and lists."""


class Form(msgspec.Struct, frozen=True):
    """A kind of file: the words of its findings, and its limits.

    The codes of its findings begin with `codes`; `noun` is its name in messages. `references`: `${NAME}` may be unquoted in
    it (see `yaml_references`). `empty`, `large` and `deep` are the hints for a file that is empty, too large, or nested too
    deeply.
    """

    codes: str
    noun: str
    max_bytes: int
    max_depth: int
    references: bool
    empty: str
    large: str
    deep: str


CONFIG_FORM: Final = Form(
    codes="CONFIG",
    noun="config",
    max_bytes=1 << 20,
    max_depth=MAX_DEPTH,
    references=True,
    empty="Write `destination:` and `settings:`, or let `abtui init` write a config to begin with.",
    large="Is this the config, and not a file of events?",
    deep="A config needs four. Is there a bracket or an indentation too many?",
)


class Node(msgspec.Struct):
    """One YAML value. `line` and `column` count from 1; for an alias they are the place of the alias.

    `value` is the text of a scalar. `children` are the items of a list, or the keys and values of a map in turn. `merge`: the
    node is a plain `<<`. A value with a type that the file gives it (`!env`) has the kind `other`; if it is a scalar, `tag` is
    that type. `unknown` is a value that is not in the file: an expression of another language, which is its `value`.

    `start` and `end` are offsets in the text, in characters. A value begins with its anchor or tag, if it has one. A block
    scalar ends where the next line begins that is no part of it. `alias`: the node is a `*name`; the offsets are those of the
    alias, and the other fields those of the value that it repeats.
    """

    kind: Kind
    line: int
    column: int
    value: str = ""
    children: list[Node] = []
    merge: bool = False
    tag: str = ""
    start: int = 0
    end: int = 0
    style: Style = "plain"
    alias: bool = False

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """The keys of a map with their values."""
        return zip(self.children[::2], self.children[1::2], strict=True)


class Items(msgspec.Struct, frozen=True):
    """The list under the top-level `key` of a long file: `take` receives each item as it is read, and the tree contains none of them."""

    key: str
    take: Callable[[Node], None]


def at(line: int, column: int, code: str, message: str, hint: str) -> Finding:
    """A finding at a place of a file; line and column count from 1. Findings with a code of the config have a config line."""
    config_line = line if code.startswith(CONFIG_FORM.codes) else None
    return finding(code, message, hint, line=line, column=column, config_line=config_line)
