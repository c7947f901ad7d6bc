"""The reader of case files: it turns text into frozen cases and reports every mistake at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any, Final

import msgspec

from abtui.core.corpus.cases.model import (
    CASE,
    EXPECT,
    FILE,
    OF_A_REQUEST,
    REQUEST,
    RESULT,
    Case,
    CaseFile,
    CaseReading,
    Expectation,
    Key,
    Reference,
    verdicts_by_key,
)
from abtui.core.corpus.cases.walk import Walk
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destinations import REASONS
from abtui.core.events import Event, SdkDefaults, read_one
from abtui.core.fate import FATES, verdicts_of
from abtui.core.findings import worst
from abtui.core.outcomes import RESULT_VERDICTS, VERDICTS
from abtui.core.segment import event_label
from abtui.core.text.javascript import parse_date
from abtui.core.text.json_text import DEEPEST
from abtui.core.text.secret import Secret, excerpt
from abtui.core.text.yaml_nodes import Form, Items, Node
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import Entry

CASES_FORM: Final = Form(
    codes="CASE",
    noun="case file",
    max_bytes=64 << 20,
    # The body of a request is five levels deep in a case file, and holds the properties of an event.
    max_depth=DEEPEST + 16,
    references=False,
    empty="Write `cases:` with a list of cases, each with an `event` and what to `expect`.",
    large="Refer to events by `file` and `index`, or split the file into several.",
    deep="Is a bracket or an indentation too many?",
)
EXPECTABLE_FATES: Final = tuple(fate for fate in FATES if verdicts_of(fate))
"""Fates that a case can expect: no event of a usable config has an unknown fate."""
_NAME_WIDTH: Final = 120
_ONE_OF_TWO: Final = "Keep one of the two."


def read_cases(text: str, name: str, sdk: SdkDefaults | None = None) -> CaseReading:
    """Read the case file in `text`. `name` is the file's name, for messages and for the sources of events.

    `sdk` completes lines of code; the `now` of the file takes precedence over its time.
    """
    sdk = sdk or SdkDefaults()
    walk = Walk(CASES_FORM, sdk.secrets)
    reader = _Reader(walk, name, sdk)
    # Cases are read one by one, because the nodes of a whole file take twenty times its size.
    tree = parse_yaml(text, name, CASES_FORM, Items("cases", reader.read_case))
    findings = tree.findings
    if tree.root is None:
        return CaseReading(None, findings)
    file = reader.read_file(tree.root)
    # A mistake in a part that aliases repeat is reported once.
    unique = dict.fromkeys((*findings, *walk.findings))
    findings = tuple(sorted(unique, key=lambda item: (item.line or 0, item.column or 0)))
    return CaseReading(None if worst(findings) == "error" else file, findings)


class _Reader:
    def __init__(self, walk: Walk, name: str, sdk: SdkDefaults) -> None:
        self._walk = walk
        self._name = name
        self._sdk = sdk
        self._names: dict[str, int] = {}
        self._count = 0
        # The index, line and values of each case. An event in text is a node, as `now` may still follow.
        self._cases: list[tuple[int, int, dict[str, Any]]] = []

    def read_case(self, node: Node) -> None:
        """Read the next case."""
        walk, index = self._walk, self._count
        self._count += 1
        found = walk.known(node, "a case", CASE)
        if node.kind != "map":
            return
        if "expect" not in found:
            hint = "Write what is expected of the event, at least its `verdict`."
            walk.tell("CASE-MISSING", node, "`expect` is missing.", hint)
        self._check_event_keys(node, found)
        values = self._values(found, CASE)
        if "event" not in values and values.get("events"):
            *values["before"], values["event"] = values["events"]
        if "event" not in values and "file" in values and "index" in values:
            values["event"] = Reference(values["file"], values["index"])
        if "event" in values and "expect" in values:
            self._cases.append((index, node.line, values))

    def read_file(self, root: Node) -> CaseFile:
        """The file, after its cases were read."""
        found = self._walk.known(root, "a case file", FILE)
        if "cases" not in found and root.kind == "map":
            self._walk.tell("CASE-MISSING", root, "`cases` is missing.", CASES_FORM.empty)
        values = self._values(found, FILE)
        if "now" in values:
            self._sdk = msgspec.structs.replace(self._sdk, now=values["now"])
        cases = tuple(case for read in self._cases if (case := self._finished(*read)) is not None)
        return CaseFile(
            cases=cases, config=values.get("config"), now=values.get("now"), request=values.get("request", {})
        )

    def _values(self, found: Mapping[str, Entry], keys: Mapping[str, Key]) -> dict[str, Any]:
        """The values of the entries of a map; those with a mistake are left out."""
        values = {name: self._value(keys[name].kind, member) for name, member in found.items()}
        return {name: value for name, value in values.items() if value is not None or keys[name].kind == "json"}

    def _value(self, kind: str, member: Entry) -> Any:
        """The value of an entry, or None after a mistake."""
        walk = self._walk
        match kind:
            case "text":
                return walk.text(member)
            case "time":
                return self._time(member)
            case "flag":
                return walk.flag(member)
            case "index":
                return walk.index(member)
            case "json":
                return walk.json(member)
            case "object":
                return walk.object(member, "a map of unit types to ids")
            case "verdict":
                return walk.choice(member, VERDICTS)
            case "fate":
                return walk.choice(member, EXPECTABLE_FATES)
            case "reason":
                return walk.choice(member, REASONS)
            case "pattern" | "code":
                return walk.codes(member, patterns=kind == "pattern")
            case "headers":
                return self._headers(member)
            case "request":
                return self._values(walk.known(member.value, "`request`", REQUEST), REQUEST)
            case "event":
                return self._event(member)
            case "events":
                return self._events(member)
            case "expect":
                return self._expect(member)
            case "result":
                return walk.choice(member, RESULT_VERDICTS)
            case "results":
                return self._results(member)
            case "cases":
                self._remaining_cases(member)
        return None

    def _time(self, member: Entry) -> str | None:
        text = self._walk.text(member)
        if text is None or parse_date(text) is not None:
            return text
        hint = "Write it like 2026-01-31T09:15:00.000Z."
        self._walk.tell("CASE-VALUE", member.value, f"`{member.name}` is not a time.", hint)
        return None

    def _headers(self, member: Entry) -> dict[str, str | None]:
        headers: dict[str, str | None] = {}
        for name, value in (self._walk.object(member, "a map of headers") or {}).items():
            if name.lower() == KEY_HEADER.lower():
                message = f"`{name}` carries the API key, which must not be in a file."
                self._walk.tell("CASE-VALUE", member.value, message, "Leave the header out.")
            elif value is not None and not isinstance(value, str):
                hint = "Quote the value; null means that the header is absent."
                self._walk.tell("CASE-TYPE", member.value, f"The header `{name}` wants a text.", hint)
            else:
                headers[name] = value
        return headers

    def _event(self, member: Entry) -> Event | Node | None:
        if member.value.kind == "text":
            return member.value
        value = self._walk.object(member, "an event: a map, or a text that holds one")
        return None if value is None else Event(f"{self._name}#{self._count}", value, line=member.value.line)

    def _events(self, member: Entry) -> list[Event | Node] | None:
        """The events of a list; None after a mistake in one."""
        nodes = member.value.children if member.value.kind == "list" else []
        if not nodes:
            hint = "Write one event after each dash, in time."
            self._walk.wrong(member.value, "`events`", "a list of events", hint)
            return None
        events = [self._event(Entry(member.name, member.key, node)) for node in nodes]
        whole = [event for event in events if event is not None]
        return whole if len(whole) == len(events) else None

    def _expect(self, member: Entry) -> Expectation | None:
        found = self._walk.known(member.value, "`expect`", EXPECT)
        if member.value.kind != "map":
            return None
        if not member.value.children:
            self._walk.tell("CASE-MISSING", member.value, "The case expects nothing.", "Write at least its `verdict`.")
        expect = self._values(found, EXPECT)
        self._check_conflicts(found, expect)
        return expect

    def _results(self, member: Entry) -> dict[str, Expectation] | None:
        """What is expected of each mapping, by its name."""
        found = self._walk.named(member, "a map of mappings")
        if found is None:
            return None
        return {entry.name: self._values(self._walk.known(entry.value, "a result", RESULT), RESULT) for entry in found}

    def _remaining_cases(self, member: Entry) -> None:
        """Read the cases that the parser did not hand over one by one: those of an alias."""
        if member.value.kind != "list":
            self._walk.wrong(member.value, "cases", "a list of cases", "Begin each case with a dash (`- `).")
            return
        for item in member.value.children:
            self.read_case(item)
        if not self._count:
            self._walk.tell("CASE-EMPTY", member.value, "There are no cases.", CASES_FORM.empty)

    def _check_event_keys(self, node: Node, found: Mapping[str, Entry]) -> None:
        """Report a case that does not have either `event`, or `file` and `index`."""
        tell = self._walk.tell
        given = next((key for key in ("event", "events") if key in found), None)
        if given is not None:
            for other in ("events", "file", "index"):
                if other in found and other != given:
                    tell("CASE-CONFLICT", found[other].key, f"The case has both `{given}` and `{other}`.", _ONE_OF_TWO)
        elif "file" not in found:
            tell("CASE-MISSING", node, "The case has no event.", "Write an `event`, or a `file` and an `index`.")
        elif "index" not in found:
            tell("CASE-MISSING", found["file"].key, "`index` is missing.", "1 is the first event of the file.")

    def _check_conflicts(self, found: Mapping[str, Entry], expect: Expectation) -> None:
        """Report expectations that cannot be met together."""
        possible = verdicts_by_key(expect)
        for name, other in combinations(possible, 2):
            if not set(possible[name]) & set(possible[other]):
                message = f"`{name}` is {str(expect[name]).lower()} and the `{other}` is {expect[other]}."
                self._walk.tell("CASE-CONFLICT", found[name].key, message, _ONE_OF_TWO)
                return
        if all("send" in verdicts for verdicts in possible.values()):
            return
        for name in OF_A_REQUEST:
            if name in expect and (expect[name], name) not in ((None, "goal"), ({}, "headers")):
                message = f"`{name}` is about a request, and the case expects that none is made."
                self._walk.tell("CASE-CONFLICT", found[name].key, message, _ONE_OF_TWO)

    def _finished(self, index: int, line: int, values: Mapping[str, Any]) -> Case | None:
        events = [self._read(event, index) for event in (*values.get("before", ()), values["event"])]
        whole = [event for event in events if event is not None]
        if len(whole) < len(events):
            return None
        *before, event = whole
        name = self._unique(values.get("name") or _default_name(event, self._sdk.secrets))
        expect, skip = values["expect"], values.get("skip", "")
        earlier = tuple(item for item in before if isinstance(item, Event))
        return Case(index=index, name=name, line=line, event=event, expect=expect, skip=skip, before=earlier)

    def _read(self, event: Event | Reference | Node, index: int) -> Event | Reference | None:
        """The event of a text; None after a mistake in it."""
        if not isinstance(event, Node):
            return event
        item = read_one(event.value, f"{self._name}#{index + 1}", self._sdk)
        if isinstance(item, Event):
            return item
        error = next(found for found in item.findings if found.severity == "error")
        message = f"The text of the event cannot be read: {error.message}"
        self._walk.tell("CASE-EVENT", event, message, error.hint)
        return None

    def _unique(self, name: str) -> str:
        """`name`, with a number if an earlier case has it, because names identify the cases of a file."""
        self._names[name] = count = self._names.get(name, 0) + 1
        return name if count == 1 else self._unique(f"{name} #{count}")


def _default_name(event: Event | Reference, secrets: Collection[Secret]) -> str:
    if isinstance(event, Reference):
        return excerpt(f"{event.file.rpartition('/')[2]} #{event.index}", _NAME_WIDTH, secrets)
    kind = event.value.get("type")
    name = f"{kind if isinstance(kind, str) else 'event'} {event_label(event.value)}"
    return excerpt(name.strip(), _NAME_WIDTH, secrets)
