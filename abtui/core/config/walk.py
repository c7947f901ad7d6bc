"""Walking the YAML tree of a config: each value in its wanted type, and a finding wherever it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from abtui.core.config.interpolation import interpolate
from abtui.core.config.keys import Quoter, is_variable_name
from abtui.core.config.names import unknown_key_hint
from abtui.core.findings import Finding, finding
from abtui.core.text.yaml_nodes import Kind, Node

Path = tuple[str, ...]

_KINDS: Final[Mapping[Kind, str]] = {
    "map": "a map",
    "list": "a list",
    "text": "text",
    "number": "a number",
    "bool": "a toggle",
    "date": "a date",
    "null": "nothing",
    "other": "a type of its own",
}
THE_CONFIG: Final = "the config"
_TRUE: Final = frozenset({"yes", "true", "on"})
# Looking for the nearest name takes some 0.1 ms, which a file of thousands of wrong keys need not spend on each.
_GUESSES: Final = 200


class Entry(msgspec.Struct, frozen=True):
    """A key of a map with its value. `name` is the key as written, or the setting's name where the file has its label."""

    name: str
    key: Node
    value: Node


class Text(msgspec.Struct, frozen=True):
    """A text value. `unset`: a variable in it is not set, or set to nothing. `written`: what of it stands in the file.

    `variable` is the first that is unset, where its name is sure to be no part of a key.
    """

    value: str
    node: Node
    unset: bool = False
    written: tuple[str, ...] = ()
    variable: str = ""


