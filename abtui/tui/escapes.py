"""The keys Escape and another in quick succession, which a terminal sends exactly like Alt with that key.

Neither of the two may type a character. Textual's parser turns such a sequence into the character that a Mac types with Alt, or
drops the Alt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.app import App
from textual.events import Event, Key
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

from abtui.tui.kit.private import OpenParser, key_of, parse_with
from abtui.tui.kit.writing import takes_text

_ESCAPE: Final = "\x1b"
_ALT: Final = "alt+"
_BEGIN_SEQUENCES: Final = "[O"
"""Characters that may begin a key's sequence after Escape, and are keys of their own only if nothing follows."""
_NAMED: Final = {"\r": "enter", "\t": "tab"}
"""Keys that also type text although their characters are not printable."""
_LONG: Final = {short: long for long, short in KEY_NAME_REPLACEMENTS.items()}


class AltParser(OpenParser):
    """A parser that reads Escape with a character as the key `alt+...`, which types no character."""

    def keys_of(self, sequence: str, alt: bool) -> Iterable[Key]:
        """The keys of a sequence; Escape with a character is one."""
        last = sequence[-1:]
        escaped = len(sequence) == 2 and sequence[0] == _ESCAPE and last not in _BEGIN_SEQUENCES
        if (last.isprintable() or last in _NAMED) and (escaped or (alt and len(sequence) == 1)):
            return [Key(_ALT + _name(last), None)]
        return super().keys_of(sequence, alt)


def _name(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    name = character if character.isalnum() else key_of(character)
    name = KEY_NAME_REPLACEMENTS.get(name, name)
    return f"shift+{name.lower()}" if len(name) == 1 and name.isupper() else name


def _character(name: str) -> str | None:
    """The character of a key. Textual itself does not find it for keys with a short name."""
    return key_to_character(_LONG.get(name, name))


def read_alt() -> None:
    """Make the loaded Textual drivers use `AltParser`."""
    parse_with(AltParser)


class Escaping(App[int]):
    """An app that handles Alt with a key as Escape followed by the key, unless the combination has a binding."""

    async def on_event(self, event: Event) -> None:
        """Handle an event; an unbound Alt combination is handled as Escape and the key."""
        if not (isinstance(event, Key) and not event.is_forwarded and self._is_escape(event.key)):
            await super().on_event(event)
            return
        back = getattr(self.screen, "action_back", None)
        if back is None:
            # This is a dialog: it is closed, and the second key is dropped, as it may not be meant for the screen below.
            await super().on_event(Key("escape", _ESCAPE))
            return
        if takes_text(self.focused):
            # Leave at once, even from an open list of completions: the key is not text.
            back()
            if takes_text(self.focused):
                back()
        else:
            await super().on_event(Key("escape", _ESCAPE))
        name = event.key.removeprefix(_ALT)
        name = name[-1].upper() if name.startswith("shift+") else name
        await super().on_event(Key(name, _character(name)))

    def _is_escape(self, key: str) -> bool:
        """Whether a key types text without its Alt, and has no binding at the focus with it."""
        name = key.removeprefix(_ALT)
        if name == key or key in self.screen.active_bindings:
            return False
        return name in _NAMED.values() or (_character(name.removeprefix("shift+")) or "\0").isprintable()
