"""The tree of a config in any form: our YAML as it is, and the destination in a file of Segment or Terraform as a config has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from abtui.core.config.exports.document import JSON, Document, Unknown
from abtui.core.config.exports.forms import read_document
from abtui.core.config.exports.found import (
    CHOICE,
    Found,
    Held,
    NotFound,
    Subscription,
    chosen,
    found_in,
    keys_in,
)
from abtui.core.config.keys import Quoter
from abtui.core.config.names import section_names
from abtui.core.config.segment_lists import item_of
from abtui.core.destination import Destination
from abtui.core.destinations import DESTINATIONS
from abtui.core.findings import Finding, error, warning
from abtui.core.list_section import ListSection
from abtui.core.text.paths import Path
from abtui.core.text.yaml_nodes import Node, at
from abtui.core.text.yaml_tree import Tree, parse_yaml
from abtui.core.text.yaml_values import UNKNOWN_HINT, expression_text

_SHORTEST_KEY: Final = 6

NOT_TERRAFORM: Final = error(
    "CONFIG-NOT-TERRAFORM",
    "The Terraform file cannot be read",
    "abtui reads the destination from a Terraform file (`.tf`, `.tf.json`, `terraform show -json`). The finding points to where the parser stopped; the mistake is there or just before it.",
)
NOT_OURS: Final = error(
    "CONFIG-NOT-OURS",
    "No settings of AB Smartly in the file, or several",
    "A file from Segment or Terraform may hold many destinations; abtui reads the one of AB Smartly, and its settings have to be in the file. Where there are several, the environment variable `ABTUI_DESTINATION` chooses one by its id, its name, or its kind (`classic`, `actions`).",
)
UNKNOWN_VALUE: Final = warning(
    "CONFIG-UNKNOWN-VALUE",
    "A value that only Terraform knows",
    "The Terraform file has an expression there (a variable without a default, a resource, a function), whose value abtui cannot know; it takes the setting for empty. The output of `terraform show -json` has all values.",
)
DISABLED: Final = warning(
    "CONFIG-DISABLED",
    "The destination is disabled in Segment",
    "The file says that the destination is switched off, so Segment sends nothing to it at present. abtui shows what it would do.",
)


def config_tree(text: str, name: str, env: Mapping[str, str] = {}) -> Tree:
    """The tree of the config in `text`; its nodes have their places in the text. `name` is the file's, for the messages.

    `env` may choose one of several destinations. `Tree.export` says what the file is, if it is none of our configs.
    """
    document = read_document(text, name)
    if document is None or (isinstance(document, Document) and _is_ours(document.value)):
        return parse_yaml(text, name)
    if isinstance(document, Finding):
        return Tree(None, (document,), "a Terraform file")
    held = held_in([document], env.get(CHOICE, ""))
    if held is None and document.noun == JSON:
        return parse_yaml(text, name)
    if held is None:
        held = NotFound(
            "It has no `segment_destination` with settings.", "Give the file that has the one of AB Smartly."
        )
    if isinstance(held, Held) and isinstance(held.settings, Unknown):
        (line, column), _value = document.places(held.settings_path)
        what = (
            expression_text(held.settings.expression, Quoter(()))
            if held.settings.expression
            else "no object, and no JSON of one"
        )
        message = f"The settings of the destination are not in this file: there is {what}."
        return Tree(None, (at(line, column, NOT_OURS.code, message, UNKNOWN_HINT),), document.noun)
    if isinstance(held, NotFound):
        return Tree(None, (at(1, 1, NOT_OURS.code, held.message, held.hint),), document.noun)
    builder = _Builder(document)
    root = builder.config(held)
    return Tree(root, tuple(builder.findings(held)), document.noun)


def held_in(documents: Iterable[Document], choice: str) -> Held | NotFound | None:
    """The destination of AB Smartly in some documents, why there is none to be read, or None if there is no destination at all."""
    parts = [found_in(document) for document in documents]
    found = Found(
        tuple(held for part in parts for held in part.destinations),
        tuple(item for part in parts for item in part.subscriptions),
    )
    if not found.own and not any(held.names for held in found.destinations):
        return None
    keys = {key: None for held in found.destinations for key in keys_in(held.settings) if len(key) >= _SHORTEST_KEY}
    return chosen(found, choice, Quoter(tuple(keys)).mask)


def _is_ours(value: Any) -> bool:
    """Whether a JSON value is a config as we write it."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("destination"), str):
        return True
    names = {name for destination in DESTINATIONS.values() for name in section_names(destination)}
    return isinstance(value.get("settings"), dict) and names.issuperset(value)


