"""How keys are written: `s`, `?`, `ctrl+r`, `F5`, `question_mark` and `shift+tab` become the names that key presses come with."""

from __future__ import annotations

import unicodedata
from typing import Final

from abtui.core.text.nearest import Nearest

UNBOUND: Final = "none"
"""Written in place of keys: no key at all."""

_MODIFIERS: Final = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NAMED: Final = frozenset(
    {
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
        *("backspace", "enter", "escape", "tab", "space"),
        *(f"f{number}" for number in range(1, 25)),
    }
)
_ALIASES: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "control": "ctrl",
    "option": "alt",
    "cmd": "super",
}
# Where the name that a key press comes with is not the character's name in Unicode.
_SHORT: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_SAME: Final = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+left_square_bracket": "escape"}
"""What a terminal sends as another key."""


def key_name(written: str) -> str | None:
    """The name of a key as key presses have it, or None if there is no such key."""
    text = written.strip()
    *before, base = text.split("+") if not text.endswith("+") else [*text[:-1].rstrip("+").split("+"), "+"]
    modifiers = {_ALIASES.get(word.strip().lower(), word.strip().lower()) for word in before if word.strip()}
    if not modifiers <= set(_MODIFIERS):
        return None
    name = _base_name(base.strip())
    if name is None:
        return None
    if len(name) == 1 and modifiers == {"shift"}:
        # Shift and a letter is the capital letter, which is what comes.
        return name.upper() if name.isalpha() else None
    if modifiers:
        name = name.lower()
    return "+".join([*sorted(modifiers, key=_MODIFIERS.index), name])


def _base_name(base: str) -> str | None:
    if len(base) == 1:
        if not base.isprintable() or base.isspace():
            return None
        if base.isalnum():
            return base
        name = unicodedata.name(base, "").lower().replace("-", "_").replace(" ", "_")
        return _SHORT.get(name, name) or None
    lower = _ALIASES.get(base.lower(), base.lower())
    if lower in _NAMED or lower in _SHORT.values():
        return lower
    try:
        return _base_name(unicodedata.lookup(lower.replace("_", " ")))
    except KeyError:
        return None


def is_character(name: str) -> bool:
    """Whether a key of this name writes a character in an editor."""
    return "+" not in name and (name == "space" or name not in _NAMED)


def sent_as(name: str) -> str | None:
    """The key that a terminal sends in place of this one, or None."""
    return _SAME.get(name)


def nearest_key(written: str) -> str:
    """What to do about a name that is no key's."""
    *before, base = written.replace("-", "+").split("+")
    joined = "+".join([*before, base])
    if joined != written and key_name(joined) is not None:
        return f"Write `{key_name(joined)}`."
    near = Nearest([*sorted(_NAMED), *_SHORT.values(), "question_mark"]).of(base)
    if near is not None:
        return f"Did you mean `{'+'.join([*before, near])}`?"
    return "Keys are written as `s`, `?`, `ctrl+r`, `f5`, `shift+tab`, `space`."
