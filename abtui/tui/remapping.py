"""An app that follows the person's keymap file."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from abtui.core.text.plain import plural
from abtui.services.errors import FileError
from abtui.services.own_files import settings_folder, write_private

_FILE = "keymap.yaml"
_CHECK_SECONDS = 2.0
_MOST_SHOWN = 8
_MOST_BYTES = 1 << 16


class Remapping(App[int]):
    """Reads the keymap file when the workbench opens, and again when it changes. Lines with errors are reported and skipped."""

    keymap_notes: tuple[str, ...] = ()
    """The problems in the file, one line each; the help shows them."""
    keymap_changes = 0
    """The number of actions whose keys differ from the defaults."""
    _keymap_stamp: tuple[int, int] | None = None

    @property
    def keymap_path(self) -> Path:
        """The path of the keymap file, which need not exist."""
        return settings_folder() / _FILE

    def follow_keymap(self) -> None:
        """Read the file now, and check regularly whether it has changed."""
        self.check_keymap()
        self.set_interval(_CHECK_SECONDS, self.check_keymap)

    def check_keymap(self) -> None:
        """Read the file if it has changed."""
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
        # Imported here: few people have the file, and the others should not wait for its reader to load.
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
        """Show what was read, if the file has no problems."""
        if not self.keymap_notes:
            message = (
                f"{plural(self.keymap_changes, 'action')} with keys of your own; the help (?) shows the keys in force."
            )
            self.notify(message, title="The keymap is in use", timeout=4, markup=False)

    def write_keymap_template(self) -> bool:
        """Create the file if it does not exist. If that fails, show the reason and return False."""
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
