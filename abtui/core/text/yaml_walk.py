"""Reads the YAML tree of a file value by value: each in the type that is wanted, or with a finding at its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.paths import Path
from abtui.core.text.plain import letters
from abtui.core.text.yaml_nodes import Form, Node, at
from abtui.core.text.yaml_values import (
    KINDS,
    TRUE,
    UNKNOWN_HINT,
    UNTAGGED,
    WIDTH,
    Entry,
    Quoter,
    entries,
    json_value,
    unknown_value,
)

# A search for the nearest name takes about 0.1 ms: too long for each of thousands of wrong keys.
_GUESSES: Final = 200


class Text(msgspec.Struct, frozen=True):
    """A text and its node. The other fields are for a text with variables in it.

    `unset`: one of the variables is not set, or is set to nothing and leaves the text empty. `variable` is the first of
    these, if its name is certain to be no part of an API key. `written` are the pieces of the text that the file contains.
    `stands_in`: it was not a key but the mask of one, and is empty for that reason.
    """

    value: str
    node: Node
    unset: bool = False
    written: tuple[str, ...] = ()
    variable: str = ""
    stands_in: bool = False


class Walk:
    """Reads one file and collects its findings, and the nodes of its keys by their paths. `whole` is the file's name in messages."""

    homes: Mapping[str, str] = {}
    """A hint for each name that belongs to another map of the file: it says to which."""

    def __init__(self, form: Form, quoter: Quoter, whole: str = "", *, first_wins: bool = False) -> None:
        """With `first_wins` the first of two equal keys counts, else the last."""
        self.codes = form.codes
        self.whole = whole or f"the {form.noun}"
        self.findings: list[Finding] = []
        self.keys: dict[Path, Node] = {}
        self.quoter = quoter
        self._first_wins = first_wins

    def tell(self, code: str, node: Node, message: str, hint: str = "") -> None:
        """Add a finding at the place of `node`."""
        self.findings.append(at(node.line, node.column, code, message, hint))

    def mistake(self, code_end: str, node: Node, message: str, hint: str) -> None:
        """Add a finding whose code begins with the code of the file's form."""
        self.tell(f"{self.codes}-{code_end}", node, message, hint)

    def wrong(self, value: Node, path: Path | str, wanted: str, hint: str) -> None:
        """Report a `value` that is not `wanted`. The value itself is not quoted: it may be an API key. For `path` see `known`."""
        if value.kind == "unknown" and not isinstance(path, str):
            name = f"`{self.quoter.key_path(path)}`"
            self.mistake("UNKNOWN-VALUE", value, f"{name} {unknown_value(value, self.quoter)}", UNKNOWN_HINT)
            return
        hint = UNTAGGED if value.kind == "other" else hint
        whole = path if isinstance(path, str) else self.whole
        name = f"`{self.quoter.key_path(path)}`" if path and path is not whole else f"{whole[0].upper()}{whole[1:]}"
        self.mistake("TYPE", value, f"{name} must be {wanted}; it is {KINDS[value.kind]}.", hint)

    def hint(self, name: str, known: Iterable[str]) -> str:
        """The hint for a name that is not known."""
        return unknown_key_hint(name, known, guess=len(self.findings) < _GUESSES, homes=self.homes)

    # Maps

    def entries(self, node: Node, path: Path) -> list[Entry]:
        """The entries of a map in the file's order, with those that `<<` merges. Duplicate keys are reported."""
        return entries(node, self.mistake, self.quoter, path, first=self._first_wins)

    def known(
        self,
        node: Node,
        path: Path | str,
        names: Iterable[str],
        *,
        labels: Mapping[str, str] = {},
        empty: bool = False,
    ) -> dict[str, Entry]:
        """The entries of a map whose keys are among `names`; other keys are reported. `labels` are other words for some of the names.

        `path` is the path of the map, or a noun for it, such as `a case`. Entries without a value are left out, unless `empty`.
        """
        names = tuple(names)
        if node.kind != "map":
            hint = f"Known here: {', '.join(f'`{name}`' for name in names)}."
            self.wrong(node, path, "a map of keys", hint)
            return {}
        path, where = ((), f"in {path}") if isinstance(path, str) else (path, "and is ignored")
        found: dict[str, Entry] = {}
        every = self.entries(node, path)
        present = {entry.name for entry in every}
        for entry in every:
            name = entry.name
            if name not in names and labels.get(name) in names:
                name = labels.get(name, name)
                replaced = name in present or name in found
                self._tell_label(entry, (*path, name), is_label=entry.name in labels, replaced=replaced)
                if replaced:
                    continue
            if name not in names:
                message = f"`{self.quoter.key_path((*path, name))}` is not known {where}."
                self.mistake("UNKNOWN-KEY", entry.key, message, self.hint(name, names))
                continue
            self.keys[(*path, name)] = entry.key
            if empty or entry.value.kind != "null":
                found[name] = entry if name == entry.name else Entry(name, entry.key, entry.value)
        return found

    def _tell_label(self, entry: Entry, path: Path, *, is_label: bool, replaced: bool) -> None:
        used = f" `{path[-1]}` is there as well and is used." if replaced else ""
        name = f"`{self.quoter.key_path(path)}`"
        what = f"is the label of {name} in Segment's form." if is_label else f"is taken for {name}."
        message = f"`{self.quoter.shown(entry.name)}` {what}{used}"
        self.mistake("LABEL", entry.key, message, "Remove it." if replaced else f"Write `{path[-1]}`.")

    def named(self, node: Node, path: Path, wanted: str) -> list[Entry]:
        """The entries of a map whose keys the user chooses. A key that YAML does not read as text is used as it is written."""
        if node.kind != "map":
            self.wrong(node, path, wanted, "Write one `key: value` per line below it.")
            return []
        found = self.entries(node, path)
        for entry in found:
            self.keys[(*path, entry.name)] = entry.key
            if entry.key.kind != "text":
                key = f"The key `{self.quoter.shown(entry.name)}` in `{self.quoter.key_path(path)}`"
                message = f"{key} is {KINDS[entry.key.kind]} to YAML; it is used as it is written."
                self.mistake("KEY-NOT-TEXT", entry.key, message, "Quote the key.")
        return found

    # Values

    def text(self, value: Node, path: Path) -> Text | None:
        """A text; None after a finding."""
        if value.kind == "text":
            return Text(value.value, value)
        hint = "Quote it." if value.kind in ("number", "bool", "date") else "Write text after the key."
        self.wrong(value, path, "text", hint)
        return None

    def toggle(self, value: Node, path: Path) -> bool:
        """A YAML boolean; False after a finding."""
        if value.kind == "bool":
            return value.value.lower() in TRUE
        self.wrong(value, path, "true or false", "Write `true` or `false`, without quotes and not as a variable.")
        return False

    def text_map(self, value: Node, path: Path) -> dict[str, Text]:
        """A map of texts, in the file's order."""
        found = self.named(value, path, "a map of texts")
        texts = ((entry.name, self.text(entry.value, (*path, entry.name))) for entry in found)
        return {name: text for name, text in texts if text is not None}

    def text_set(self, value: Node, path: Path) -> frozenset[str] | None:
        """A list of texts as a set; None after a finding."""
        texts = self.text_list(value, path)
        return None if texts is None else frozenset(text.value for text in texts)

    def text_list(self, value: Node, path: Path) -> list[Text] | None:
        """A list of texts; None after a finding."""
        if value.kind != "list":
            self.wrong(value, path, "a list of texts", "Write `[one, two]`, or one `- item` per line.")
            return None
        texts = [self.text(item, path) for item in value.children]
        return [text for text in texts if text is not None]

    def choice(
        self, value: Node, path: Path, choices: tuple[str, ...], otherwise: Callable[[str], None] | None = None
    ) -> str | None:
        """One of `choices`; None after a finding. `otherwise` reports a text that is none of them, in place of a TYPE finding."""
        text = self.text(value, path)
        if text is None or text.value in choices:
            return None if text is None else text.value
        if otherwise is not None:
            otherwise(text.value)
        else:
            listed = " or ".join(f"`{choice}`" for choice in choices)
            message = f"`{self.quoter.key_path(path)}` must be {listed}; it is `{self.quoter.shown(text.value)}`."
            self.mistake("TYPE", value, message, self.hint(text.value, choices))
        return None

    def json(self, value: Node) -> Any:
        """Any JSON value."""
        return json_value(value, self.mistake, self.quoter)


def unknown_key_hint(key: str, known: Iterable[str], *, guess: bool = True, homes: Mapping[str, str] = {}) -> str:
    """The hint for a `key` where only the names `known` are understood.

    Without `guess` no similar name is looked for. `homes` are hints for names that belong to another map.
    """
    by_letters = {letters(name): name for name in known}
    plain = letters(key[:WIDTH])
    if plain in by_letters:
        return f"Write `{by_letters[plain]}`; names are case-sensitive."
    stuck = letters(key[:WIDTH].partition(":")[0])
    if ":" in key and stuck in by_letters:
        return f"Write a space after the colon of `{by_letters[stuck]}:`."
    if key in homes:
        return homes[key]
    near = difflib.get_close_matches(plain, by_letters, n=1, cutoff=0.6) if guess else []
    if near:
        return f"Did you mean `{by_letters[near[0]]}`?"
    return "Known here: " + ", ".join(f"`{name}`" for name in by_letters.values()) + "."
