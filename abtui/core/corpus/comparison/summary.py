"""The result of a comparison in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from abtui.core.corpus.comparison.model import ChangeClass, ComparisonResult, Crossing, UnitChange
from abtui.core.destinations import short_reason
from abtui.core.fate import SENT_FATES
from abtui.core.report import Sentence, Tone
from abtui.core.report.shape import shortened
from abtui.core.text.plain import listed, plural

SAYS: Final[dict[ChangeClass, str]] = {
    "verdict": "in the verdict",
    "fate": "in the fate",
    "reason": "in the reason",
    "goal": "in the goal",
    "units": "in the units",
    "body": "in another part of the body",
    "request": "in the request around the same body",
    "findings": "in the findings",
}
"""What changes in the events of each class."""
_MOST_NAMED: Final = 4
_NAME: Final = 200
"""Characters of a name in a sentence."""


def summary(result: ComparisonResult) -> Iterator[Sentence]:
    """How many events change and in what, the most important changes in words, and what was not compared."""
    events = plural(result.events, "event")
    yield from _crossing(result)
    if result.changed:
        ways = [f"{item.events:,} {SAYS[item.name]}" for item in result.classes if item.events]
        verb = "changes" if result.changed == 1 else "change"
        yield Sentence(f"{result.changed:,} of {events} {verb}: {', '.join(ways)}.", "warning")
        if sum(item.events for item in result.classes) > result.changed:
            yield Sentence("An event can change in several ways, and is counted in each.", "dim")
        for text in (*_sent(result), *_moved(result), *_renamed(result), *_units(result)):
            yield Sentence(text, "warning")
    else:
        yield Sentence(f"None of {events} changes.", "good" if result.whole else "plain")
    if not result.settings:
        yield Sentence("No setting differs.", "plain" if result.changed or not result.whole else "good")
    elif not result.changed:
        differ = plural(len(result.settings), "setting differs, but changes", "settings differ, but change")
        yield Sentence(f"{differ} nothing that was compared in these events.", "warning")
    for text in left_out(result):
        yield Sentence(text, "bad")


def crossing_rows(found: Crossing) -> Iterator[tuple[str, int, Tone]]:
    """How events fare at two destinations: in words, their number, and how grave it is. An event can be in several rows."""
    times = ", ".join(f"{item.events:,} {item.by}" for item in found.times)
    yield "the same", found.same, "good"
    yield "sent twice if both are connected", found.sent_twice, "warning"
    yield "lost: arrives, or is accepted, with the old one only", found.lost, "bad"
    yield "new: arrives, or is accepted, with the new one only", found.new, "warning"
    yield "sent with another goal", found.other_goal, "bad"
    yield "sent with other units", found.other_units, "bad"
    yield "sent with other properties", found.other_properties, "warning"
    yield f"sent with another time{f' ({times})' if times else ''}", found.other_time, "warning"
    yield "sent with other headers", found.other_headers, "warning"
    yield "arrives with neither", found.neither, "plain"


def _crossing(result: ComparisonResult) -> Iterator[Sentence]:
    """The numbers above that matter most to a move, in one sentence each."""
    found = result.crossing
    if found is None:
        return
    events = plural(result.events, "event")
    same, lost, new = (f"{count:,} {'is' if count == 1 else 'are'}" for count in (found.same, found.lost, found.new))
    yield Sentence(f"Of {events}, {same} the same at both destinations, {lost} lost, {new} new.")
    if found.sent_twice:
        them = "it" if found.sent_twice == 1 else "them"
        yield Sentence(f"Both send {found.sent_twice:,}: connected together, they send {them} twice.", "warning")


def headline(result: ComparisonResult) -> Iterator[Sentence]:
    """The summary without what the tables show in detail: how many events change, and what was not compared."""
    if not result.changed:
        yield from summary(result)
        return
    yield from _crossing(result) if result.crossing is not None else (next(summary(result)),)
    for text in left_out(result):
        yield Sentence(text, "dim")


def left_out(result: ComparisonResult) -> Iterator[str]:
    """What was not compared because it could not be read."""
    if result.unread:
        yield f"{plural(result.unread, 'input')} could not be read in full, and what is missing is not compared."
    if result.unreadable:
        pieces = plural(result.unreadable, "piece of text is", "pieces of text are")
        yield f"{pieces} no event and left out."


def _sent(result: ComparisonResult) -> Iterator[str]:
    """Events that only one of the configs sends, and why the new one does not."""
    gone: Counter[str] = Counter()
    came = 0
    for item in result.reasons:
        if item.old_verdict == "send" != item.new_verdict:
            gone[item.new_reason] += item.events
        elif item.new_verdict == "send" != item.old_verdict:
            came += item.events
    if gone:
        why = ", ".join(f"{events:,} {short_reason(reason)}" for reason, events in gone.most_common())
        yield f"{plural(gone.total(), 'event is', 'events are')} no longer sent: {why}."
    if came:
        yield f"{plural(came, 'event is sent that was', 'events are sent that were')} not sent before."


def _moved(result: ComparisonResult) -> Iterator[str]:
    """Changed fates of events that both configs send."""
    moves = [
        (events, f"{events:,} {old} -> {new}")
        for old in SENT_FATES
        for new, events in result.fates[old].items()
        if events and new in SENT_FATES and new != old
    ]
    if moves:
        moves.sort(key=lambda move: -move[0])
        yield f"Fates of events sent with both configs: {listed([text for _, text in moves], _MOST_NAMED)}."


def _renamed(result: ComparisonResult) -> Iterator[str]:
    names = [
        f"{item.events:,} {_name(item.old)} -> {_name(item.new)}"
        for item in result.goals.changes
        if item.kind == "renamed"
    ]
    if names:
        yield f"Goals renamed: {listed(names, _MOST_NAMED, complete=not result.goals.uncounted)}."


def _units(result: ComparisonResult) -> Iterator[str]:
    if result.units:
        units = [f"{item.events:,} {unit_words(item, one=item.events == 1)}" for item in result.units]
        yield f"Units of events sent with both configs: {listed(units, _MOST_NAMED, complete=not result.uncounted_units)}."


def _name(name: str | None) -> str:
    return shortened(name or "", _NAME)


def unit_words(item: UnitChange, *, one: bool) -> str:
    """A changed unit as a verb: `have customer in place of user_id`. `one` gives the singular, for one event."""
    has = "has" if one else "have"
    match item.kind:
        case "renamed":
            return f"{has} {_name(item.new)} in place of {_name(item.old)}"
        case "uid":
            return f"{has} another id for {_name(item.new)}"
        case "gained":
            return f"{'gains' if one else 'gain'} {_name(item.new)}"
        case "lost":
            return f"{'loses' if one else 'lose'} {_name(item.old)}"
        case "order":
            return f"{has} them in another order"
