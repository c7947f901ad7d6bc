"""The moves of a comparison in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from abtui.core.corpus.comparison.causes import Cause
from abtui.core.corpus.comparison.moves import Move, Moves, NamedEvents
from abtui.core.corpus.comparison.settings import KeyPath
from abtui.core.fate import FATES, SENT_FATES
from abtui.core.outcomes import Fate
from abtui.core.text.plain import one_line, plural

_NAMED: Final = ("track", "page", "screen")
"""The types of events that have a name of their own."""
_MOST_LINES: Final = 3
_VALUE: Final = 60
_ENTRY: Final = 3
_ITEM: Final = 2
"""The steps of the paths of an entry of a map, and of an item of a list."""


class Part(msgspec.Struct, frozen=True):
    """A part of a sentence. `fate` gives it a mark and a colour; None where it has none."""

    text: str
    fate: Fate | None = None


def now_words(fate: Fate, events: int) -> str:
    """What events do now: `4 now arrive`, `1 is now ignored`."""
    words = FATES[fate].one if events == 1 else FATES[fate].several
    verb, _, rest = words.partition(" ")
    return f"{events:,} {verb} now {rest}" if verb in ("is", "are") else f"{events:,} now {words}"


def sentence(moves: Moves) -> tuple[Part, ...]:
    """`of 101 events:` and `4 now arrive`, `9 now never leave`, `85 stay as they are`, each a part."""
    found = [Part(f"of {plural(moves.events, 'event')}:")]
    counts = {fate: sum(move.events for move in moves.moves if move.now == fate) for fate in FATES}
    found += [Part(now_words(fate, events), fate) for fate, events in counts.items() if events]
    if changed := sum(move.events for move in moves.changed):
        found.append(Part(f"{changed:,} {'changes' if changed == 1 else 'change'} otherwise"))
    found.append(Part(f"{moves.stay:,} {'stays as it is' if moves.stay == 1 else 'stay as they are'}"))
    return tuple(found)


def short_sentence(moves: Moves) -> tuple[Part, ...]:
    """`4 more events arrive` and `None is lost`: what a change of the config brings, in one part or two."""
    found = []
    if moves.gained:
        now = _most(move for move in moves.moves if move.is_gain)
        words = FATES[now].one if moves.gained == 1 else FATES[now].several
        found.append(Part(f"{plural(moves.gained, 'more event')} {words}", now))
    if moves.lost:
        noun = f"{moves.lost:,}" if found else plural(moves.lost, "event")
        found.append(Part(f"{noun} {'is' if moves.lost == 1 else 'are'} lost", _most(_losses(moves))))
    elif found:
        found.append(Part("None is lost"))
    if found:
        return tuple(found)
    others = sum(move.events for move in (*moves.moves, *moves.changed))
    if not others:
        return (Part("No event changes"),)
    return Part(f"{plural(others, 'event changes', 'events change')}"), Part("None is lost")


def _losses(moves: Moves) -> Iterator[Move]:
    return (move for move in moves.moves if move.is_loss)


def _most(moves: Iterator[Move]) -> Fate:
    """The fate that most events of these moves have now."""
    counts: dict[Fate, int] = {}
    for move in moves:
        counts[move.now] = counts.get(move.now, 0) + move.events
    return max(counts, key=lambda fate: counts[fate])


def which(move: Move, most: int = 2, width: int = _VALUE) -> str:
    """The names of the events: `screen Home 3, Tent Finder 2, 3 more`, or `Signed Up: signup, now sign_up`."""
    if len(move.names) == 1 and not move.unlisted:
        return _label(move.names[0], "track", width) + _goals(move, width)
    told, kind, parts = 0, "track", []
    for item in move.names[:most]:
        parts.append(f"{_label(item, kind, width)} {item.events:,}")
        told, kind = told + item.events, item.type
    if told and (more := move.events - told):
        parts.append(f"{more:,} more")
    return ", ".join(parts)


def _label(item: NamedEvents, last: str, width: int) -> str:
    """A name, with the type of the event before it unless the name before it has the same, or none is needed."""
    if item.name is None:
        return f"{item.type} without a name" if item.type in _NAMED else item.type
    name = one_line(item.name, width)
    return name if item.type == last else f"{item.type} {name}"


def _goals(move: Move, width: int) -> str:
    if len(move.goals) != 1 or move.goals[0].events != move.events:
        return ""
    old, new = (None if text is None else one_line(text, width) for text in (move.goals[0].old, move.goals[0].new))
    return "" if old is None or new is None or old == new else f": {old}, now {new}"


def because(move: Move) -> tuple[tuple[str, str], ...]:
    """The settings that do it, each with its lines: `environment` and `line 14: staging, now production`."""
    found = []
    for path in move.settings:
        causes = [cause for cause in move.causes if cause.setting == path]
        found.append((setting_name(path), ", ".join(_lines(causes))))
    if move.edited:
        found.append(("the events", "their own text was edited"))
    return tuple(found)


def setting_name(path: KeyPath) -> str:
    """A setting by its name, with the section before it unless it is among `settings`."""
    return path[1] if path[0] == "settings" and len(path) > 1 else ".".join(path)


def _lines(causes: Sequence[Cause]) -> Iterator[str]:
    entries = [cause for cause in causes if len(cause.path) >= _ENTRY and cause.path[0] == "settings"]
    for cause in causes:
        if cause not in entries:
            yield _of_one(cause)
    changed, added = (_numbers(entries, kind) for kind in ("changed", "added"))
    if changed:
        yield line_words(changed)
    if added:
        yield f"{line_words(added)} added"
    removed = sorted({cause.old_line for cause in entries if cause.kind == "removed" and cause.old_line is not None})
    if removed:
        yield f"{line_words(removed)} of before removed"


def _numbers(causes: Sequence[Cause], kind: str) -> list[int]:
    return sorted({cause.line for cause in causes if cause.kind == kind and cause.line is not None})


def _of_one(cause: Cause) -> str:
    """A setting that is no map: `line 14: true, now false`; an item of a list by its name: `mapping Orders, line 95`."""
    if cause.kind == "removed":
        return "removed" if cause.old_line is None else f"line {cause.old_line} of before removed"
    if (cause.new or "").startswith("{") and len(cause.path) == _ITEM:
        section, name = cause.path
        at = "" if cause.line is None else f", line {cause.line}"
        return f"{section.removesuffix('s')} {one_line(name, _VALUE)}{at}"
    old, new = (one_line(text, _VALUE) if text is not None else None for text in (cause.old, cause.new))
    said = "another order" if cause.kind == "order" else f"{new}" if old is None else f"{old}, now {new}"
    return said if cause.line is None else f"line {cause.line}: {said}"


def line_words(lines: Sequence[int]) -> str:
    """`line 14`, `lines 20 and 21`, `lines 20, 21 and 4 more`."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    if len(lines) <= _MOST_LINES:
        return f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    return f"lines {', '.join(map(str, lines[: _MOST_LINES - 1]))} and {len(lines) - _MOST_LINES + 1} more"


