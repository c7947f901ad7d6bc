"""The destination's settings as Segment's Public API gives them, read into settings of a new config.

A destination there is `{"enabled": true, "name": ..., "metadata": {"name": ...}, "settings": {...}}`; what the API answers
wraps it as `{"data": {"destination": {...}}}`. Text maps are objects, or lists of `{"key", "value"}`. `exports` finds it in other files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.exports.document import JSON, NOWHERE, Document, Unknown
from abtui.core.config.exports.forms import read_document
from abtui.core.config.exports.found import Held, keys_in
from abtui.core.config.model import Settings
from abtui.core.config.names import setting_names
from abtui.core.config.segment_lists import segment_lists
from abtui.core.destination import Destination, Setting
from abtui.core.destinations import DEFAULT
from abtui.core.findings import Finding
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import letters
from abtui.core.text.secret import MASK, is_stand_in
from abtui.core.text.yaml_text import is_writable
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import json_value
from abtui.core.text.yaml_walk import unknown_key_hint
from abtui.core.values import texts_in

_WRAPPERS: Final = ("data", "destination", "settings")
_SHORTEST_KEY: Final = 6
_OWN_NAME: Final = "absmartly"
_BEYOND: Final = "It is JSON of a depth, or with a number of a length, that no destination has."


class SegmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that could be read, by Segment's names. Absent and unusable settings are not in `values`.

    `lists` are those of the destination, by their names in a config. `left_out` has a sentence, with the path in the file, for
    each value that was left out; none quotes a value. `warnings` are sentences about the destination itself. `has_key`: an API
    key is in the file; `has_mask`: only the mask of one is. `problem` tells why the file holds no settings at all, or is "".
    """

    values: Settings = {}
    lists: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    has_key: bool = False
    has_mask: bool = False
    problem: str = ""


def segment_document(text: str, name: str = "") -> Document | SegmentSettings:
    """The document in the text of a file, or a `SegmentSettings` with the problem of it. `name` is the file's."""
    document = read_document(text, name)
    if isinstance(document, Finding):
        return SegmentSettings(
            problem=f"{document.message} (Line {document.line}, column {document.column}.) {document.hint}"
        )
    if document is not None:
        return document
    if is_deeper(text):
        return SegmentSettings(problem=_BEYOND)
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        root = parse_yaml(text, name).root
        if root is not None and root.kind == "map":
            value = json_value(root, lambda *_mistake: None)
            return Document(noun=JSON, value=value, places=lambda _path: NOWHERE)
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        return SegmentSettings(problem=f"It is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).")
    except ValueError:
        return SegmentSettings(problem=_BEYOND)
    return Document(noun=JSON, value=value, places=lambda _path: NOWHERE)


def held_document(held: Held) -> tuple[Any, Path]:
    """A destination as an answer of the API has it, and its path in the file."""
    if held.settings_path == held.path:
        return held.settings, held.path
    listed = {"subscriptions": [item.values for item in held.subscriptions]} if held.subscriptions else {}
    return {**held.about, "settings": held.settings, **listed}, held.path


def segment_settings(document: Any, destination: Destination = DEFAULT, at: Path = ()) -> SegmentSettings:
    """The settings in a JSON document: an answer of the API, a destination, or bare settings. `at` is its path in the file."""
    path: list[str | int] = list(at)
    warnings: list[str] = []
    node = document
    keys: list[str] = []
    for wrapper in _WRAPPERS:
        # In a config of ours the destination is a name.
        if isinstance(node, dict) and wrapper in node and not isinstance(node[wrapper], str):
            warnings += _about(node)
            keys += keys_in(node)
            node = node[wrapper]
            path.append(wrapper)
    if not isinstance(node, dict):
        return SegmentSettings(
            problem=f"`{path_text(path)}` is {_kind(node)}; one destination's settings are an object."
        )
    if "destinations" in node:
        return SegmentSettings(problem="It holds a list of destinations. Save the one that is AB Smartly's.")
    lists = segment_lists(document, destination)
    if lists and not any(_setting(name, destination) for name in node):
        return _Reading({}, tuple(path), [*keys, *keys_in(node)], destination).read(tuple(warnings), lists)
    if len(path) == len(at) and not any(_setting(name, destination) for name in node):
        return SegmentSettings(problem="It has no `settings` and none of the destination's settings in it.")
    return _Reading(node, tuple(path), [*keys, *keys_in(node)], destination).read(tuple(warnings), lists)


def _about(node: dict[str, Any]) -> list[str]:
    """Warnings about a destination, if `node` is one."""
    warnings = []
    if node.get("enabled") is False:
        warnings.append("The destination is disabled in Segment: it sends nothing at present.")
    metadata = node.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if isinstance(name, str) and _OWN_NAME not in letters(name):
        warnings.append("By its metadata the destination is another one than AB Smartly.")
    return warnings


