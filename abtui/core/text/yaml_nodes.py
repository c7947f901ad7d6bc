"""Building a tree of nodes, with their places, from the events of a YAML parser.

The tree is built with a stack of our own: PyYAML's composers recurse, and the C one takes the process down with it on a
few thousand brackets. Aliases are counted before anything walks the tree; no value is ever constructed from a tag.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
import yaml

from abtui.core.findings import Finding, finding
from abtui.core.text.plain import plural
from abtui.core.text.yaml_references import unshield, unshield_pairs

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 10_000
"""How many nodes the aliases of a file may add to those it has."""

Kind = Literal["map", "list", "text", "number", "bool", "date", "null", "other"]
Style = Literal["plain", "'", '"', "|", ">", "block", "flow"]
"""How a value is written: the first five are a scalar's, the others a map's or list's."""


class Form(msgspec.Struct, frozen=True):
    """A kind of file: what its mistakes are called and how much it may hold.

    `codes` begins its findings' codes, `noun` is what it is. `references`: `${NAME}` may stand unquoted in it (see `shield`).
    `empty`, `large` and `deep` are hints for a file that is empty, too large, or nested too deeply.
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
    empty="Write `settings:` with `collectorEndpoint`, `environment` and `unitMapping` below it.",
    large="Is this the config, and not a file of events?",
    deep="A config needs four. Is a bracket or an indentation too many?",
)

_TAG: Final = "tag:yaml.org,2002:"
_SCALARS: Final[dict[str, Kind]] = {
    _TAG + "str": "text",
    _TAG + "value": "text",  # a plain `=`
    _TAG + "merge": "text",  # a plain `<<`
    _TAG + "int": "number",
    _TAG + "float": "number",
    _TAG + "bool": "bool",
    _TAG + "timestamp": "date",
    _TAG + "null": "null",
}
_BOOLEANS: Final = frozenset({"yes", "no", "true", "false", "on", "off"})


class Node(msgspec.Struct):
    """One YAML value. `line` and `column` are 1-based; at an alias they are the alias's.

    `value` is a scalar's text as YAML gives it. `children` are a list's items, or a map's keys and values in turn.
    `merge`: it is a plain `<<`. A value to which the file gives a type of its own (`!env`) is of the kind `other`;
    `tag` is that type, for a scalar.

    `start` and `end` are offsets in the text, in characters: from its anchor or tag, if it has one, to behind its last
    character. A block scalar ends where the next line that is not its own begins. `alias`: it is a `*name`, and the
    offsets are the alias's; the rest is what it repeats.
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


class _Open(msgspec.Struct):
    """A node that is being read. `plain` counts the nodes in it as written, `full` with aliases expanded."""

    node: Node
    anchor: str | None = None
    plain: int = 1
    full: int = 1


def at(line: int, column: int, code: str, message: str, hint: str) -> Finding:
    """A finding at a place of a file, both 1-based. The place is one in the config if the code is one of the config's."""
    config_line = line if code.startswith(CONFIG_FORM.codes) else None
    return finding(code, message, hint, line=line, column=column, config_line=config_line)


def too_deep(name: str, form: Form, line: int, column: int) -> Finding:
    """The finding of a file that is nested deeper than its form allows."""
    message = f"{name} is nested more than {plural(form.max_depth, 'level')} deep."
    return at(line, column, f"{form.codes}-NOT-YAML", message, form.deep)


class Items(msgspec.Struct, frozen=True):
    """The list at the top-level `key` of a file that may be long: `take` is given each item as it is read, and the tree has none of them."""

    key: str
    take: Callable[[Node], None]


