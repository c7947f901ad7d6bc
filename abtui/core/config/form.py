"""The settings of a config as Segment's settings page shows them: labelled fields, each with its findings."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from abtui.core.config.exports.tree import config_tree
from abtui.core.config.interpolation import interpolate, masked_text
from abtui.core.config.item_form import ItemField, entries_of, growing_lists, item_fields, plain_value
from abtui.core.config.keys import Quoter, is_variable_name, key_texts
from abtui.core.config.model import not_edited
from abtui.core.config.names import destination_in
from abtui.core.config.walk import Walk
from abtui.core.destination import Destination, Setting, SettingKind
from abtui.core.findings import Finding
from abtui.core.list_section import ListSection
from abtui.core.text.paths import Path
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_tree import Tree
from abtui.core.text.yaml_values import TRUE

_MERGED: Final = "It comes from another part of the file (`<<` or `*`); change it in the YAML."
_FROM: Final = "Merged from line {} (`<<` or `*`); change it in the YAML."
_TYPED: Final = "The YAML has something else than {} here; change it there."


class Row(msgspec.Struct, frozen=True):
    """An entry of a text map, and its 1-based line. `masked`: the API key is in it, so it is not shown."""

    key: str
    value: str
    line: int
    masked: bool = False


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. `path` is its place in the file, present or not; it has the label if the file writes the label.

    `value` is the text as written, with its references; a key in the file is masked (`masked`). `fixed` says why it cannot be
    changed here, or is "". `line` is the line of its key, None if the file lacks it. `grows`: entries can be added all the same,
    as only some of its rows come from another part of the file. Fields of one item of a list have its `section`, and a `group`:
    their heading. `covers`: without it, a merged value (`<<`) counts.
    The field of a list itself, of the kind `list`, has its `section` only.
    """

    setting: Setting
    path: Path
    value: str = ""
    on: bool = False
    rows: tuple[Row, ...] = ()
    masked: bool = False
    fixed: str = ""
    line: int | None = None
    findings: tuple[Finding, ...] = ()
    grows: bool = False
    group: str = ""
    section: ListSection | None = None
    covers: bool = False

    @property
    def name(self) -> str:
        """The setting's name."""
        return self.setting.name

    @property
    def kind(self) -> SettingKind:
        """The setting's kind."""
        return self.setting.kind


class Form(msgspec.Struct, frozen=True):
    """The fields in the order of Segment's page. `problem` says why they cannot be read or changed, or is "".

    `empty`: the text is empty, and the first change writes it. `export`: the file is read, but never changed.
    """

    fields: tuple[Field, ...] = ()
    problem: str = ""
    empty: bool = False
    export: bool = False

    @property
    def refusal(self) -> str:
        """Why nothing can be changed, as a sentence; "" if it can."""
        return self.problem if self.export or not self.problem else f"The YAML has to be mended first: {self.problem}"

    def field(self, name: str) -> Field:
        """The field of a setting. Raises KeyError for an unknown name."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def read_form(text: str, findings: tuple[Finding, ...] = ()) -> Form:
    """The form of a config's text. Each of `findings`, which come from reading the config, goes to the field it is about."""
    tree = config_tree(text, "The config")
    destination = destination_in(tree.root)
    entries, problem, empty = _entries(tree, destination)
    if problem:
        return Form(problem=problem)
    quoter = Quoter(key_texts(tree.root, {}) if tree.root is not None else ())
    fields = [_field(setting, entries.get(setting.name), quoter) for setting in destination.settings]
    about = _about(fields, findings)
    told = [msgspec.structs.replace(field, findings=about[field.name]) for field in fields]
    if tree.root is None or tree.export:
        return Form(tuple(told), not_edited(tree.export), empty, bool(tree.export))
    items = (_of_item(item, quoter, findings) for item in item_fields(tree.root, destination))
    lists = (
        Field(setting=setting, path=(section.name,), section=section)
        for section, setting in growing_lists(tree.root, destination)
    )
    return Form((*told, *items, *lists), empty=empty)


class _Found(msgspec.Struct, frozen=True):
    """A setting in the file: its key as written, and its value. `own`: both are in the map of the settings itself."""

    key: Node
    value: Node
    own: bool


def _entries(tree: Tree, destination: Destination) -> tuple[dict[str, _Found], str, bool]:
    """The settings by name, why there are none, and whether that is because the file is empty."""
    root = tree.root
    if root is None:
        last = tree.findings[-1]
        if last.code == "CONFIG-EMPTY":
            return {}, "", True
        where = f"line {last.line}: " if last.line else ""
        return {}, f"{where}{last.message}", False
    walk = Walk({}, Quoter(()))
    if root.kind != "map":
        return {}, "the config is not a map of keys.", False
    section = next((entry for entry in walk.entries(root, ()) if entry.name == "settings"), None)
    if section is None or section.value.kind == "null":
        return {}, "", False
    if section.value.kind != "map":
        return {}, f"line {section.key.line}: `settings` is not a map of keys.", False
    node = section.value
    own = {id(key) for key in node.children[::2]}
    found: dict[str, _Found] = {}
    for entry in walk.entries(node, ("settings",)):
        name = destination.labels.get(entry.name, entry.name)
        if destination.setting(name) is not None and (entry.name == name or name not in found or not found[name].own):
            if entry.name != name and name in found:
                continue
            found[name] = _Found(entry.key, entry.value, id(entry.key) in own and not node.alias)
    return found, "", False


