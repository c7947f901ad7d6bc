"""The state of the last session, which the workbench restores: files, selection, filter, screen, target and theme.

API keys, events and the state of the demo are never stored.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import Final

import msgspec
from textual import on, work

from abtui.core.saved_state import SavedSession, Visit, last_visit, visit_to, with_visit
from abtui.core.text.plain import file_name, one_line
from abtui.services import own_files
from abtui.services.errors import FileError
from abtui.services.files import STDIN
from abtui.tui.messages import FilesOpened, PaletteCommand, PathOpened
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_Saved = tuple[Visit, dict[str, str] | None]
"""The open files, and the themes; these are None in the demo, where they are not the person's choice."""
_REMEMBER_SECONDS: Final = 10.0


class LastSession(Capability):
    """Restores the workbench's state from the last time these files were open, and saves it regularly."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._wanted: Visit | None = None
        """The visit whose selection and filter are restored once its events are read."""
        self._noted: _Saved | None = None
        self._note_failed = False

    def on_mount(self) -> None:
        """Restore the state once the screens exist."""
        state = self._state
        self.call_after_refresh(self._recall)
        self.set_interval(_REMEMBER_SECONDS, self._note_in_thread)
        state.listen("events", self, self._recall_selection)
        state.commands.append(self._palette_commands)
        state.endings.append(self._ended)

    @on(FilesOpened)
    def _opened(self, message: FilesOpened) -> None:
        state = self._state
        if not (state.opening.demo and message.paths == list(state.opening.event_paths)):
            state.note_opened(message.paths)

    # Restoring

    def _recall(self) -> None:
        if self._state.opening.demo:
            return
        remembered, note = own_files.load_session()
        visit = visit_to(remembered, *self._state.files)
        if visit is not None:
            self._apply_visit(visit)
        if note:
            self.notify(note, severity="warning")

    def _apply_visit(self, visit: Visit) -> None:
        if visit.target:
            self._state.choose_target(visit.target)
        # What Impact and Sent showed is not kept, so they would be empty.
        if visit.screen in ("goal", "config"):
            self._state.show(visit.screen)
        self._wanted = visit
        self._recall_selection()

    def _recall_selection(self) -> None:
        """Select the event of the last session once it is read. The filter is set afterwards, as it keeps the selection."""
        state, visit = self._state, self._wanted
        if visit is None:
            return
        moved = state.selection.index not in (None, 0)
        there = visit.index < len(state.corpus)
        if not (moved or there or not state.reading):
            return
        self._wanted = None
        if there and not moved and state.corpus.item(visit.index).source == visit.source:
            state.event.select(visit.index)
            state.tell("shown")
        if visit.filter and not state.filter_text:
            state.filter_of_before = visit.filter
            state.filter_by(visit.filter)

    # Saving

    def _now(self) -> _Saved:
        state = self._state
        config, events = state.files
        index = state.selection.index or 0
        visit = Visit(
            config=config,
            events=events,
            index=index,
            source=state.corpus.item(index).source if index < len(state.corpus) else "",
            filter=state.filter_text if self._wanted is None else self._wanted.filter,
            screen=state.screen,
            target="" if state.session.target is None else state.session.target.name,
        )
        return visit, None if state.opening.demo else {getattr(self.app, "first_theme", ""): self.app.theme}

    def _note_in_thread(self) -> None:
        if self._state.forgets:
            return
        now = self._now()
        if now != self._noted:
            self._noted = now
            self._note_beside(now)

    @work(thread=True, group="remembering")
    def _note_beside(self, saved: _Saved) -> None:
        try:
            _note(saved)
        except FileError as error:
            self.app.call_from_thread(self._warn_note_failed, error)
        else:
            self._note_failed = False

    def _warn_note_failed(self, error: FileError) -> None:
        """Show that the state could not be saved, once until it works again. Saving is tried again every time."""
        self._noted = None
        if not self._note_failed:
            self._note_failed = True
            title = f"The state of the screen cannot be saved: {error.message}"
            hint = error.hint or "Themes and files will not be restored when abtui is opened again."
            self.notify(hint, title=title, severity="warning")

    def _ended(self, _settled: bool) -> bool:
        # A failure to save the state must not keep anybody from leaving.
        with suppress(FileError):
            if not self._state.forgets:
                _note(self._now())
        return False

    # The palette

    def _palette_commands(self) -> list[PaletteCommand]:
        """The commands that reopen the last session, open recent files and choose a target."""
        remembered, _ = own_files.load_session()
        here = self._state.files
        last = last_visit(remembered)
        found: list[PaletteCommand] = []
        if last is not None and last.files != here:
            found.append(
                PaletteCommand("File: Reopen the last session", _files_text(last), partial(self._reopen, last))
            )
        paths = dict.fromkeys(
            path for visit in remembered.visits for path in (visit.config, *visit.events) if path and path != STDIN
        )
        found += [
            PaletteCommand(
                f"File: Recent {file_name(os.path.basename(path))}", file_name(path), partial(self._open, path)
            )
            for path in paths
            if path not in {here[0], *here[1]}
        ]
        for target in self._state.session.targets:
            words = f"Send to {target.collector_endpoint or 'the local collector'}, environment {target.environment}"
            found.append(PaletteCommand(f"Target: {target.name}", words, partial(self._choose, target.name)))
        return found

    def _choose(self, target: str) -> None:
        self._state.choose_target(target)

    def _open(self, path: str) -> None:
        self.screen.post_message(PathOpened(path))

    def _reopen(self, visit: Visit) -> None:
        """Open the files of a visit in addition to those already open."""
        state = self._state
        if visit.config is not None:
            self._open(visit.config)
        new = [path for path in visit.events if path not in state.opened and os.path.exists(path)]
        if new:
            self.screen.post_message(FilesOpened(new))
        self._apply_visit(msgspec.structs.replace(visit, index=len(state.corpus)) if new else visit)


def _note(saved: _Saved) -> None:
    """Save the workbench's state. Raises FileError."""
    visit, themes = saved

    def change(remembered: SavedSession) -> SavedSession:
        changed = remembered
        if themes is not None:
            chosen = {first: theme for first, theme in {**remembered.themes, **themes}.items() if theme != first}
            changed = msgspec.structs.replace(remembered, themes=chosen)
        return changed if STDIN in visit.events else with_visit(changed, visit)

    own_files.update_session(change)


def _files_text(visit: Visit) -> str:
    names = [file_name(path) for path in (visit.config, *visit.events) if path]
    return one_line(", ".join(names), 200)