def what_differs(move: Move) -> str:
    """What is another one where the fate stays: the payload, the whole request, or why nothing is sent."""
    if move.now not in SENT_FATES:
        return "reason"
    return "payload" if move.names else "request"


def title(move: Move) -> str:
    """What the events of a move are: `The 8 that are lost`, `The one that now arrives`."""
    one = move.events == 1
    if move.is_loss:
        said = "is lost" if one else "are lost"
    elif move.was == move.now:
        said = "changes otherwise" if one else "change otherwise"
    else:
        said = f"now {FATES[move.now].one if one else FATES[move.now].several}"
    return f"The {'one' if one else f'{move.events:,}'} that {said}"


def take_back_words(move: Move) -> tuple[str, str]:
    """The action that takes a move back, and its result: `Take back line 14` and `the 8 arrive again`; both "" for an edit alone."""
    if not move.causes:
        return "", ""
    lines = sorted({cause.line for cause in move.causes if cause.kind != "removed" and cause.line is not None})
    gone = sorted({cause.old_line for cause in move.causes if cause.kind == "removed" and cause.old_line is not None})
    parts = [f"take back {line_words(lines)}"] if lines else []
    parts += [f"bring back {line_words(gone)} of before"] if gone else []
    said = " and ".join(parts) or "take it back"
    words = FATES[move.was].one if move.events == 1 else FATES[move.was].several
    result = f"{words} again" if move.was != move.now else "is as it was" if move.events == 1 else "are as they were"
    return f"{said[0].upper()}{said[1:]}", f"{'it' if move.events == 1 else f'the {move.events:,}'} {result}"
