"""Telling a mistake between the lines of the config, with the change that mends it."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Final

from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.findings import Finding
from abtui.core.remedy import Remedies, Remedy
from abtui.core.text.plain import printable
from abtui.tui.debounce import Debounce
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.screens.config.editor import ConfigEditor
from abtui.tui.screens.config.effect import EffectPanel
from abtui.tui.screens.config.effect_rows import FIX_KEY
from abtui.tui.screens.config.noted_document import Note
from abtui.tui.state import State

_REST_SECONDS: Final = 0.5
"""The pause after which a mistake is told: a line that is still being written would make those below it jump."""
_MOST_ROWS: Final = 3
"""The most rows for what a mistake is."""
_OFF: Final = "Sending is off until the config can be read; saving works."


class MistakeTelling:
    """Tells the mistake in the editor once nobody types, looks for the change in a thread of `host`, and offers it."""

    def __init__(self, host: Widget, state: State, editor: ConfigEditor, effect: EffectPanel) -> None:
        self._host, self._state, self._editor, self._effect = host, state, editor, effect
        self._debounce = Debounce(host, _REST_SECONDS, self.tell)
        self.remedy: Remedy | None = None
        """The change that mends the mistake, once it is found."""

    def follow(self) -> None:
        """Take the note of a mistake away that is gone, and wait with that of a new one."""
        state, note = self._state, self._editor.note
        mistake = state.config.mistake
        if self.remedy is not None and self.remedy.before != state.session.text:
            self.remedy = None
            self._effect.offer("")
        if note is not None and (mistake is None or mistake.line != note.line + 1):
            self._editor.set_note(None)
        if mistake is None and state.notice.text == _OFF:
            state.say("")
        if mistake is not None and self.remedy is None:
            self._debounce.restart()

    def tell(self) -> None:
        """Tell the mistake, if there is one."""
        mistake = self._state.config.mistake
        if mistake is None:
            return
        self._effect.told = True
        self._effect.update_all()
        self._state.say(_OFF, severity="error", stays=True)
        if mistake.line is None:
            return
        self._note(mistake)
        remedies, line = self._state.config.remedies(), mistake.line
        # Each attempt reads the whole text.
        self._host.run_worker(lambda: self._find(remedies, line), thread=True, exclusive=True, group="remedy")

    def _note(self, mistake: Finding) -> None:
        self._editor.set_note(partial(_note, mistake, self.remedy, signs_of(self._editor)))

    def _find(self, remedies: Remedies, line: int) -> None:
        remedy = remedies.of_line(line)
        if not get_current_worker().is_cancelled:
            self._host.app.call_from_thread(self._offer, remedy)

    def _offer(self, remedy: Remedy | None) -> None:
        mistake = self._state.config.mistake
        if remedy is not None and mistake is not None and remedy.before == self._state.session.text:
            self.remedy = remedy
            self._effect.offer(remedy.title)
            self._note(mistake)


def _note(mistake: Finding, remedy: Remedy | None, signs: Signs, room: int) -> Note:
    """What the mistake is, wrapped to the room, and the change that mends it."""
    column = (mistake.column or 1) - 1
    told = textwrap.wrap(printable(mistake.message), room, max_lines=_MOST_ROWS, placeholder=" …")
    branch = f"{signs.branch} "
    beside = " " * len(branch)
    rows: list[tuple[int, tuple[Piece, ...]]] = [
        (column, (Piece(f"{beside if at else branch}{text}", "refused"),)) for at, text in enumerate(told)
    ]
    if remedy is not None:
        action = Piece(f" {FIX_KEY}  {remedy.title} ", bold=True, on="accent", target=FIX_KEY)
        rows.append((column, (Piece(beside), action)))
    return Note((mistake.line or 1) - 1, tuple(rows))
