"""What the Config screen says, as pieces of text with a role of the theme."""

from __future__ import annotations

from collections.abc import Iterator

from abtui.core.corpus.comparison.move_words import short_sentence
from abtui.core.corpus.comparison.moves import Moves
from abtui.core.findings import Finding
from abtui.core.text.plain import file_name, plural
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import LOOKS, RowFate, Signs
from abtui.tui.state import State

Row = tuple[Piece, ...]


def config_name(state: State) -> str:
    """The name of the config, or what there is instead."""
    session = state.session
    if session.path:
        return file_name(session.path).rpartition("/")[2]
    return "the demo's config" if state.opening.demo else "no config yet" if session.missing else "a new config"


def headline(state: State, count: int, moves: Moves | None, signs: Signs) -> Row:
    """The row of the screen: the config, what is not saved of it, and what that does."""
    if (mistake := state.config.mistake) is not None:
        return mistaken(state, mistake)
    lead = (Piece("Config", bold=True), Piece(f"  {config_name(state)}", "soft"))
    if state.session.missing:
        return (*lead, Piece(": o opens one, C makes one", "soft"))
    if state.session.reading.export:
        return (*lead, Piece(f"  {state.session.reading.not_edited}", "soft"))
    if not count:
        return (*lead, Piece(", saved" if state.session.path else ", not in a file", "soft"))
    lines = Piece(f"{plural(count, 'line')} not saved", "ignored", bold=True)
    if moves is None:
        return (*lead, Piece(", ", "soft"), lines)
    return (*lead, Piece(", ", "soft"), lines, Piece(":  ", "soft"), *effect(moves, signs))


def mistaken(state: State, mistake: Finding) -> Row:
    """The row of the screen while the config cannot be used."""
    where = "" if mistake.line is None else f"  line {mistake.line}."
    before = f" What you see is from {state.config.read_at}, before the mistake." if state.session.mapper else ""
    verb = "read" if is_syntax(mistake) else "used"
    return (Piece(f"The config cannot be {verb}:", "refused", bold=True), Piece(where), Piece(before, "soft"))


def is_syntax(mistake: Finding) -> bool:
    """Whether what comes after a mistake is not read."""
    return mistake.code == "CONFIG-NOT-YAML"


def effect(moves: Moves, signs: Signs, *, end: str = "") -> Row:
    """`● 4 more events arrive, none is lost`, or with an `end` each part as a sentence of its own."""
    row: list[Piece] = []
    for at, part in enumerate(short_sentence(moves)):
        text = part.text if at == 0 or end else part.text[:1].lower() + part.text[1:]
        row.append(Piece("" if at == 0 else " " if end else ", "))
        if part.fate is None:
            row.append(Piece(text + end, "text", bold=at == 0))
        else:
            look = LOOKS[part.fate]
            row += [Piece(f"{signs.mark(part.fate)} ", look.role), Piece(text + end, look.role, bold=True)]
    return tuple(row)


def moves_of(state: State) -> Moves | None:
    """What the unsaved changes do to the events; None while nothing is changed or compared."""
    return state.effect.moves if state.session.modified else None


def rows_of(state: State, most: int) -> Iterator[tuple[str, RowFate]]:
    """The names and the fates of the first events."""
    for index in range(min(most, len(state.corpus))):
        row = state.corpus.row(index, None)
        if row.verdict != "unmapped":
            yield row.name, row.fate
