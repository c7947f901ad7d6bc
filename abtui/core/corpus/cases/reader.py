"""The reader of case files: text in, frozen cases out, and with them every mistake at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from abtui.core.corpus.cases.expectation import read_expect, read_request
from abtui.core.corpus.cases.model import Case, CaseFile, CaseReading, Expectation, Reference, RequestExpectation
from abtui.core.corpus.cases.names import CASE, FILE
from abtui.core.corpus.cases.walk import Walk
from abtui.core.events import Event, SdkDefaults, Unreadable, read_one
from abtui.core.findings import worst
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
    # A case's body stands five levels deep and holds an event's properties.
    max_depth=DEEPEST + 16,
    references=False,
    empty="Write `cases:` with a list of cases, each with an `event` and what to `expect`.",
    large="Name events by `file` and `index`, or make several files of it.",
    deep="Is a bracket or an indentation too many?",
)
_NAME_WIDTH: Final = 120


def read_cases(text: str, name: str, sdk: SdkDefaults | None = None) -> CaseReading:
    """Read the case file in `text`. `name` is the file's, for messages and the sources of events.

    `sdk` is what lines of code are completed with; the file's own `now` comes before its time.
    """
    sdk = sdk or SdkDefaults()
    walk = Walk(CASES_FORM, sdk.secrets)
    reader = _Reader(walk, name, sdk)
    # Case by case: the nodes of a file take twenty times its size.
    tree = parse_yaml(text, name, CASES_FORM, Items("cases", reader.take))
    findings = tree.findings
    if tree.root is None:
        return CaseReading(None, findings)
    file = reader.file(tree.root)
    # A mistake in a part that aliases repeat is one mistake.
    told = dict.fromkeys((*findings, *walk.findings))
    findings = tuple(sorted(told, key=lambda item: (item.line or 0, item.column or 0)))
    return CaseReading(None if worst(findings) == "error" else file, findings)


class _Pending(NamedTuple):
    """A case before the whole file is read: an event in text waits for the file's `now`, and a name for the event."""

    number: int
    name: str | None
    line: int
    event: Event | Reference | Node
    expect: Expectation
    skip: str


class _Reader:
    def __init__(self, walk: Walk, name: str, sdk: SdkDefaults) -> None:
        self._walk = walk
        self._name = name
        self._sdk = sdk
        self._names: dict[str, int] = {}
        self._count = 0
        self._pending: list[_Pending] = []

    def take(self, node: Node) -> None:
        """Read the next case."""
        pending = self._case(node, self._count)
        self._count += 1
        if pending is not None:
            self._pending.append(pending)

    def file(self, root: Node) -> CaseFile:
        """The file, whose cases were taken."""
        walk = self._walk
        found = walk.known(root, "a case file", FILE)
        now = self._now(found["now"]) if "now" in found else None
        config = walk.text(found["config"]) if "config" in found else None
        request = read_request(walk, found["request"]) if "request" in found else RequestExpectation()
        if "cases" in found:
            self._rest(found["cases"])
        elif root.kind == "map":
            walk.tell("CASE-MISSING", root, "`cases` is missing.", CASES_FORM.empty)
        cases = (self._finished(item) for item in self._pending)
        return CaseFile(
            config=config, now=now, request=request, cases=tuple(case for case in cases if case is not None)
        )

    def _now(self, member: Entry) -> str | None:
        now = self._walk.text(member)
        if now is not None and parse_date(now) is None:
            hint = "Write it like 2026-01-31T09:15:00.000Z."
            self._walk.tell("CASE-VALUE", member.value, "`now` is no time.", hint)
            return None
        if now is not None:
            self._sdk = msgspec.structs.replace(self._sdk, now=now)
        return now

    def _rest(self, member: Entry) -> None:
        """What was not taken while the file was read: the cases of an alias, or no list at all."""
        if member.value.kind != "list":
            self._walk.wrong(member.value, "cases", "a list of cases", "Begin each case with a dash (`- `).")
            return
        for item in member.value.children:
            self.take(item)
        if not self._count:
            self._walk.tell("CASE-EMPTY", member.value, "There is no case.", CASES_FORM.empty)

    def _case(self, node: Node, index: int) -> _Pending | None:
        walk = self._walk
        found = walk.known(node, "a case", CASE)
        if node.kind != "map":
            return None
        name = walk.text(found["name"]) if "name" in found else None
        skip = walk.text(found["skip"]) if "skip" in found else None
        event = self._event(node, found, index)
        expect = self._expect(node, found)
        if event is None or expect is None:
            return None
        return _Pending(index, name, node.line, event, expect, skip or "")

    def _finished(self, pending: _Pending) -> Case | None:
        event = pending.event
        if isinstance(event, Node):
            item = read_one(event.value, f"{self._name}#{pending.number + 1}", self._sdk)
            if isinstance(item, Unreadable):
                error = next(found for found in item.findings if found.severity == "error")
                message = f"The text of the event cannot be read: {error.message}"
                self._walk.tell("CASE-EVENT", event, message, error.hint)
                return None
            event = item
        return Case(
            index=pending.number,
            name=self._unique(_made_name(event, self._sdk.secrets) if pending.name is None else pending.name),
            line=pending.line,
            event=event,
            expect=pending.expect,
            skip=pending.skip,
        )

    def _expect(self, node: Node, found: Mapping[str, Entry]) -> Expectation | None:
        if "expect" not in found:
            hint = "Write what is expected of the event, at least its `verdict`."
            self._walk.tell("CASE-MISSING", node, "`expect` is missing.", hint)
            return None
        return read_expect(self._walk, found["expect"])

    def _event(self, node: Node, found: Mapping[str, Entry], index: int) -> Event | Reference | Node | None:
        walk = self._walk
        if "event" in found:
            for other in ("file", "index"):
                if other in found:
                    message = f"The case has an `event`, and `{other}` as well."
                    walk.tell("CASE-CONFLICT", found[other].key, message, "Keep one of the two.")
            own = found["event"]
            if own.value.kind == "text":
                return own.value
            value: dict[str, Any] | None = walk.object(own, "an event: a map, or a text that holds one")
            return None if value is None else Event(f"{self._name}#{index + 1}", value, line=own.value.line)
        if "file" not in found:
            hint = "Write an `event`, or a `file` and an `index`."
            walk.tell("CASE-MISSING", node, "The case has no event.", hint)
            return None
        if "index" not in found:
            walk.tell("CASE-MISSING", found["file"].key, "`index` is missing.", "1 is the first event of the file.")
            return None
        file, number = walk.text(found["file"]), walk.index(found["index"])
        return None if file is None or number is None else Reference(file, number)

    def _unique(self, name: str) -> str:
        """`name`, with a number if a case before has it: it tells the cases of a file apart."""
        self._names[name] = count = self._names.get(name, 0) + 1
        return name if count == 1 else self._unique(f"{name} #{count}")


def _made_name(event: Event | Reference, secrets: Collection[Secret]) -> str:
    if isinstance(event, Reference):
        return excerpt(f"{event.file.rpartition('/')[2]} #{event.index}", _NAME_WIDTH, secrets)
    kind = event.value.get("type")
    shown = f"{kind if isinstance(kind, str) else 'event'} {event_label(event.value)}"
    return excerpt(shown.strip(), _NAME_WIDTH, secrets)
