"""Escape followed at once by a key: a terminal sends it as it sends Alt with that key, and neither writes a character.

This leans on private parts of Textual: its parser takes such a sequence for the character that a Mac has on that key, or
leaves the Alt out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.events import Event, Key
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key, key_to_character

from abtui.tui.widgets.writing import takes_text

_ESCAPE: Final = "\x1b"
_ALT: Final = "alt+"
_BEGIN_SEQUENCES: Final = "[O"
"""Behind Escape they may begin the sequence of a key, and are keys themselves only if nothing follows."""
_NAMED: Final = {"\r": "enter", "\t": "tab"}
"""Keys that write as well, whose characters are not printable."""
_LONG: Final = {short: long for long, short in KEY_NAME_REPLACEMENTS.items()}


class AltParser(XTermParser):
    """Reads Escape and a character as the key `alt+...`, which has no character."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        last = sequence[-1:]
        escaped = len(sequence) == 2 and sequence[0] == _ESCAPE and last not in _BEGIN_SEQUENCES
        if (last.isprintable() or last in _NAMED) and (escaped or (alt and len(sequence) == 1)):
            return [Key(_ALT + _name(last), None)]
        return super()._sequence_to_key_events(sequence, alt)


def _name(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    name = character if character.isalnum() else _character_to_key(character)
    name = KEY_NAME_REPLACEMENTS.get(name, name)
    return f"shift+{name.lower()}" if len(name) == 1 and name.isupper() else name


def _character(name: str) -> str | None:
    """The character of a key; Textual has none for those that it calls by short names."""
    return key_to_character(_LONG.get(name, name))


def read_alt() -> None:
    """Let Textual's drivers that are loaded read with `AltParser`."""
    for name, module in list(sys.modules.items()):
        if name.startswith("textual.drivers.") and hasattr(module, "XTermParser"):
            module.XTermParser = AltParser  # type: ignore[attr-defined]


class Escaping(App[int]):
    """Takes Alt with a key that has no binding for Escape and the key."""

    async def on_event(self, event: Event) -> None:
        """Take an event, or what it stands for."""
        if not (isinstance(event, Key) and not event.is_forwarded and self._is_escape(event.key)):
            await super().on_event(event)
            return
        leave = getattr(self.screen, "action_leave", None)
        if leave is None:
            # A dialog: it is closed, and what was meant for what is below it is not guessed.
            await super().on_event(Key("escape", _ESCAPE))
            return
        if takes_text(self.focused):
            # At once, and out of an open list of completions as well: the key is no text.
            leave()
        else:
            await super().on_event(Key("escape", _ESCAPE))
        name = event.key.removeprefix(_ALT)
        name = name[-1].upper() if name.startswith("shift+") else name
        await super().on_event(Key(name, _character(name)))

    def _is_escape(self, key: str) -> bool:
        """Whether a key with Alt writes without it, and has no binding where the focus is."""
        name = key.removeprefix(_ALT)
        if name == key or key in self.screen.active_bindings:
            return False
        return name in _NAMED.values() or (_character(name.removeprefix("shift+")) or "\0").isprintable()