class Walk:
    """Collects the findings, and the keys met, by their paths. `whole` is what messages call all of the file.

    `homes` are sentences that say where names belong that are met in the wrong map.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        quoter: Quoter,
        whole: str = THE_CONFIG,
        homes: Mapping[str, str] | None = None,
    ) -> None:
        self.env, self.homes = env, homes
        self.whole = whole
        self.findings: list[Finding] = []
        self.keys: dict[Path, Node] = {}
        self.quoter = quoter

    def tell(self, code: str, at: Node, message: str, hint: str = "") -> None:
        """Add a finding at the place of `at`."""
        self.findings.append(finding(code, message, hint, line=at.line, column=at.column, config_line=at.line))

    def wrong(self, value: Node, path: Path, wanted: str, hint: str) -> None:
        """Tell that `value` is not `wanted`. The value itself is not quoted: it may be the API key."""
        if value.kind == "other":
            hint = "Remove the `!…` before it, or quote the text."
        what = f"`{self.quoter.key_path(path)}`" if path else f"{self.whole[0].upper()}{self.whole[1:]}"
        self.tell("CONFIG-TYPE", value, f"{what} wants {wanted}; this is {_KINDS[value.kind]}.", hint)

    # Maps

    def entries(self, node: Node, path: Path) -> list[Entry]:
        """The entries of a map, by key in the file's order; of equal keys the last. `<<` is merged as PyYAML does: first."""
        merged: dict[str, Entry] = {}
        own: dict[str, Entry] = {}
        for key, value in zip(node.children[::2], node.children[1::2], strict=True):
            if key.merge:
                for entry in self._merge(value, (*path, "<<")):
                    merged.setdefault(entry.name, entry)
            elif key.kind in ("map", "list", "other"):
                self.tell(
                    "CONFIG-TYPE",
                    key,
                    f"A key in {f'`{self.quoter.key_path(path)}`' if path else self.whole} is {_KINDS[key.kind]}; keys are text.",
                    "Quote the key.",
                )
            else:
                if (first := own.get(key.value)) is not None:
                    message = f"`{self.quoter.key_path((*path, key.value))}` stands in line {first.key.line}, too; the value here is used."
                    self.tell("CONFIG-DUPLICATE-KEY", key, message, "Remove one of the two.")
                own[key.value] = Entry(key.value, key, value)
        return list((merged | own).values())

    def _merge(self, value: Node, path: Path) -> list[Entry]:
        maps = value.children if value.kind == "list" else [value]
        entries: dict[str, Entry] = {}
        for node in maps:
            if node.kind != "map":
                self.wrong(
                    node,
                    path,
                    "a map, or a list of maps",
                    "`<<: *name` takes over the entries of a map marked `&name`.",
                )
                continue
            for entry in self.entries(node, path):
                entries.setdefault(entry.name, entry)
        return list(entries.values())

    def known(
        self, node: Node, path: Path, names: Iterable[str], *, labels: Mapping[str, str] | None = None
    ) -> dict[str, Entry]:
        """The entries of a map of fixed names, which `labels` may stand for. Entries without a value are left out, unknown ones told."""
        if node.kind != "map":
            self.wrong(node, path, "a map of keys", f"Below it come {', '.join(f'`{name}`' for name in names)}.")
            return {}
        entries = self.entries(node, path)
        names = tuple(names)
        present = {entry.name for entry in entries}
        found: dict[str, Entry] = {}
        for entry in entries:
            name = entry.name
            label = (labels or {}).get(name)
            if name not in names and label is not None and label in names:
                ignored = label in present
                self._tell_label(entry, (*path, label), ignored)
                if ignored:
                    continue
                name = label
            if name not in names:
                self._tell_unknown(entry, path, names)
                continue
            self.keys[(*path, name)] = entry.key
            if entry.value.kind != "null":
                found[name] = Entry(name, entry.key, entry.value)
        return found

    def _tell_label(self, entry: Entry, path: Path, ignored: bool) -> None:
        also = f" `{path[-1]}` stands here, too, and is used." if ignored else ""
        self.tell(
            "CONFIG-LABEL",
            entry.key,
            f"`{entry.name}` is what Segment's form says for `{self.quoter.key_path(path)}`.{also}",
            "Remove it." if ignored else f"Write `{path[-1]}`.",
        )

    def _tell_unknown(self, entry: Entry, path: Path, names: tuple[str, ...]) -> None:
        self.tell(
            "CONFIG-UNKNOWN-KEY",
            entry.key,
            f"`{self.quoter.key_path((*path, entry.name))}` is not known and is ignored.",
            unknown_key_hint(entry.name, names, guess=len(self.findings) < _GUESSES, homes=self.homes),
        )

    def named(self, node: Node, path: Path, what: str) -> list[Entry]:
        """The entries of a map whose keys the user chooses. A key that YAML takes for no text is used as it is written."""
        if node.kind != "map":
            self.wrong(node, path, what, "Write one `key: value` a line below it.")
            return []
        entries = self.entries(node, path)
        for entry in entries:
            self.keys[(*path, entry.name)] = entry.key
            if entry.key.kind != "text":
                message = f"The key `{self.quoter.shown(entry.name)}` in `{self.quoter.key_path(path)}` is {_KINDS[entry.key.kind]} to YAML; it is used as it is written."
                self.tell("CONFIG-KEY-NOT-TEXT", entry.key, message, "Quote the key.")
        return entries

    # Values

    def text(self, value: Node, path: Path, *, secret: bool = False) -> Text | None:
        """A text with its variables replaced, or None after a finding. `secret`: it is an API key."""
        if value.kind != "text":
            self.wrong(
                value,
                path,
                "text",
                "Quote it." if value.kind in ("number", "bool", "date") else "Write text behind the key.",
            )
            return None
        result = interpolate(value.value, self.env)
        # A variable that is set to nothing is someone's wish, unless it leaves nothing at all.
        empty = () if result.value or result.unset else result.empty
        for name in (*result.unset, *empty):
            self._tell_unset(value, path, name, "set to nothing" if name in empty else "not set", secret)
        if result.odd:
            self.tell(
                "CONFIG-ENV-FORM",
                value,
                f"`{self.quoter.key_path(path)}` has a `${{` that is no reference; it stays as it is.",
                "Write `${NAME}` or `${NAME:-default}`; `$${` means a literal `${`.",
            )
        unset = (*result.unset, *empty)
        variable = unset[0] if unset and is_variable_name(unset[0]) else ""
        return Text(result.value, value, bool(unset), result.written, variable)

    def _tell_unset(self, value: Node, path: Path, name: str, state: str, secret: bool) -> None:
        plain = not secret or is_variable_name(name)
        message = f"`{self.quoter.key_path(path)}`: {f'`{self.quoter.shown(name)}`' if plain else 'its variable'} is {state}, so the value is empty."
        hint = (
            "Set it before sending; mapping needs none."
            if secret
            else f"Set it, or write `${{{self.quoter.shown(name)}:-default}}`."
        )
        self.tell("CONFIG-KEY-UNSET" if secret else "CONFIG-ENV-UNSET", value, message, hint)

    def toggle(self, value: Node, path: Path) -> bool:
        """A YAML boolean. False after a finding."""
        if value.kind != "bool":
            self.wrong(
                value, path, "true or false", "Write `true` or `false`, without quotes; a variable cannot stand here."
            )
            return False
        return value.value.lower() in _TRUE

    def text_map(self, value: Node, path: Path) -> dict[str, Text]:
        """A map of texts, in the file's order."""
        entries = self.named(value, path, "a map of texts")
        texts = ((entry.name, self.text(entry.value, (*path, entry.name))) for entry in entries)
        return {name: text for name, text in texts if text is not None}

    def text_set(self, value: Node, path: Path) -> frozenset[str] | None:
        """A list of texts as a set; None after a finding."""
        texts = self.text_list(value, path)
        return None if texts is None else frozenset(text.value for text in texts)

    def text_list(self, value: Node, path: Path) -> list[Text] | None:
        """A list of texts; None after a finding."""
        if value.kind != "list":
            self.wrong(value, path, "a list of texts", "Write `[one, two]`, or one `- item` a line.")
            return None
        texts = [self.text(item, path) for item in value.children]
        return [text for text in texts if text is not None]

    def choice(
        self, value: Node, path: Path, choices: tuple[str, ...], otherwise: Callable[[str], None] | None = None
    ) -> str | None:
        """One of `choices`, or None after a finding: CONFIG-TYPE, unless `otherwise` tells it."""
        text = self.text(value, path)
        if text is None or text.value in choices:
            return None if text is None else text.value
        if otherwise is not None:
            otherwise(text.value)
        else:
            listed = " or ".join(f"`{choice}`" for choice in choices)
            self.tell(
                "CONFIG-TYPE",
                value,
                f"`{self.quoter.key_path(path)}` wants {listed}; this is `{self.quoter.shown(text.value)}`.",
                unknown_key_hint(text.value, choices),
            )
        return None
