"""The app with the keys of the person's keymap file."""

from __future__ import annotations

from pathlib import Path

from textual.app import App
from textual.binding import Binding

from abtui.core.text.plain import plural
from abtui.services.errors import FileError
from abtui.services.own_files import settings_folder, write_private

_FILE = "keymap.yaml"
_CHECK_SECONDS = 2.0
_MOST_SHOWN = 8
_MOST_BYTES = 1 << 16
_UNBOUND = "none"


class Remapping(App[int]):
    """Reads the file when the workbench opens, and again when it changes. What is wrong in it is told, the rest is used."""

    keymap_notes: tuple[str, ...] = ()
    """What is wrong in the file, a line for each; the help shows it."""
    keymap_changes = 0
    """How many actions have other keys than their own."""
    _keymap_stamp: tuple[int, int] | None = None

    @property
    def keymap_path(self) -> Path:
        """The file, there or not."""
        return settings_folder() / _FILE

    def follow_keymap(self) -> None:
        """Read the file now, and look from time to time whether it is another."""
        self.check_keymap()
        self.set_interval(_CHECK_SECONDS, self.check_keymap)

    def check_keymap(self) -> None:
        """Read the file if it is another than before."""
        try:
            found = self.keymap_path.stat()
        except OSError:
            stamp = None
        else:
            stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._keymap_stamp:
            self._keymap_stamp = stamp
            self._read_keymap()

    def _read_keymap(self) -> None:
        # Few have the file, so nobody else waits for what reads it.
        from abtui.core.keymap import Keymap, read_keymap, with_neighbours
        from abtui.services.files import read_text_file
        from abtui.tui.keys import all_bound

        keymap, known = Keymap(), all_bound()
        if self._keymap_stamp is not None:
            try:
                keymap = read_keymap(read_text_file(str(self.keymap_path), _MOST_BYTES), known)
            except FileError as error:
                self.notify(error.hint, title=error.message, severity="warning", markup=False)
                return
        self.keymap_changes = len(keymap.keys)
        self.set_keymap(with_neighbours(keymap.keys, known))
        self.keymap_notes = tuple(
            f"{_FILE} line {problem.line}: {problem.message} {problem.hint}" for problem in keymap.problems
        )
        if self.keymap_notes:
            more = len(self.keymap_notes) - _MOST_SHOWN
            shown = [*self.keymap_notes[:_MOST_SHOWN], *([f"… and {more} more: see the help (?)"] if more > 0 else [])]
            self.notify("\n".join(shown), title="The rest of the keymap is in use", severity="warning", markup=False)

    def notify_keymap(self) -> None:
        """Say what was read, where nothing of it is wrong."""
        if not self.keymap_notes:
            message = (
                f"{plural(self.keymap_changes, 'action')} with keys of your own; the help (?) shows the keys in force."
            )
            self.notify(message, title="The keymap is in use", timeout=4, markup=False)

    def write_keymap_template(self) -> bool:
        """Make the file where there is none. False, and the reason told, if that failed."""
        from abtui.core.keymap import keymap_template
        from abtui.tui.keys import all_bound

        if self.keymap_path.exists():
            return True
        try:
            write_private(self.keymap_path, keymap_template(all_bound()))
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return False
        return True

    def get_key_display(self, binding: Binding) -> str:
        """A key as it is shown; nothing for an action without one."""
        if binding.key == "ctrl+@":
            # What terminals send for it.
            binding = binding.with_key("ctrl+space")
        return "" if binding.key == _UNBOUND else super().get_key_display(binding)
