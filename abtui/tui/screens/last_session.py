"""The state of the last session, which the workbench restores: files, selection, filter, pane, target and sizes.

API keys, events and the state of the demo are never stored.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import Final

import msgspec
from textual import work
from textual.widgets import Input

from abtui.core.saved_state import SavedSession, Visit, last_visit, visit_to, with_visit
from abtui.core.text.plain import file_name, one_line
from abtui.services import own_files
from abtui.services.errors import FileError
from abtui.services.files import STDIN
from abtui.tui.messages import PaletteCommand
from abtui.tui.screens.configuring import Configuring
from abtui.tui.screens.sizing import Sizing
from abtui.tui.sizes import LayoutSizes
from abtui.tui.widgets.result_pane import TABS

_State = tuple[Visit, tuple[dict[str, float], dict[str, str]] | None]
"""The open files, and the sizes and themes; these are None in the demo, where they are not the person's choice."""
_REMEMBER_SECONDS: Final = 10.0


class LastSession(Configuring, Sizing):
    """Restores the screen's state from the last time these files were open, and saves it regularly."""

    _wanted: Visit | None = None
    """The visit whose selection and filter are restored once its events are read."""
    _noted: _State | None = None
    _note_failed = False
    _opened: tuple[str, ...] = ()
    _filter_of_before = ""
    """The filter restored from the last session, if there was one."""

    def on_mount(self) -> None:
        """Restore the state once the panes exist."""
        self.call_after_refresh(self._recall)
        self.set_interval(_REMEMBER_SECONDS, self._note_in_thread)

    @property
    def _forgets(self) -> bool:
        """Whether nothing is stored. The demo always opens in its first state, unless a file of the person is open too."""
        return self._opening.demo and self.session.path is None and not self._opened

    def _recall(self) -> None:
        if self._opening.demo:
            return
        remembered, note = own_files.load_session()
        if note:
            self.notify(note, severity="warning", timeout=6)
        fields = {name: value for name, value in remembered.sizes.items() if name in LayoutSizes.__struct_fields__}
        if fields:
            self.sizes = LayoutSizes(**fields)
        visit = visit_to(remembered, *self._files())
        if visit is not None:
            self._apply_visit(visit)

    def _apply_visit(self, visit: Visit) -> None:
        if visit.target and self.session.choose(visit.target):
            self._target_chosen()
        if visit.tab in dict(TABS):
            self.result.tab = next(name for name, _ in TABS if name == visit.tab)
        # Show the pane, but never focus an editor: the first keys after opening are meant as commands, not as text.
        if visit.pane == "result":
            self.action_show_pane("result")
        elif visit.pane == "config":
            self.add_class("-config-open")
        self._wanted = visit
        self._recall_selection()

    def _after_growth(self) -> None:
        super()._after_growth()
        self._recall_selection()

    def _recall_selection(self) -> None:
        """Select the event of the last session once it is read. The filter is set afterwards, as it keeps the selection."""
        visit = self._wanted
        if visit is None:
            return
        moved = self._current not in (None, 0)
        there = visit.index < len(self.corpus)
        if not (moved or there or not self._reading_note):
            return
        self._wanted = None
        if there and not moved and self.corpus.item(visit.index).source == visit.source:
            self._go_to(visit.index)
        box = self.query_one("#filter-text", Input)
        if visit.filter and not box.value:
            box.value = self._filter_of_before = visit.filter

    def _nothing_found(self) -> str:
        of_before = self.corpus.filter.text == self._filter_of_before
        return f"{super()._nothing_found()}{' This filter is from the last session.' if of_before else ''}"

    def _read(self, paths: list[str]) -> None:
        super()._read(paths)
        if not (self._opening.demo and paths == list(self._opening.event_paths)):
            known = dict.fromkeys(
                (*self._opened, *(path if path == STDIN else os.path.abspath(path) for path in paths))
            )
            self._opened = tuple(known)

    def _files(self) -> tuple[str | None, tuple[str, ...]]:
        """The open files, by the paths under which they are stored."""
        path = self.session.path
        return None if path is None else os.path.abspath(path), self._opened

    # Saving the state

    def _state(self) -> _State:
        config, events = self._files()
        index = self._current or 0
        visit = Visit(
            config=config,
            events=events,
            index=index,
            source=self.corpus.item(index).source if index < len(self.corpus) else "",
            filter=self.corpus.filter.text if self._wanted is None else self._wanted.filter,
            pane=self.pane,
            tab=self.result.tab,
            target="" if self.session.target is None else self.session.target.name,
        )
        if self._opening.demo:
            return visit, None
        sizes = msgspec.structs.asdict(self.sizes) if self.sizes != LayoutSizes() else {}
        themes = {getattr(self.app, "first_theme", ""): self.app.theme}
        return visit, (sizes, themes)

    def _note_in_thread(self) -> None:
        if self._forgets:
            return
        state = self._state()
        if state != self._noted:
            self._noted = state
            self._note_beside(state)

    @work(thread=True, group="remembering")
    def _note_beside(self, state: _State) -> None:
        try:
            _note(state)
        except FileError as error:
            self.app.call_from_thread(self._warn_note_failed, error)
        else:
            self._note_failed = False

    def _warn_note_failed(self, error: FileError) -> None:
        """Show that the state could not be saved, once until it works again. Saving is tried again every time."""
        self._noted = None
        if not self._note_failed:
            self._note_failed = True
            self.notify(
                error.hint or "Sizes, themes and files will not be restored when abtui is opened again.",
                title=f"The state of the screen cannot be saved: {error.message}",
                severity="warning",
                markup=False,
            )

    def leave(self, *, settled: bool) -> bool:
        """Save the screen's state when the app ends."""
        kept = super().leave(settled=settled)
        # A failure to save the state must not keep anybody from leaving.
        with suppress(FileError):
            if not self._forgets:
                _note(self._state())
        return kept

    # The palette

    def palette_commands(self) -> list[PaletteCommand]:
        """The commands that reopen the last session, open recent files and choose a target."""
        remembered, _ = own_files.load_session()
        here = self._files()
        last = last_visit(remembered)
        found = super().palette_commands()
        if last is not None and last.files != here:
            found.append(
                PaletteCommand("File: Reopen the last session", _files_text(last), partial(self._reopen, last))
            )
        paths = dict.fromkeys(
            path for visit in remembered.visits for path in (visit.config, *visit.events) if path and path != STDIN
        )
        open_now = {here[0], *here[1]}
        found += [
            PaletteCommand(
                f"File: Recent {file_name(os.path.basename(path))}", file_name(path), partial(self.open_path, path)
            )
            for path in paths
            if path not in open_now
        ]
        for target in self.session.targets:
            words = f"Send to {target.collector_endpoint or 'the local collector'}, environment {target.environment}"
            found.append(PaletteCommand(f"Target: {target.name}", words, partial(self._choose_target, target.name)))
        return found

    def _choose_target(self, name: str) -> None:
        if self.session.choose(name):
            self._target_chosen()

    def open_path(self, path: str) -> None:
        """Open a file of events or a config."""

    def _reopen(self, visit: Visit) -> None:
        """Open the files of a visit in addition to those already open."""
        if visit.config is not None:
            self.open_path(visit.config)
            if self._files()[0] != visit.config:
                return
        new = [path for path in visit.events if path not in self._opened and os.path.exists(path)]
        if new:
            self._read(new)
        self._apply_visit(msgspec.structs.replace(visit, index=len(self.corpus)) if new else visit)


def _note(state: _State) -> None:
    """Save the screen's state. Raises FileError."""
    visit, looks = state

    def change(remembered: SavedSession) -> SavedSession:
        changed = remembered
        if looks is not None:
            sizes, themes = looks
            chosen = {**remembered.themes, **themes}
            chosen = {first: theme for first, theme in chosen.items() if theme != first}
            changed = msgspec.structs.replace(remembered, themes=chosen, sizes=sizes)
        return changed if STDIN in visit.events else with_visit(changed, visit)

    own_files.update_session(change)


def _files_text(visit: Visit) -> str:
    names = [file_name(path) for path in (visit.config, *visit.events) if path]
    return one_line(", ".join(names), 200)