class Builder:
    """Builds the tree of one document. `loader` is a PyYAML loader; its YAMLError passes through."""

    def __init__(
        self, loader: Any, name: str, form: Form = CONFIG_FORM, offset: int = 0, items: Items | None = None
    ) -> None:
        """`offset` is where the loader's text begins in the whole text."""
        self._items = items
        self._loader = loader
        self._name = name
        self._form = form
        self._offset = offset
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Open | None] = {}
        self._root: Node | None = None
        self._documents = 0

    def build(self) -> Node | Finding | None:
        """The root of the document; None where there is none; a finding where it must not be used."""
        while self._loader.check_event():
            event = self._loader.get_event()
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            result = self._read(event, line, column)
            if isinstance(result, _Open):
                result = self._close(result, line, column)
            if result is not None:
                return result
        return self._root

    def _read(self, event: Any, line: int, column: int) -> _Open | Finding | None:
        """The node that `event` completes, a finding, or None where it completes nothing."""
        match event:
            case yaml.ScalarEvent():
                return _Open(self._scalar(event, line, column), event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                return self._ended(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                return self._open(event, line, column)
            case yaml.AliasEvent():
                return self._alias(event, line, column)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    message = f"{self._name} holds more than one YAML document; a {self._form.noun} is one."
                    hint = f"Remove the `---` and what is not the {self._form.noun}."
                    return at(line, column, f"{self._form.codes}-NOT-YAML", message, hint)
        return None

    def _open(self, event: Any, line: int, column: int) -> Finding | None:
        form = self._form
        if len(self._stack) == form.max_depth:
            return too_deep(self._name, form, line, column)
        self._stack.append(_Open(_collection(event, line, column, self._offset), event.anchor))
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        return None

    def _ended(self, event: Any) -> _Open:
        closed = self._stack.pop()
        node = closed.node
        # The parser notices the end of a block only at what follows, behind the comments between.
        in_block = node.style == "block" and node.children
        node.end = node.children[-1].end if in_block else event.end_mark.index + self._offset
        return closed

    def _alias(self, event: Any, line: int, column: int) -> _Open | Finding:
        anchor = str(event.anchor)
        known = self._anchors.get(anchor)
        if known is not None:
            start, end = event.start_mark.index + self._offset, event.end_mark.index + self._offset
            node = msgspec.structs.replace(
                known.node, line=line, column=column, merge=False, start=start, end=end, alias=True
            )
            return _Open(node, full=known.full)
        if anchor in self._anchors:
            message = "This alias stands inside the value it repeats, so it would never end."
            return at(line, column, f"{self._form.codes}-ALIASES", message, "Write the value out.")
        message = "This alias (`*…`) repeats a value that is marked nowhere before it."
        return at(line, column, f"{self._form.codes}-NOT-YAML", message, "Quote the text if the `*` belongs to it.")

    def _close(self, closed: _Open, line: int, column: int) -> Finding | None:
        """Put a complete node into the one around it."""
        if closed.anchor is not None:
            self._anchors[closed.anchor] = closed
        if not self._stack:
            self._root = closed.node
            return None
        parent = self._stack[-1]
        if self._items is not None and len(self._stack) == 2 and self._is_item(self._items.key):
            self._items.take(closed.node)
        else:
            parent.node.children.append(closed.node)
        parent.plain += closed.plain
        parent.full += closed.full
        # Told as soon as it is so: the full size of a bomb is a number of millions of digits.
        if parent.full - parent.plain > MAX_ALIASED:
            message = f"The aliases of {self._name} would add more than {plural(MAX_ALIASED, 'value')} to it."
            return at(line, column, f"{self._form.codes}-ALIASES", message, "Write the values out, or repeat less.")
        return None

    def _is_item(self, key: str) -> bool:
        """Whether what was read is an item of the list at the top-level `key`."""
        root, around = self._stack[0].node, self._stack[1].node
        return (
            around.kind == "list"
            and root.kind == "map"
            and len(root.children) % 2 == 1
            and root.children[-1].value == key
        )

    def _scalar(self, event: Any, line: int, column: int) -> Node:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        kind = _SCALARS.get(tag, "other")
        if kind == "bool" and event.value.lower() not in _BOOLEANS:
            kind = "other"
        return Node(
            kind,
            line,
            column,
            unshield_pairs(unshield(event.value) if self._form.references else event.value, escaped=event.style == '"'),
            merge=tag == _TAG + "merge",
            tag=tag if kind == "other" else "",
            start=event.start_mark.index + self._offset,
            end=event.end_mark.index + self._offset,
            # `!!str 1` is no plain 1.
            style=event.style or ('"' if event.tag is not None and kind == "text" else "plain"),
        )


def _collection(event: Any, line: int, column: int, offset: int) -> Node:
    is_map = isinstance(event, yaml.MappingStartEvent)
    kind: Kind = "map" if is_map else "list"
    if event.tag not in (None, "!", _TAG + ("map" if is_map else "seq")):
        kind = "other"
    style: Style = "flow" if event.flow_style else "block"
    return Node(kind, line, column, start=event.start_mark.index + offset, style=style)
