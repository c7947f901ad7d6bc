"""Reads the values of a case file. A value of another type than wanted is a finding at its place."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Any

from abtui.core.findings import RULES, code_hint
from abtui.core.text import yaml_walk
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_nodes import Form, Node
from abtui.core.text.yaml_values import Entry, Quoter


class Walk:
    """Reads one case file by its entries. `secrets` are API keys that no finding may quote."""

    def __init__(self, form: Form, secrets: Collection[Secret] = ()) -> None:
        self._walk = yaml_walk.Walk(form, Quoter(secrets))
        self.findings = self._walk.findings
        self.tell = self._walk.tell
        self.quoted = self._walk.quoter.shown

    def wrong(self, value: Node, name: str, wanted: str, hint: str = "") -> None:
        """Report that the `value` of the key `name` is not `wanted`."""
        self._walk.wrong(value, (name,), wanted, hint)

    def known(self, node: Node, what: str, names: Iterable[str]) -> dict[str, Entry]:
        """The entries of a map of fixed names, those without a value too; `what` is a noun for the map."""
        return self._walk.known(node, what, names, empty=True)

    def named(self, entry: Entry, wanted: str) -> list[Entry] | None:
        """The entries of a map whose keys the user chooses; None if it is no map."""
        found = self._walk.named(entry.value, (entry.name,), wanted)
        return found if entry.value.kind == "map" else None

    def text(self, entry: Entry) -> str | None:
        """A text that is not blank; a date is the text as it is written."""
        value = entry.value
        text = value.value if value.kind == "date" else None
        if text is None and (read := self._walk.text(value, (entry.name,))) is not None:
            text = read.value
        if text is not None and not text.strip():
            self.tell("CASE-VALUE", value, f"`{entry.name}` is empty.", "Write something, or leave the key out.")
            return None
        return text

    def flag(self, entry: Entry) -> bool | None:
        """A boolean. Words such as `yes`, which only YAML 1.1 reads as one, are refused."""
        value = self.json(entry) if entry.value.kind == "bool" else self._walk.toggle(entry.value, (entry.name,))
        return value if isinstance(value, bool) and entry.value.kind == "bool" else None

    def index(self, entry: Entry) -> int | None:
        """A whole number from 1."""
        value = self.json(entry) if entry.value.kind in ("number", "text") else None
        hint = "1 is the first event of the file."
        if type(value) is not int:
            self.wrong(entry.value, entry.name, "a whole number", hint)
            return None
        if value < 1:
            self.tell("CASE-VALUE", entry.value, f"`{entry.name}` is {value}.", hint)
            return None
        return value

    def json(self, entry: Entry) -> Any:
        """Any JSON value."""
        return self._walk.json(entry.value)

    def object(self, entry: Entry, wanted: str) -> dict[str, Any] | None:
        """A JSON object."""
        value = self.json(entry) if entry.value.kind in ("map", "other") else None
        if isinstance(value, dict):
            return value
        self.wrong(entry.value, entry.name, wanted)
        return None

    def choice(self, entry: Entry, choices: Iterable[str]) -> str | None:
        """One of `choices`."""
        text = self.text(entry)
        if text is None or text in (choices := tuple(choices)):
            return text
        named = {name.upper(): name for name in choices}
        near = difflib.get_close_matches(text.upper(), named, n=1, cutoff=0.5)
        hint = f"Did you mean `{named[near[0]]}`?" if near else f"Known: {', '.join(choices)}."
        self.tell("CASE-VALUE", entry.value, f"There is no {entry.name} `{self.quoted(text)}`.", hint)
        return None

    def codes(self, entry: Entry, *, patterns: bool) -> tuple[str, ...] | None:
        """A list of codes of findings, or of patterns of codes."""
        if entry.value.kind != "list":
            self.wrong(entry.value, entry.name, "a list of finding codes", f"Write `{entry.name}: [UNIT-NONE]`.")
            return None
        texts = [(item, self.text(Entry(entry.name, entry.key, item))) for item in entry.value.children]
        for item, text in texts:
            if text is None:
                continue
            hint = code_hint(text)
            if hint is not None:
                self.tell("CASE-VALUE", item, f"There is no finding with the code `{self.quoted(text)}`.", hint)
            elif not patterns and text not in RULES:
                message = f"`{entry.name}` names each code; `{self.quoted(text)}` is a pattern."
                self.tell("CASE-VALUE", item, message, "Write out the codes.")
        return tuple(text for _item, text in texts if text is not None)
