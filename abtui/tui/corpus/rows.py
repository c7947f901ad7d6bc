"""The row of an event: the values that the list shows and the filter tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from abtui.core.causes import shortfall
from abtui.core.checks import REPEATED, RecentIds, usable_id
from abtui.core.config.model import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import REASONS
from abtui.core.events import Event, Stored, Unreadable, read_stored
from abtui.core.findings import RULES, Finding
from abtui.core.journey import becomes
from abtui.core.outcomes import UNSUBSCRIBED, Outcome, Part
from abtui.core.segment import EVENT_TYPES, event_label, is_event
from abtui.core.text.secret import Secret, hide_all
from abtui.tui.kit.event_row import EventRow


class _Users(msgspec.Struct, gc=False):
    userId: Any = None
    anonymousId: Any = None


class _Id(msgspec.Struct, gc=False):
    type: Any = None
    messageId: Any = None


_decode_id = msgspec.json.Decoder(_Id).decode
_decode_users = msgspec.json.Decoder(_Users).decode


def summary(
    item: Event | Unreadable,
    outcome: Outcome | None,
    secrets: Collection[Secret] = (),
    config: Config | None = None,
) -> EventRow:
    """The row of an item in the list, with the keys `secrets` masked. `config` is the one that the outcome was made under.

    Without an outcome, that is without a usable config, the row of an event still has a type and a name.
    """
    findings = item.findings if outcome is None else outcome.findings
    errors = sum(1 for finding in findings if finding.severity == "error")
    warnings = sum(1 for finding in findings if finding.severity == "warning")
    codes = tuple(dict.fromkeys(finding.code for finding in findings))
    if isinstance(item, Event) and outcome is None:
        kind = item.value.get("type")
        return EventRow(
            type=kind if isinstance(kind, str) else "?",
            name=hide_all(event_label(item.value), secrets),
            verdict="unmapped",
            source=item.source,
        )
    if isinstance(item, Unreadable) or outcome is None:
        return EventRow(
            type="",
            name=item.findings[0].message,
            verdict="unreadable",
            fate="unreadable",
            errors=errors,
            warnings=warnings,
            source=item.source,
            codes=codes,
        )
    counts = is_event(item.value)
    goal = _goal(outcome)
    sent_as = becomes(outcome, config) if counts and config is not None else ""
    return EventRow(
        type=outcome.type or "?",
        name=hide_all(event_label(item.value), secrets),
        verdict=outcome.verdict if counts else "unreadable",
        fate=outcome.fate if counts else "unreadable",
        errors=errors,
        warnings=warnings,
        source=outcome.source,
        reason=outcome.reason.code if counts else "",
        goal=goal,
        codes=codes,
        # Most rows become their goal, and a million rows share the text of their shape.
        becomes=goal if sent_as == goal else hide_all(sent_as, secrets),
        lost=shortfall(outcome, config) if counts and config is not None else "",
        more=max(0, len(outcome.requests) - 1) if sent_as else 0,
        mappings=_mappings(outcome, secrets),
        results=tuple(dict.fromkeys(result.verdict for result in outcome.results or ())),
        other_goals=_other_goals(outcome, goal),
    )


def _mappings(outcome: Outcome, secrets: Collection[Secret]) -> tuple[str, ...]:
    """The mappings that are for an event, of a destination that has several."""
    results = (result for result in outcome.results or () if result.verdict not in UNSUBSCRIBED)
    return tuple(hide_all(result.mapping, secrets) for result in results)


def _other_goals(outcome: Outcome, first: str) -> tuple[str, ...]:
    """The goals of an event's requests beside the first, each once."""
    goals = dict.fromkeys(map(_goal, outcome.results or ()))
    return tuple(goal for goal in goals if goal and goal != first)


def _goal(outcome: Part) -> str:
    outcome = outcome.leading
    if outcome.request is None or not REASONS[outcome.reason.code].goal:
        # Goals inside an exposure do not belong to the event.
        return ""
    body = outcome.request.body
    goals = body.get("goals") if isinstance(body, dict) else None
    name = goals[0].get("name") if isinstance(goals, list) and goals and isinstance(goals[0], dict) else None
    return name if isinstance(name, str) else ""


def users_of(item: Stored) -> tuple[str, ...]:
    """The userId and anonymousId of an item."""
    try:
        read = _decode_users(item.text)
        ids: tuple[object, ...] = (read.userId, read.anonymousId)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        event = read_stored(item)
        value: Mapping[str, object] = event.value if isinstance(event, Event) else {}
        ids = (value.get("userId"), value.get("anonymousId"))
    return tuple(str(value) for value in ids if isinstance(value, str | int | float))


def message_id_of(item: Stored) -> str | None:
    """The messageId of an item that may repeat another item's, or None."""
    if item.broken:
        return None
    try:
        read = _decode_id(item.text)
        return usable_id(read.messageId) if read.type in EVENT_TYPES else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        event = read_stored(item)
        if not isinstance(event, Event) or not is_event(event.value):
            return None
        return usable_id(event.value.get("messageId"))


def map_stored(
    item: Stored,
    mapper: Mapper,
    recent: RecentIds | None = None,
    observe: Callable[[Event, Outcome], None] | None = None,
) -> tuple[EventRow, Finding | None]:
    """Read and map one item. Returns its row, and the finding about a repeated messageId, if there is one.

    `observe` is called with the event and its outcome.
    """
    event = read_stored(item, mapper.config.secrets)
    if isinstance(event, Unreadable):
        return summary(event, None), None
    outcome = mapper.outcome(event, recent=recent)
    if observe is not None:
        observe(event, outcome)
    repeated = next((found for found in outcome.findings if found.code == REPEATED.code), None)
    return summary(event, outcome, mapper.config.secrets, mapper.config), repeated


def with_code(row: EventRow, code: str, *, there: bool) -> EventRow:
    """The row with a finding of `code` added or, if `there` is false, removed."""
    codes = tuple(other for other in row.codes if other != code)
    by = (len(codes) == len(row.codes)) if there else -(len(codes) < len(row.codes))
    severity = RULES[code].severity
    return msgspec.structs.replace(
        row,
        codes=(*codes, code) if there else codes,
        errors=row.errors + by * (severity == "error"),
        warnings=row.warnings + by * (severity == "warning"),
    )
