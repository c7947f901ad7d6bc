"""The words of the Live screen, as rows of pieces."""

from __future__ import annotations

from typing import Final

from abtui.core.text.plain import one_line, plural
from abtui.tui.kit.drawing import Piece, cut, width_of
from abtui.tui.kit.marks import LOOKS, RowFate, Signs
from abtui.tui.kit.sentence import Row, counted
from abtui.tui.live import LiveView, Loss

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_NARROW: Final = 74
_LEAST: Final = 8
WHY: Final = "Point your site's SDK at this machine, and each event shows here as it comes."
LISTEN: Final = ("Enter", "Listen")
LISTENS: Final = "for SDKs on this machine"
OTHER: Final = "Nothing is sent on: the SDK is answered as Segment would."


def headline(view: LiveView, counts: dict[RowFate, int], now: int, width: int, signs: Signs) -> Row:
    """`Listening at http://127.0.0.1:8765 for 3 min:  214 events, ● 171 arrive, ...`, or the counts alone where there is little room."""
    lead = [
        Piece("Listening", bold=True),
        Piece(" at ", "soft"),
        Piece(view.address, "accent", bold=True),
        Piece(f" for {duration(now - view.began)}: ", "soft"),
    ]
    if view.ended:
        lead = [Piece(f"{view.ended}: ", bold=True)]
    if not any(counts.values()):
        said = "nothing came" if view.ended else "waiting for the first event"
        return [*lead, Piece(said, "soft")] if width_of(lead) + len(said) <= width else lead[:-1]
    if width < _NARROW:
        return counted(counts, width, signs)
    return [*lead, *counted(counts, width - width_of(lead), signs)]


def duration(seconds: float) -> str:
    """A time span in a word or two: `40 s`, `3 min`, `2 h`."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    return f"{whole // _MINUTE} min" if whole < _HOUR else f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def loss_row(loss: Loss, width: int, signs: Signs) -> Row:
    """`■ 11 screen Home, Cart  screens are off`."""
    cause, number, names = loss
    look = LOOKS[cause.fate]
    kind = "" if cause.type in ("track", "") else f"{cause.type} "
    row = [Piece(signs.mark(cause.fate), look.role), Piece(f" {number:>3,} ", bold=True), Piece(kind, "soft")]
    said = signs.text(one_line(", ".join(names), 200))
    why = signs.text(one_line(cause.words, 80))
    room = width - width_of(row)
    # The names come first; of the reason as much as has room, if that says anything.
    name = cut(said, max(room - len(why) - 2, 2 * room // 3) if why else room, signs.cut)
    row.append(Piece(name))
    rest = width - width_of(row) - 2
    return [*row, Piece(f"  {cut(why, rest, signs.cut)}", "soft")] if why and rest >= min(len(why), _LEAST) else row


def client_row(name: str, number: int, width: int, signs: Signs) -> Row:
    """`analytics-node 3.1.0  12 events`."""
    said = f"  {plural(number, 'event')}"
    return [Piece(cut(signs.text(name), max(1, width - len(said)), signs.cut)), Piece(said, "soft")]


def refused_row(why: str, number: int, width: int, signs: Signs) -> Row:
    """`✗ 2 requests: the body is not JSON`."""
    look = LOOKS["refused"]
    head = [Piece(signs.mark("refused"), look.role), Piece(f" {number:,} ", bold=True)]
    return [*head, Piece(cut(signs.text(one_line(why, 200)), width - width_of(head), signs.cut))]


def news(number: int, *, held: bool) -> str:
    """`12 new, Home shows them`, while the list keeps its place."""
    return f"{number:,} new, Home shows them" if number else "held, Space goes on" if held else ""
