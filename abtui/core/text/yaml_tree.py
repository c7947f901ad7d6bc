"""The parser of YAML: a text in, a tree of nodes with their places out, or findings that say why there is none.

The tree is built with a stack of our own, from the events of PyYAML's parser: PyYAML's composers recurse, and the one in C
crashes the process on a few thousand brackets. Aliases are counted before anything walks the tree. No value is ever constructed from
a tag, and nothing in the text is executed.
"""

from __future__ import annotations

import re
from typing import Any, Final, NoReturn

import msgspec
import yaml

from abtui.core.findings import Finding
from abtui.core.text.plain import one_line, plural
from abtui.core.text.yaml_errors import parser_finding
from abtui.core.text.yaml_nodes import CONFIG_FORM, Form, Items, Kind, Node, Style, at
from abtui.core.text.yaml_references import shield, shield_pairs, unshield, unshield_pairs

_MAX_ALIASED: Final = 10_000
"""How many nodes the aliases of a file may add to the nodes that it has."""
_MAX_DIRECTIVES: Final = 100
_SHOWN_CHARACTERS: Final = 20
_SHOWN_NAME: Final = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
# The complement of YAML 1.1's printable characters (section 5.1), which do not include lone surrogates.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Tree(msgspec.Struct, frozen=True):
    """The result of parsing. `root` is None exactly if a finding is an error.

    `export` says what a file is that is no YAML of ours, but holds what a config has (`config.exports`).
    """

    root: Node | None
    findings: tuple[Finding, ...] = ()
    export: str = ""