class _Builder:
    """Makes the nodes of a config of the values in a document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def config(self, held: Held) -> Node:
        """The tree of a config."""
        destination = held.destination
        root = self._map(held.path)
        self._put(root, "destination", self._node(destination.name, held.path), held.path)
        self._put(root, "settings", self._settings(held, destination), held.settings_path)
        for section in destination.lists:
            if held.subscriptions and section.segment:
                where = held.subscriptions[0].path
                items = [self._item(item, section) for item in held.subscriptions]
                self._put(root, section.name, self._map(where, kind="list", children=items), where)
        return root

    def findings(self, held: Held) -> Iterator[Finding]:
        """What there is to say of a destination beside its settings."""
        if held.about.get("enabled") is False:
            line, column = self._document.places((*held.path, "enabled"))[0]
            yield at(
                line, column, DISABLED.code, "The destination is disabled in Segment: it sends nothing at present.", ""
            )
        for path, (line, column) in self._document.dropped():
            if path[: len(held.settings_path)] == held.settings_path:
                message = "This key comes again further on, and that value is used."
                yield at(line, column, "CONFIG-DUPLICATE-KEY", message, "Remove one of the two.")

    def _settings(self, held: Held, destination: Destination) -> Node:
        node = self._map(held.settings_path)
        for name, value in held.settings.items():
            path = (*held.settings_path, name)
            setting = destination.setting(destination.labels.get(name, name))
            if setting is not None and setting.kind == "map":
                self._put(node, name, self._text_map(value, path), path)
            else:
                self._put(node, name, self._node(value, path), path)
        return node

    def _text_map(self, value: Any, path: Path) -> Node:
        """A map of texts, which may come as its JSON or as a list of keys and values."""
        if isinstance(value, str) and isinstance(parsed := self._document.parsed(value), dict):
            value = self._document.settled(parsed)
        if not isinstance(value, list) or not all(
            isinstance(item, dict) and {"key", "value"} <= set(item) for item in value
        ):
            return self._node(value, path)
        node = self._map(path)
        for index, item in enumerate(value):
            self._put(node, str(item["key"]), self._node(item["value"], (*path, index, "value")), (*path, index, "key"))
        return node

    def _item(self, item: Subscription, section: ListSection) -> Node:
        node = self._map(item.path)
        names = {section.segment_keys.get(key, key): key for key in item.keys}
        for name, value in item_of(item.values, section, {}).items():
            path = (*item.path, item.keys.get(names.get(name, name), name))
            self._put(node, name, self._node(value, path), path)
        return node

    def _map(self, path: Path, *, kind: Any = "map", children: list[Node] | None = None) -> Node:
        line, column = self._document.places(path)[1]
        return Node(kind, line, column, children=[] if children is None else children, style="flow")

    def _put(self, node: Node, name: str, value: Node, path: Path) -> None:
        line, column = self._document.places(path)[0]
        node.children += [Node("text", line, column, name, style='"'), value]

    def _node(self, value: Any, path: Path) -> Node:
        line, column = self._document.places(path)[1]
        match value:
            case Unknown():
                return Node("unknown", line, column, value.expression)
            case dict():
                node = self._map(path)
                for name, member in value.items():
                    self._put(node, name, self._node(member, (*path, name)), (*path, name))
                return node
            case list():
                return self._map(
                    path, kind="list", children=[self._node(item, (*path, at)) for at, item in enumerate(value)]
                )
            case bool():
                return Node("bool", line, column, str(value).lower())
            case None:
                return Node("null", line, column, "null")
            case str():
                return Node("text", line, column, value, style='"')
        return Node("number", line, column, json.dumps(value))
