"""The rows of a goal's way: its stations, what is lost between them, and the one action, in the form that has room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from abtui.core.corpus.funnel import FunnelResult, Loss, Station
from abtui.core.outcomes import Fate
from abtui.tui.kit.drawing import Piece, cut, lay, width_of
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.offer import Offer

Form = Literal["wide", "narrow", "tiny"]
_WIDE, _TINY = 100, 70
_NAME, _WHO, _MARK, _LEFT = 3, 8, 6, 29
"""The columns of a station's name, of who is lost and of its mark, and the least one of the reasons."""
_MOST_LEFT: Final = 38
_BACK: Final = 59
"""Where the way back begins, in percent of the width."""
_LEAST_WHY: Final = 20
ACTION: Final = "action"
"""The target of a click on the action."""
TITLES: Final = ("stage, and its losses", "why", "how to get them back")


class Row(NamedTuple):
    """One row: a station, a loss, or the `part` of the selected loss that has a row of its own."""

    part: Literal["titles", "gap", "station", "loss", "why", "back"]
    station: Station | None = None
    loss: Loss | None = None


class Look(NamedTuple):
    """How rows are drawn: the width, the characters, the fate of events that are not lost, the selected loss and its action."""

    width: int
    signs: Signs
    fate: Fate
    selected: Loss | None
    offer: Offer | None

    @property
    def form(self) -> Form:
        """The form for this width."""
        return form_of(self.width)


def form_of(width: int) -> Form:
    """`wide` has the way back in a column, `narrow` in a row of its own, and `tiny` has rows of losses only."""
    return "wide" if width >= _WIDE else "narrow" if width >= _TINY else "tiny"


def entries(result: FunnelResult) -> tuple[Loss, ...]:
    """All that can be selected: the losses and the notes, in their order."""
    return tuple(loss for station in result.stations for loss in (*station.losses, *station.notes))


def outline(result: FunnelResult, form: Form, selected: Loss | None, *, roomy: bool) -> list[Row]:
    """The rows in their order; `roomy` puts a row before the losses of each station, and titles above all."""
    rows = [Row("titles")] if form == "wide" and roomy else []
    for at, station in enumerate(result.stations):
        if at and roomy and form == "wide":
            rows.append(Row("gap", station))
        rows += _losses(station, form, selected)
        if form != "tiny":
            rows.append(Row("station", station))
    return rows or [Row("station", station) for station in result.stations]


def _losses(station: Station, form: Form, selected: Loss | None) -> Iterator[Row]:
    for loss in (*station.losses, *station.notes):
        yield Row("loss", station, loss)
        if loss == selected and form == "tiny":
            yield Row("why", station, loss)
        if loss == selected and form != "wide":
            yield Row("back", station, loss)


def row_pieces(row: Row, result: FunnelResult, look: Look) -> list[Piece]:
    """A row in its pieces, without the surface of the selected one."""
    if row.station is None:
        return lay(list(zip(_columns(result, look), (Piece(title, "soft") for title in TITLES), strict=True)), look.width, look.signs.cut)  # fmt: skip
    if row.part == "gap":
        return [Piece(" "), _line(row.station, result, look.signs)]
    if row.loss is None:
        return _station(row.station, result, look)
    if row.part == "loss":
        return _tiny(row.station, row.loss, look) if look.form == "tiny" else _loss(row.station, row.loss, result, look)
    lead = [Piece("   ")] if look.form == "tiny" else [Piece(" "), _line(row.station, result, look.signs), Piece("      ")]  # fmt: skip
    room = look.width - width_of(lead) - 1
    if row.part == "why":
        return [*lead, Piece(cut(look.signs.text(row.loss.why), room, look.signs.cut))]
    return [*lead, *_back(row.loss, room, look)]


def _columns(result: FunnelResult, look: Look) -> tuple[int, int, int]:
    """The columns of the names, of the reasons, and of the ways back. An action gets the room that it needs."""
    longest = max((len(f"{loss.count:,} {loss.who}") for loss in entries(result)), default=0)
    why = min(max(_WHO + longest + 2, _LEFT + 2), _MOST_LEFT)
    back = look.width * _BACK // 100
    if look.offer is not None:
        needed = len(f" Enter  {look.offer.title}  {look.offer.short} ")
        back = max(why + _LEAST_WHY, min(back, look.width - needed))
    return _NAME, why, back


def _role(result: FunnelResult) -> str:
    return LOOKS[result.fate].role


def _line(station: Station, result: FunnelResult, signs: Signs) -> Piece:
    """The line that leads to a station, as far as somebody came there."""
    return Piece(signs.upright, _role(result) if station.count else "rule")