class _Stop(Exception):
    """Findings because of which a file is not used. Never leaves this module."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__()
        self.findings = findings


def parse_yaml(text: str, name: str, form: Form = CONFIG_FORM, items: Items | None = None) -> Tree:
    """Parse the one document in `text`. `name` is the name of the file in messages. `items` are handed over while it is read."""
    name = one_line(name, _SHOWN_NAME)
    findings: list[Finding] = []
    try:
        return Tree(_parse(text, name, form, items, findings), tuple(findings))
    except _Stop as stop:
        return Tree(None, (*findings, *stop.findings))


def _parse(text: str, name: str, form: Form, items: Items | None, findings: list[Finding]) -> Node:
    not_yaml = f"{form.codes}-NOT-YAML"
    if len(text) > form.max_bytes or len(text.encode("utf-8", "surrogatepass")) > form.max_bytes:
        message = f"{name} has more than {form.max_bytes:,} bytes and was not read."
        raise _Stop(at(1, 1, f"{form.codes}-TOO-LARGE", message, form.large))
    mark = text.startswith("\ufeff")
    if mark:
        text = text[1:]
        message = f"{name} starts with a byte-order mark."
        findings.append(at(1, 1, f"{form.codes}-BOM", message, "Save it as UTF-8 without one."))
    if unprintable := _unprintable(text, not_yaml):
        raise _Stop(*unprintable)
    if text.count("\n%") > _MAX_DIRECTIVES:
        # The parser in C compares each directive with all before it: a megabyte of them takes seconds.
        message = f"{name} has more than {_MAX_DIRECTIVES} lines that start with `%`, YAML's directives."
        raise _Stop(at(1, 1, not_yaml, message, f"A {form.noun} needs none."))
    loader = _LOADER(shield_pairs(shield(text) if form.references else text))
    builder = _Builder(loader, name, form, int(mark), items)
    try:
        root = builder.build()
    except yaml.YAMLError as error:
        if "nesting depth" in (getattr(error, "problem", None) or ""):
            # Newer parsers in C have a limit of their own, and reach it while they look ahead.
            builder.fail_at_depth(getattr(error, "problem_mark", None))
        raise _Stop(parser_finding(error, text, not_yaml)) from error
    except (ValueError, OverflowError) as error:
        # PyYAML's parser in Python, used where the one in C is missing, passes a `\U` escape beyond Unicode to chr().
        message = "An escape in a quoted text is no character."
        raise _Stop(at(1, 1, not_yaml, message, "`\\U` takes at most 0010FFFF.")) from error
    finally:
        loader.dispose()
    if root is None or root.kind == "null" or (root.kind == "map" and not root.children):
        raise _Stop(at(1, 1, f"{form.codes}-EMPTY", f"{name} is empty.", form.empty))
    return root


def _unprintable(text: str, code: str) -> list[Finding]:
    """A finding for each of the first twenty characters that YAML does not allow."""
    found: list[Finding] = []
    line, start = 1, 0
    for match in _UNPRINTABLE.finditer(text):
        for line_break in _BREAK.finditer(text, start, match.start()):
            line, start = line + 1, line_break.end()
        number = ord(match[0])
        kind = "half a character (a lone surrogate)" if 0xD800 <= number <= 0xDFFF else "a control character"
        message = f"YAML does not allow U+{number:04X}, {kind}."
        hint = "Delete it, or save the file as UTF-8 text."
        found.append(at(line, match.start() - start + 1, code, message, hint))
        if len(found) == _SHOWN_CHARACTERS:
            break
    return found


class _Open(msgspec.Struct):
    """A node that is being read. `plain` counts the nodes in it as they are written, `full` with aliases expanded."""

    node: Node
    anchor: str | None = None
    plain: int = 1
    full: int = 1


class _Builder:
    """Builds the tree of one document. `loader` is a PyYAML loader, whose text begins at `offset` of the whole text."""

    def __init__(self, loader: Any, name: str, form: Form, offset: int, items: Items | None) -> None:
        self._loader = loader
        self._name = name
        self._form = form
        self._offset = offset
        self._items = items
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Open | None] = {}
        self._root: Node | None = None
        self._documents = 0

    def build(self) -> Node | None:
        """The root of the document, or None if there is none. Raises _Stop, and YAMLError from the parser."""
        while self._loader.check_event():
            event = self._loader.get_event()
            end: Any = event.end_mark
            match event:
                case yaml.ScalarEvent():
                    self._close(_Open(self._scalar(event), event.anchor), event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    closed = self._stack.pop()
                    node = closed.node
                    # The parser sees the end of a block only at the next token, behind any comments.
                    in_block = node.style == "block" and node.children
                    node.end = node.children[-1].end if in_block else end.index + self._offset
                    self._close(closed, event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.AliasEvent():
                    self._close(self._alias(event), event)
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        message = f"{self._name} holds more than one YAML document; a {self._form.noun} is one."
                        hint = f"Remove the `---` and everything that is not the {self._form.noun}."
                        self._fail(event.start_mark, "NOT-YAML", message, hint)
        return self._root

    def _fail(self, mark: Any, code_end: str, message: str, hint: str) -> NoReturn:
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise _Stop(at(line, column, f"{self._form.codes}-{code_end}", message, hint))

    def fail_at_depth(self, mark: Any) -> NoReturn:
        """Stop at `mark`, because the file is nested more deeply than its form allows."""
        message = f"{self._name} is nested more than {plural(self._form.max_depth, 'level')} deep."
        self._fail(mark, "NOT-YAML", message, self._form.deep)

    def _scalar(self, event: Any) -> Node:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        kind = _SCALARS.get(tag, "other")
        if kind == "bool" and event.value.lower() not in _BOOLEANS:
            kind = "other"
        value = unshield(event.value) if self._form.references else event.value
        start = event.start_mark
        return Node(
            kind,
            start.line + 1,
            start.column + 1,
            unshield_pairs(value, escaped=event.style == '"'),
            merge=tag == _TAG + "merge",
            tag=tag if kind == "other" else "",
            start=start.index + self._offset,
            end=event.end_mark.index + self._offset,
            # A text with a tag is like a quoted one: `!!str 1` is no number.
            style=event.style or ('"' if event.tag is not None and kind == "text" else "plain"),
        )

    def _open(self, event: Any) -> None:
        if len(self._stack) == self._form.max_depth:
            self.fail_at_depth(event.start_mark)
        is_map = isinstance(event, yaml.MappingStartEvent)
        kind: Kind = "map" if is_map else "list"
        if event.tag not in (None, "!", _TAG + ("map" if is_map else "seq")):
            kind = "other"
        mark = event.start_mark
        style: Style = "flow" if event.flow_style else "block"
        node = Node(kind, mark.line + 1, mark.column + 1, start=mark.index + self._offset, style=style)
        self._stack.append(_Open(node, event.anchor))
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _alias(self, event: Any) -> _Open:
        anchor = str(event.anchor)
        known = self._anchors.get(anchor)
        if known is None and anchor in self._anchors:
            message = "This alias is inside the value that it repeats, so it would never end."
            self._fail(event.start_mark, "ALIASES", message, "Write the value out.")
        if known is None:
            message = "This alias (`*…`) repeats a value that is marked nowhere before it."
            self._fail(event.start_mark, "NOT-YAML", message, "Quote the text if the `*` belongs to it.")
        mark = event.start_mark
        start, end = mark.index + self._offset, event.end_mark.index + self._offset
        place = {"line": mark.line + 1, "column": mark.column + 1, "start": start, "end": end}
        return _Open(msgspec.structs.replace(known.node, **place, merge=False, alias=True), full=known.full)

    def _close(self, closed: _Open, event: Any) -> None:
        """Put a complete node into the one around it."""
        if closed.anchor is not None:
            self._anchors[closed.anchor] = closed
        if not self._stack:
            self._root = closed.node
            return
        parent = self._stack[-1]
        if self._items is not None and self._is_item(self._items.key):
            self._items.take(closed.node)
        else:
            parent.node.children.append(closed.node)
        parent.plain += closed.plain
        parent.full += closed.full
        # Checked at every node: the full size of an alias bomb is a number with millions of digits.
        if parent.full - parent.plain > _MAX_ALIASED:
            message = f"The aliases of {self._name} would add more than {plural(_MAX_ALIASED, 'value')} to it."
            self._fail(event.start_mark, "ALIASES", message, "Write the values out, or repeat less.")

    def _is_item(self, key: str) -> bool:
        """Whether the node that was just read is an item of the list under the top-level `key`."""
        if len(self._stack) != 2 or self._stack[1].node.kind != "list":
            return False
        root = self._stack[0].node
        return root.kind == "map" and len(root.children) % 2 == 1 and root.children[-1].value == key
