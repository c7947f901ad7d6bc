"""Reading what a case expects."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, Final

from msgspec import UNSET

from abtui.core.corpus.cases.model import Expectation, RequestExpectation
from abtui.core.corpus.cases.names import EXPECT, OF_A_REQUEST, REQUEST
from abtui.core.corpus.cases.walk import Walk
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destinations import REASONS
from abtui.core.fate import FATES, verdicts_of
from abtui.core.outcomes import VERDICTS, Verdict
from abtui.core.text.yaml_values import Entry

_FIELDS: Final = {"exactBody": "exact_body", "noFindings": "no_findings", "onlyFindings": "only_findings"}


def read_request(walk: Walk, member: Entry) -> RequestExpectation:
    """The expectations of a request around its body."""
    return _request(walk, walk.known(member.value, "`request`", REQUEST))


def _request(walk: Walk, found: Mapping[str, Entry]) -> RequestExpectation:
    url = walk.text(found["url"]) if "url" in found else None
    headers = _headers(walk, found["headers"]) if "headers" in found else {}
    return RequestExpectation(url, headers)


def _headers(walk: Walk, member: Entry) -> dict[str, str | None]:
    read = walk.object(member, "a map of headers")
    headers: dict[str, str | None] = {}
    for name, value in (read or {}).items():
        if name.lower() == KEY_HEADER.lower():
            message = f"`{name}` carries the API key, which stands in no file."
            walk.tell("CASE-VALUE", member.value, message, "Leave the header out.")
        elif value is not None and not isinstance(value, str):
            walk.tell(
                "CASE-TYPE",
                member.value,
                f"The header `{name}` wants a text.",
                "Quote it; null says that there is none.",
            )
        else:
            headers[name] = value
    return headers


def read_expect(walk: Walk, member: Entry) -> Expectation | None:
    """What is expected of an outcome, or None after a finding that leaves nothing to expect."""
    found = walk.known(member.value, "`expect`", EXPECT)
    if member.value.kind != "map":
        return None
    if not member.value.children:
        walk.tell("CASE-MISSING", member.value, "The case expects nothing.", "Write at least its `verdict`.")
    fields: dict[str, Any] = {}
    for name, entry in found.items():
        value = _value(walk, entry, EXPECT[name].kind)
        if value is not UNSET:
            fields[_FIELDS.get(name, name)] = value
    expect = Expectation(request=_request(walk, found), **fields)
    _conflicts(walk, found, expect)
    return expect


def _value(walk: Walk, member: Entry, kind: str) -> Any:
    """The value of a key that is no part of the request's frame; UNSET after a finding."""
    value: Any = None
    if kind == "json":
        return walk.json(member)
    if kind == "flag":
        value = walk.flag(member)
    elif kind == "verdict":
        value = walk.choice(member, VERDICTS)
    elif kind == "fate":
        # A config that can be used leaves no fate unknown.
        value = walk.choice(member, [fate for fate in FATES if verdicts_of(fate)])
    elif kind == "reason":
        value = walk.choice(member, REASONS)
    elif kind == "object":
        value = walk.object(member, "a map of unit types to ids")
    elif kind in ("pattern", "code"):
        value = walk.codes(member, patterns=kind == "pattern")
    return UNSET if value is None else value


def _conflicts(walk: Walk, found: Mapping[str, Entry], expect: Expectation) -> None:
    """Tell expectations of which only one can be met."""
    possible: dict[str, tuple[str, tuple[Verdict, ...]]] = {}
    """Of each word that says what happens: how it is written, and the verdicts under which it can be met."""
    if expect.sent is not UNSET:
        verdicts = tuple(verdict for verdict in VERDICTS if (verdict == "send") == expect.sent)
        possible["sent"] = str(expect.sent).lower(), verdicts
    if expect.verdict is not UNSET:
        possible["verdict"] = expect.verdict, (expect.verdict,)
    if expect.fate is not UNSET:
        possible["fate"] = expect.fate, verdicts_of(expect.fate)
    for (name, (word, these)), (other, (said, those)) in combinations(possible.items(), 2):
        if not set(these) & set(those):
            message = f"`{name}` is {word} and the `{other}` is {said}."
            walk.tell("CASE-CONFLICT", found[name].key, message, "Keep one of the two.")
            return
    unsent = any("send" not in verdicts for _, verdicts in possible.values())
    nothing = {"goal": expect.goal is None, "headers": not expect.request.headers}
    for name in OF_A_REQUEST if unsent else ():
        if name in found and not nothing.get(name, False):
            message = f"`{name}` is about a request, and the case expects that none is made."
            walk.tell("CASE-CONFLICT", found[name].key, message, "Keep one of the two.")
