"""The lenses as they are drawn: in the colour of a fate where that matters, soft where all is as it should be."""

from __future__ import annotations

from abtui.core.config.lenses import Lens, config_lenses, line_lenses, unread_lenses
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.screens.config.lens_editor import Lenses
from abtui.tui.screens.config.words import is_syntax
from abtui.tui.state import State

_SOFT = frozenset({"used", "known", "fact", "unread"})


def lenses_of(state: State, signs: Signs) -> Lenses | None:
    """What is said at the end of each line; None while the events that use the lines are being counted."""
    session, usage, mistake = state.session, state.review.usage, state.config.mistake
    config = session.reading.config
    if mistake is not None:
        line = mistake.line if is_syntax(mistake) else None
        found = {} if line is None else unread_lenses(session.text, line)
    elif config is None:
        found = {}
    elif usage is None and len(state.corpus):
        return None
    else:
        found = line_lenses(config_lenses(config, usage, saved=session.saved_config if session.modified else None))
    return {line: _drawn(lens, signs) for line, lens in found.items()}


def _drawn(lens: Lens, signs: Signs) -> tuple[Piece, ...]:
    role = "soft" if lens.fate is None or lens.kind in _SOFT else LOOKS[lens.fate].role
    text = Piece(signs.text(lens.text), role, bold=lens.kind == "new")
    return (text,) if lens.fate is None else (Piece(f"{signs.mark(lens.fate)} ", role), text)