def _field(setting: Setting, found: _Found | None, quoter: Quoter) -> Field:
    kind = setting.kind
    field = Field(setting=setting, path=("settings", setting.name))
    if found is None:
        return field
    node = found.value
    changes = {
        "path": ("settings", found.key.value),
        "line": found.key.line,
        "fixed": "" if found.own and not (node.alias and kind == "map") else _MERGED,
    }
    if kind == "map":
        changes |= _map(node, quoter)
        changes["grows"] = not changes["fixed"] or (found.own and not node.alias and changes["fixed"] == _MERGED)
    elif kind == "toggle":
        changes["on"] = node.kind == "bool" and node.value.lower() in TRUE
    elif node.kind in ("map", "list", "other"):
        changes["fixed"] = _TYPED.format("text")
    elif kind == "secret":
        changes["masked"] = bool(node.value) and not is_reference(node.value)
        changes["value"] = _without_key(node.value) if changes["masked"] else node.value
    else:
        changes["masked"] = _has_key(node.value, quoter)
        changes["value"] = quoter.shown(node.value) if changes["masked"] else node.value
    return msgspec.structs.replace(field, **changes)


def _of_item(item: ItemField, quoter: Quoter, findings: tuple[Finding, ...]) -> Field:
    """A field of an item of a list."""
    found = None if item.key is None or item.value is None else _Found(item.key, item.value, own=True)
    field = Field(setting=item.setting, path=item.path, on=bool(item.setting.first))
    if found is not None and item.setting.spoken:
        field = _spoken(field, found, item.section, quoter)
    elif found is not None:
        field = _field(item.setting, found, quoter)
    at = tuple(finding for finding in findings if field.line is not None and finding.line == field.line)
    fixed = _FROM.format(field.line) if item.merged else field.fixed
    return msgspec.structs.replace(
        field, path=item.path, group=item.group, section=item.section, findings=at, fixed=fixed, covers=item.covers
    )


def _spoken(field: Field, found: _Found, section: ListSection, quoter: Quoter) -> Field:
    """A field whose values are shown as its list shows them."""
    node = found.value
    changes: dict[str, Any] = {"line": found.key.line}
    if node.alias or (node.kind == "map" and any(key.merge for key, _value in node.pairs)):
        changes["fixed"] = _MERGED
    if field.kind == "map":
        pairs = [(item.name, section.shown_value(plain_value(item.value)), item.key.line) for item in entries_of(node)]
        changes["rows"] = tuple(
            Row(quoter.shown(key), quoter.shown(value), line, _has_key(key, quoter) or _has_key(value, quoter))
            for key, value, line in pairs
        )
    else:
        value = section.shown_value(plain_value(node))
        changes |= {"value": quoter.shown(value), "masked": _has_key(value, quoter)}
    return msgspec.structs.replace(field, **changes)


def is_reference(text: str) -> bool:
    """Whether the text of an API key consists of references to variables only, so that no part of the key is in it."""
    result = interpolate(text, {})
    return not result.written and not result.odd and all(is_variable_name(name) for name in result.unset)


def _without_key(text: str) -> str:
    """The text of an API key with the key masked; references stay if they have names of variables."""
    masked = masked_text(text, lambda written: Secret(written).masked, is_variable_name)
    return Secret(text).masked if masked is None else masked


def _has_key(text: str, quoter: Quoter) -> bool:
    return any(key in text for key in quoter.texts)


def _map(node: Node, quoter: Quoter) -> dict[str, object]:
    """The rows of a text map, or why it has none."""
    if node.kind == "null":
        return {}
    if node.kind != "map":
        return {"fixed": _TYPED.format("a map of texts")}
    rows: dict[str, Row] = {}
    fixed = ""
    for key, value in node.pairs:
        if key.merge or key.kind in ("map", "list", "other") or value.kind in ("map", "list", "other"):
            fixed = _MERGED if key.merge else _TYPED.format("a text")
            continue
        if key.value in rows:
            fixed = f"The key of line {key.line} stands twice; change that in the YAML."
        masked = _has_key(key.value, quoter) or _has_key(value.value, quoter)
        texts = (quoter.shown(key.value), quoter.shown(value.value)) if masked else (key.value, value.value)
        rows[key.value] = Row(*texts, key.line, masked)
    return {"rows": tuple(rows.values())} | ({"fixed": fixed} if fixed else {})


def _about(fields: list[Field], findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    """The findings of each field: those whose message names its path, as every finding about a setting does."""
    return {
        field.name: tuple(item for item in findings if f"`settings.{field.name}" in item.message) for field in fields
    }
