"""Walking the YAML tree of a case file: each value in its wanted type, and a finding wherever it is not."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from abtui.core.config.names import unknown_key_hint
from abtui.core.findings import RULES, Finding, code_hint, finding
from abtui.core.text.secret import Secret, excerpt
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import Member, json_value, members

Tree = Mapping[str, Member]

_KINDS: Final = {"map": "a map", "list": "a list", "bool": "a truth value", "number": "a number", "null": "nothing"}
_CODES: Final = {"type": "CASE-TYPE", "duplicate": "CASE-DUPLICATE-KEY"}
_WIDTH: Final = 60
_GUESSES: Final = 200
"""Findings up to which the nearest name is looked for: that takes some 0.1 ms."""


class Walk:
    """Collects the findings of one case file. `secrets` are keys that none of them may quote."""

    def __init__(self, secrets: Collection[Secret] = ()) -> None:
        self.findings: list[Finding] = []
        self.secrets = secrets

    def tell(self, code: str, at: Node, message: str, hint: str = "") -> None:
        """Add a finding at the place of `at`."""
        self.findings.append(finding(code, message, hint, line=at.line, column=at.column))

    def quoted(self, text: str) -> str:
        """A text of the file, as a message quotes it."""
        return excerpt(text, _WIDTH, self.secrets)

    def tell_value(self, what: str, at: Node, message: str, hint: str) -> None:
        """Add a mistake that `yaml_values` found."""
        self.tell(_CODES[what], at, message, hint)

    def wrong(self, value: Node, name: str, wanted: str, hint: str = "") -> None:
        """Tell that `value` is not `wanted`."""
        self.tell("CASE-TYPE", value, f"`{name}` wants {wanted}; this is {_kind(value)}.", hint)

    def known(self, node: Node, what: str, names: Iterable[str]) -> dict[str, Member]:
        """The entries of a map of fixed names, `what` in words; unknown ones are told. Entries without a value are there, too."""
        names = tuple(names)
        if node.kind != "map":
            message = f"{what[0].upper()}{what[1:]} is a map of keys; this is {_kind(node)}."
            self.tell("CASE-TYPE", node, message, f"Known here: {', '.join(f'`{known}`' for known in names)}.")
            return {}
        found = {}
        for member in members(node, self.tell_value, self.secrets):
            if member.name in names:
                found[member.name] = member
                continue
            hint = unknown_key_hint(member.name, names, guess=self._guesses())
            message = f"`{self.quoted(member.name)}` is no key of {what}."
            self.tell("CASE-UNKNOWN-KEY", member.key, message, hint)
        return found

    def _guesses(self) -> bool:
        return len(self.findings) < _GUESSES

    def text(self, member: Member) -> str | None:
        """A text that says something; a date is the text it is written as."""
        value = member.value
        if value.kind not in ("text", "date"):
            hint = "Quote it." if value.kind in ("number", "bool") else "Write a text behind the key."
            self.wrong(value, member.name, "a text", hint)
            return None
        if not value.value.strip():
            self.tell("CASE-VALUE", value, f"`{member.name}` is empty.", "Write something, or leave the key out.")
            return None
        return value.value

    def flag(self, member: Member) -> bool | None:
        """A truth value."""
        value = json_value(member.value, self.tell_value, self.secrets) if member.value.kind == "bool" else None
        if member.value.kind != "bool":
            self.wrong(member.value, member.name, "true or false", "Write `true` or `false`, without quotes.")
        return value if isinstance(value, bool) else None

    def index(self, member: Member) -> int | None:
        """A whole number from 1."""
        value = (
            json_value(member.value, self.tell_value, self.secrets) if member.value.kind in ("number", "text") else None
        )
        if type(value) is not int:
            self.wrong(member.value, member.name, "a whole number", "1 is the first event of the file.")
            return None
        if value < 1:
            self.tell("CASE-VALUE", member.value, f"`{member.name}` is {value}.", "1 is the first event of the file.")
            return None
        return value

    def json(self, member: Member) -> Any:
        """Any JSON value."""
        return json_value(member.value, self.tell_value, self.secrets)

    def object(self, member: Member, wanted: str) -> dict[str, Any] | None:
        """A JSON object."""
        if member.value.kind == "map":
            value: dict[str, Any] = json_value(member.value, self.tell_value, self.secrets)
            return value
        if member.value.kind == "other":
            value = json_value(member.value, self.tell_value, self.secrets)
            if isinstance(value, dict):
                return value
        self.wrong(member.value, member.name, wanted)
        return None

    def choice(self, member: Member, choices: Iterable[str]) -> str | None:
        """One of `choices`."""
        text = self.text(member)
        if text is None or text in (choices := tuple(choices)):
            return text
        near = difflib.get_close_matches(text.upper(), {name.upper(): name for name in choices}, n=1, cutoff=0.5)
        named = {name.upper(): name for name in choices}
        hint = f"Did you mean `{named[near[0]]}`?" if near else f"Known: {', '.join(choices)}."
        message = f"`{self.quoted(text)}` is no {member.name} there is."
        self.tell("CASE-VALUE", member.value, message, hint)
        return None

    def codes(self, member: Member, *, patterns: bool) -> tuple[str, ...] | None:
        """A list of codes of findings, or of patterns of them."""
        if member.value.kind != "list":
            self.wrong(member.value, member.name, "a list of finding codes", f"Write `{member.name}: [UNIT-NONE]`.")
            return None
        found = []
        for item in member.value.children:
            text = self.text(Member(member.name, member.key, item))
            if text is None:
                continue
            found.append(text)
            hint = code_hint(text)
            if hint is not None:
                message = f"`{self.quoted(text)}` is the code of no finding."
                self.tell("CASE-VALUE", item, message, hint)
            elif not patterns and text not in RULES:
                message = f"`{member.name}` names each code; `{self.quoted(text)}` is a pattern."
                self.tell("CASE-VALUE", item, message, "Write out the codes.")
        return tuple(found)


def _kind(node: Node) -> str:
    return _KINDS.get(node.kind, "a text" if node.kind in ("text", "date") else "a type of its own")


def placed(item: Finding) -> Finding:
    """A finding of the YAML parser, whose place is in no config."""
    return msgspec.structs.replace(item, config_line=None)