def _mark(station: Station, result: FunnelResult, signs: Signs) -> Piece:
    if station.count is None:
        return Piece(signs.mark("unknown"), LOOKS["unknown"].role, bold=True)
    return Piece(signs.mark(result.fate), _role(result)) if station.count else Piece(signs.unreached, "rule")


def _station(station: Station, result: FunnelResult, look: Look) -> list[Piece]:
    why, signs = _columns(result, look)[1], look.signs
    count = "?" if station.count is None else f"{station.count:,}"
    name = cut(station.name, why - _NAME - len(count) - 3, signs.cut)
    lead = [Piece(" "), _mark(station, result, signs), Piece(" "), Piece(name, bold=True)]
    lead += [Piece(" " * (why - 2 - width_of(lead) - len(count))), Piece(count, bold=True), Piece("    ")]
    room = look.width - width_of(lead) - 1
    if look.form != "wide":
        return [*lead, *_bar(station, result, max(4, room), signs)]
    bars = max(4, look.width * _BACK // 100 - why - 2)
    about = cut(f"  {station.about}", room - bars, signs.cut)
    return [*lead, *_bar(station, result, bars, signs), Piece(about, "soft")]


def _bar(station: Station, result: FunnelResult, width: int, signs: Signs) -> list[Piece]:
    """What is left of all events, on one scale; what is lost is a broken line."""
    count = station.count or 0
    cells = width * count // result.seen if result.seen else 0
    cells = min(width, max(cells, 1)) if count else 0
    # Something that was lost is always seen.
    cells -= 1 if cells == width and count < result.seen else 0
    return [Piece(signs.full * cells, _role(result)), Piece(signs.broken * (width - cells), "rule")]


def _who(loss: Loss, signs: Signs, *, bold: bool) -> list[tuple[int, Piece]]:
    """The mark, the number and who it is, in the colour of the fate; a note loses nothing and has none."""
    role = "soft" if loss.fate is None else LOOKS[loss.fate].role
    mark = " " if loss.fate is None else signs.mark(loss.fate)
    count = f"{loss.count:,}"
    return [
        (0, Piece(mark, role)),
        (2, Piece(count, role, bold=True)),
        (3 + len(count), Piece(loss.who, role, bold=bold)),
    ]


def _loss(station: Station, loss: Loss, result: FunnelResult, look: Look) -> list[Piece]:
    _, why, back = _columns(result, look)
    signs, selected = look.signs, loss == look.selected
    row = [(1, _line(station, result, signs)), (_NAME, Piece(signs.branch, "rule"))]
    row += [(_MARK + at, piece) for at, piece in _who(loss, signs, bold=selected)]
    end = back if look.form == "wide" else look.width
    said = lay([*row, (why, Piece(signs.text(loss.why), "text" if loss.fate else "soft"))], end - 1, signs.cut)
    if look.form != "wide":
        return said
    gap = Piece(" " * (back - width_of(said)))
    return [*said, gap, *_back(loss, look.width - back - 1, look)]


def _back(loss: Loss, room: int, look: Look) -> list[Piece]:
    """The way back; of the selected loss the action, if a change of the config is one."""
    signs = look.signs
    if loss == look.selected and look.offer is not None:
        return _action(look.offer, LOOKS[look.fate].role, room, signs)
    if loss.fix is not None:
        return [Piece(cut(signs.text(loss.fix.title), room, signs.cut), "accent")]
    return [Piece(cut(signs.text(loss.back), room, signs.cut), "soft")]


def _action(offer: Offer, role: str, room: int, signs: Signs) -> list[Piece]:
    filled = f" {cut(signs.text(f'Enter  {offer.title}'), room - 2, signs.cut)} "
    row = [Piece(filled, bold=True, on="accent", target=ACTION)]
    left = room - width_of(row) - 1
    said = next((text for text in (offer.result, offer.short) if text and len(text) <= left), "")
    return [*row, Piece(f" {said}" if said else "", role, bold=True)]


def _tiny(station: Station, loss: Loss, look: Look) -> list[Piece]:
    """`○ 3 have another name              Known goal 12`."""
    signs, count = look.signs, "?" if station.count is None else f"{station.count:,}"
    where = f"{station.name} {count}"
    end = look.width - len(where) - 1
    row = [(1 + at, piece) for at, piece in _who(loss, signs, bold=loss == look.selected)]
    return lay([*row, (max(_WHO, end), Piece(where, "soft"))], look.width - 1, signs.cut)