class _Reading:
    """Reads one object of settings."""

    def __init__(self, node: dict[str, Any], path: Path, keys: Sequence[str], destination: Destination) -> None:
        self._node, self._path, self._destination = node, path, destination
        self.has_key = not all(map(is_stand_in, keys))
        self.has_mask = bool(keys) and not self.has_key
        # Shorter keys also occur in ordinary words. The longest first, since one key may begin with another.
        self._keys = sorted({key for key in keys if len(key) >= _SHORTEST_KEY}, key=len, reverse=True)
        self._left_out: list[str] = []

    def read(self, warnings: tuple[str, ...], lists: Mapping[str, tuple[Mapping[str, Any], ...]]) -> SegmentSettings:
        values: dict[str, Any] = {}
        beside = {section.segment for section in self._destination.lists}
        for given, value in self._node.items():
            setting, path = _setting(given, self._destination), (*self._path, given)
            if given in beside:
                continue
            if setting is None:
                hint = unknown_key_hint(given, setting_names(self._destination))
                self._leave(path, f"is no setting of the destination.{'' if hint.startswith('Known') else ' ' + hint}")
            elif setting.name != given and setting.name in self._node:
                self._leave(path, f"is also there as `{setting.name}`, which is used.")
            elif value is not None and setting.kind != "secret":
                usable = self._value(setting, value, path)
                if usable is not None:
                    values[setting.name] = usable
        called = {section.name: section.segment for section in self._destination.lists}
        kept = {name: tuple(self._keyless(called[name], items)) for name, items in lists.items()}
        return SegmentSettings(
            values=values,
            lists=kept,
            left_out=tuple(self._left_out),
            warnings=warnings,
            has_key=self.has_key,
            has_mask=self.has_mask,
        )

    def _keyless(self, name: str, items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The items of a list that do not have the key in them."""
        for at, item in enumerate(items):
            if any(key in text for key in self._keys for text in texts_in(item)):
                self._leave((name, at), "has the API key in it.")
            else:
                yield item

    def _value(self, setting: Setting, value: Any, path: Path) -> str | bool | dict[str, str] | None:
        """`value` in the setting's kind, or None; the reason is then in `left_out`."""
        if setting.kind == "map":
            return self._map(value, path)
        if setting.kind != "toggle":
            return self._text(value, path)
        if isinstance(value, bool):
            return value
        self._leave(path, f"is {_kind(value)}; it must be true or false.")
        return None

    def _leave(self, path: Path, why: str) -> None:
        # Masked before it becomes a path, which would escape a quote in the key.
        shown = [self._masked(step) if isinstance(step, str) else step for step in path]
        self._left_out.append(f"`{path_text(shown)}` {why}")

    def _masked(self, text: str) -> str:
        for key in self._keys:
            text = text.replace(key, MASK)
        return text

    def _text(self, value: Any, path: Path) -> str | None:
        """`value` as a text that a config can hold, or None; the reason is then in `left_out`."""
        if not isinstance(value, str):
            self._leave(path, f"is {_kind(value)}; it must be text.")
        elif any(key in value for key in self._keys):
            self._leave(path, "has the API key in it.")
        elif not is_writable(value):
            self._leave(path, "has a character that no config can hold.")
        else:
            return value
        return None

    def _map(self, value: Any, path: Path) -> dict[str, str] | None:
        if isinstance(value, dict):
            pairs = [(key, text, (*path, key)) for key, text in value.items()]
        elif isinstance(value, list):
            pairs = []
            for index, item in enumerate(value):
                if isinstance(item, dict) and isinstance(item.get("key"), str) and "value" in item:
                    pairs.append((item["key"], item["value"], (*path, index, "value")))
                else:
                    self._leave((*path, index), "is no object with `key` and `value`.")
        else:
            self._leave(path, f"is {_kind(value)}; it must be a map of texts.")
            return None
        texts: dict[str, str] = {}
        for key, text, place in pairs:
            if self._text(key, place) is None or (usable := self._text(text, place)) is None:
                continue
            if key in texts:
                self._leave(place, "has a name that came before; the last one is used.")
            texts[key] = usable
        return texts


def _setting(name: str, destination: Destination) -> Setting | None:
    """The setting with this name or label."""
    return destination.setting(destination.labels.get(name, name))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {
        bool: "true or false",
        str: "text",
        list: "a list",
        dict: "an object",
        Unknown: "an expression of Terraform",
    }
    return kinds.get(type(value), "a number")
