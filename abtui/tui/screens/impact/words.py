"""The words of the Impact screen, as rows of pieces."""

from __future__ import annotations

from typing import Final, NamedTuple

from abtui.core.corpus.comparison.move_words import Part, because, line_words, sentence, what_differs, which
from abtui.core.corpus.comparison.moves import Move
from abtui.core.journey import Journey
from abtui.core.outcomes import Fate
from abtui.core.text.plain import one_line
from abtui.tui.kit.drawing import Piece, width_of
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.sentence import Row
from abtui.tui.screens.impact.subject import Subject
from abtui.tui.state import State

_AGAINST: Final = 40
_LONG: Final = (" as they are", " as it is", " are", " is")
"""What the sentence leaves out where there is less room, and where there is little."""
_SHORT: Final = (*_LONG, " otherwise", " now")


class Empty(NamedTuple):
    """Why there is nothing to show, the one thing to do (with what it takes), and another way."""

    why: str
    action: str = ""
    takes: str = ""
    other: str = ""


def empty_of(state: State, subject: Subject | None) -> Empty | None:
    """What is said in place of moves; None if there are some."""
    if state.session.mapper is None:
        return Empty(state.session.why_unmapped)
    if not len(state.corpus):
        return Empty("There are no events to compare. o opens files of them, and a paste adds some.")
    compare = "Compare with another config", "a file, or git:HEAD:path for one as committed"
    if subject is None:
        pin = "b pins the outcomes as they are now; 3 changes the config, and what that does to all events shows here."
        return Empty(
            "Here you see which events a change of the config moves, and the line that does it.", *compare, pin
        )
    if subject.progress.all_moves:
        return None
    if subject.progress.share < 1:
        return Empty("No event changes so far.")
    same = "No event changes: each goes the same way under both configs."
    return Empty(same, *compare, "3 changes the config, and what that does to all events shows here.")


def headline(subject: Subject, width: int, signs: Signs) -> Row:
    """The sentence in the longest form that has room: words, then numbers alone."""
    moves, share = subject.progress.moves, subject.progress.share
    name = signs.text(one_line(subject.baseline.name, _AGAINST))
    against = Piece(f"Against {name}", bold=True)
    if moves is None:
        return [against, Piece(f": comparing, {share:.0%} so far", "soft")]
    first, *parts = sentence(moves)
    so_far = [Piece(f"  {share:.0%} compared", "unknown")] if share < 1 else []
    row: Row = []
    forms = [(f", {first.text}", "  ", (), len(parts)), (":", " ", (), len(parts)), (":", " ", _LONG, len(parts))]
    forms += [(":", " ", _SHORT, said) for said in range(len(parts), -1, -1)]
    for lead, space, cut, said in forms:
        row = [against, Piece(lead, "soft"), *_parts(parts, signs, space, cut, said), *so_far]
        if width_of(row) <= width:
            return row
    return [Piece(name, bold=True), *row[1:]]


def _parts(parts: list[Part], signs: Signs, space: str, cut: tuple[str, ...], said: int) -> Row:
    """The parts without the words `cut`; of those with a fate, all after the first `said` have only their number."""
    row: Row = []
    for at, part in enumerate(parts):
        row += [Piece("," if at else "", "soft"), Piece(space)]
        text = part.text
        for word in cut:
            text = text.replace(word, "")
        if part.fate is None:
            row.append(Piece(text, "text" if at == len(parts) - 1 else "soft"))
            continue
        text = text if at < said else text.partition(" ")[0]
        row += [*marked(part.fate, signs), Piece(text, LOOKS[part.fate].role, bold=True)]
    return row


def marked(fate: Fate, signs: Signs, space: str = " ") -> Row:
    """The mark of a fate in its colour."""
    return [Piece(f"{signs.mark(fate)}{space}", LOOKS[fate].role)]


def leg(lead: str, journey: Journey, signs: Signs, width: int, lines: str = "", sent: str = "") -> Row:
    """`was ● arrives as the goal Screen: Home`, `now ■ never leaves: screen views are off, line 14`; or what is `sent`."""
    look = LOOKS[journey.fate]
    start = [Piece(f"{lead} ", "soft" if lead == "was" else "text", bold=lead != "was")]
    start += [*marked(journey.fate, signs), Piece(look.word, look.role, bold=True)]
    end = [Piece(", ", "text"), Piece(lines, bold=True)] if lines else []
    for why in (f"as {sent}",) if sent else (journey.why, journey.short):
        joint = "" if not why else " " if why.startswith("as ") else ": "
        for row in ([*start, Piece(signs.text(f"{joint}{why}")), *end], [*start, Piece(signs.text(f"{joint}{why}"))]):
            if width_of(row) <= width:
                return row
    return row


def said(now: Journey, signs: Signs, width: int, *, still: bool) -> Row:
    """What the systems say, and that nobody is told, which goes last. `still`: Segment said the same before."""
    told = Piece(f" {now.told}" if now.told else "", bold=True)
    full = now.says.replace("Segment says", "Segment still says") if still else now.says
    rows = [[Piece(signs.text(text), "soft"), told] for text in (full, now.says, now.says.partition(", ")[0])]
    return next((row for row in rows if width_of(row) <= width), rows[-1])


def plate_of(move: Move, name: str) -> str:
    """What the plate says beside the fate of now: which event is shown, and how many share its move."""
    more = move.events - 1
    others = "" if not more else f", and {more:,} more{' that arrived' if move.is_loss else ''}"
    return f"{name}{others}"


def lines_of(move: Move) -> str:
    """The lines that do it: `line 14`, `line 11 and the old line 19`."""
    lines = sorted({cause.line for cause in move.causes if cause.kind != "removed" and cause.line is not None})
    gone = sorted({cause.old_line for cause in move.causes if cause.kind == "removed" and cause.old_line is not None})
    told = [line_words(lines)] if lines else []
    return " and ".join([*told, *([f"the old {line_words(gone)}"] if gone else [])])


def causes_of(move: Move) -> tuple[str, str]:
    """The settings, and their lines with what they say, each in one text."""
    found = because(move)
    return ", ".join(name for name, _ in found), "; ".join(lines for _, lines in found)


def now_word(move: Move) -> str:
    """The word for what the events are now."""
    if move.was != move.now:
        return LOOKS[move.now].word
    return f"other {what_differs(move)}"


def names_of(move: Move, room: int) -> str:
    """The names of the events, as many as have room."""
    if not move.names:
        return "all that are sent"
    forms = [which(move, most) for most in (3, 2, 1)]
    return next((form for form in forms if len(form) <= room), forms[-1])
