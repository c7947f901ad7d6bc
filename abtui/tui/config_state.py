"""The config in use: how its text is read, changed and mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from abtui.core.config.form_edit import edit_settings
from abtui.core.findings import Finding
from abtui.core.text.paths import Path
from abtui.services.clock import local_time
from abtui.tui.notice import Notice

if TYPE_CHECKING:
    from abtui.core.remedy import Remedies, Remedy
    from abtui.tui.state import State


class ConfigState:
    """The part of the state that is about the config; `State.session` holds its text and what was read from it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.loads = 0
        """How often another config was put in place of the one before; all other changes of its text can be undone."""
        self.read_at = "" if state.session.mapper is None else local_time()
        """The local time at which the config could be read last."""
        self.form = False
        """Whether the config is shown as a form."""
        self.line: int | None = None
        """The line of the config (from 1) that the cursor is in, while it is edited."""
        self.line_wanted: int | None = None
        """The line of the config that the cursor is to go to."""

    def apply(self, text: str) -> bool:
        """Read a new text of the config. True if the outcomes may differ now."""
        changed = self._state.session.edit(text)
        self._state.review.forget()
        if self._state.session.reading.config is not None:
            self.read_at = local_time()
        if changed:
            self._state.map_anew()
        self._state.tell("config")
        return changed

    def load(self, path: str, text: str) -> None:
        """Put the text of a file in place of the config. Another file's events are not mapped with the config of before."""
        self.loads += 1
        if path == self._state.session.path:
            self._state.session.saved_text = text
            self.apply(text)
            return
        self._state.session.open(path, text)
        self.read_at = local_time()
        self._state.review.forget()
        self._state.map_anew()
        self._state.tell("config", "target")

    @property
    def mistake(self) -> Finding | None:
        """Why the config cannot be used, or None. What is shown is then from before the mistake (`read_at`)."""
        reading = self._state.session.reading
        if reading.config is not None or self._state.session.missing:
            return None
        return next(iter(reading.mistakes), None)

    def remedies(self) -> Remedies:
        """What can be done in this state of the config. Another thread may use it."""
        # Imported here: nothing is to be mended at first.
        from abtui.core.remedy import Remedies

        session = self._state.session
        return Remedies(
            session.text,
            session.read,
            usage=self._state.review.usage,
            seen=self._state.names(),
            sdk=self._state.sdk,
            secrets=session.known_keys,
        )

    def apply_remedy(self, remedy: Remedy, done: str = "") -> bool:
        """Make a change of the config or of the selected event, unless its text has changed since it was found.

        Every change that is not typed is made here. One undo takes it back; `done` is told after it, else the lines are.
        """
        from abtui.core.remedy import changed_lines, preview

        done = done or changed_lines(preview(remedy.before, remedy.after))
        if remedy.changes == "config" and remedy.before == self._state.session.text:
            self._state.event.forget_change()
            self.apply(remedy.after)
        elif remedy.changes == "event" and remedy.before == self._state.selection.text:
            self._state.event.put_text(remedy.after)
            done = f"{done} in this copy of the event"
        else:
            return False
        self._state.notice = Notice(f"{done.rstrip('.')}.", key="u")
        self._state.tell("notice")
        return True

    def go_to_line(self, line: int) -> None:
        """Show a line of the config."""
        self.line_wanted = line
        self._state.show("config")
        self._state.tell("line-wanted")

    def show_form(self, form: bool) -> None:
        """Show the config as a form, or as YAML."""
        self.form = form
        self._state.show("config")
        self._state.tell("form")

    def be_in_line(self, line: int | None) -> None:
        """The cursor is in a line of the config, or has left it."""
        if line != self.line:
            self.line = line
            self._state.tell("line")

    def edit(self, edits: Mapping[Path, Any], done: str) -> bool:
        """Set values of the config. The rest of the text is unchanged, and one undo takes it back.

        `done` is the message after the change. If the text cannot be changed, the reason is shown and the result is False.
        """
        from abtui.core.remedy import Remedy

        text = self._state.session.text
        edited = edit_settings(text, edits)
        if edited.text is None:
            self._state.say(edited.problem, title="The config was not changed", severity="warning")
            return False
        return self.apply_remedy(Remedy(title=done, before=text, after=edited.text), done)

    def undo(self) -> None:
        """Take back the last change of the config, no matter which part of the program made it, or the offered one of an event."""
        if self._state.event.take_back():
            return
        before = self._state.session.text
        self._state.tell("undo")
        if self._state.session.text == before:
            self._state.say("There is no change to the config to undo.", severity="warning")
        else:
            self._state.say("The last change to the config was undone.")
