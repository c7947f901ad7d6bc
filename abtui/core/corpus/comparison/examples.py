"""One event that changes, field by field."""

from __future__ import annotations

from typing import Any

from abtui.core.corpus.comparison.fields import ABSENT, field_changes
from abtui.core.corpus.comparison.masking import Shown
from abtui.core.corpus.comparison.model import Change, Example, FrameChange
from abtui.core.destination import Decision
from abtui.core.destinations import reason
from abtui.core.events import Event
from abtui.core.outcomes import Fate
from abtui.core.report import FieldChange
from abtui.core.segment import event_name


def example(
    event: Event,
    change: Change,
    fates: tuple[Fate, Fate],
    frame: tuple[FrameChange, ...],
    codes: FieldChange | None,
    shown: Shown,
    before: Event | None = None,
) -> Example:
    """The event and everything that differs. `fates` are those under both configs, `frame` is what differs around every body, `codes` the findings' codes.

    `before` is the event as OLD got it, where it was another one then.
    """
    old, new, value = change.old, change.new, event.value
    found = []
    if old.verdict != new.verdict:
        found.append(FieldChange("verdict", old.verdict, new.verdict))
    if fates[0] != fates[1]:
        found.append(FieldChange("fate", *fates))
    reasons = _reason(old, value if before is None else before.value), _reason(new, value)
    if reasons[0] != reasons[1]:
        found.append(FieldChange("reason", *reasons))
    if old.verdict == new.verdict == "send":
        found += [
            FieldChange(item.name if item.name == "URL" else f"header {item.name}", item.old, item.new)
            for item in frame
        ]
    found += field_changes(_body(old), _body(new))
    if codes is not None:
        found.append(codes)
    kind, name, message_id = value.get("type"), event_name(value), value.get("messageId")
    return Example(
        source=shown.text(event.source),
        type=shown.text(kind) if isinstance(kind, str) else None,
        name=None if name is None else shown.text(name),
        message_id=shown.text(message_id) if isinstance(message_id, str) else None,
        kinds=tuple(shown.text(item) for item in change.kinds),
        changes=tuple(FieldChange(shown.text(item.path), *shown.pair(item.old, item.new)) for item in found),
    )


def _reason(decision: Decision, event: dict[str, Any]) -> str:
    told = reason(decision, event)
    return f"{told.code}: {told.message}"


def _body(decision: Decision) -> Any:
    return decision.body if decision.verdict == "send" else ABSENT
