"""Texts of two configs and their events, as they may be shown."""

from __future__ import annotations

import re
from typing import Final

from abtui.core.config import Config
from abtui.core.text.secret import Secret, hide_all

LONGEST_VALUE: Final = 64 * 1024
"""Values are data and stay whole, up to more than an event may have; who draws them for people cuts them."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class Shown:
    """Masks the API keys of both configs in any text: one config may hold the other's key in a wrong place."""

    def __init__(self, *configs: Config) -> None:
        self._keys = tuple({key for config in configs for key in config.secrets})

    def text(self, text: str) -> str:
        """`text` without keys and without halves of characters, which no encoding has."""
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", hide_all(text, self._keys))

    def pair(self, old: str | None, new: str | None) -> tuple[str | None, str | None]:
        """Two values, each cut where it is longer than an event may be. Two that differ do so also where what is shown of them does not."""
        left, right = self._value(old), self._value(new)
        return (left, another(right)) if old != new and left == right else (left, right)

    def _value(self, text: str | None) -> str | None:
        if text is None:
            return None
        # Masked first: the start of a key is no longer found.
        masked = self.text(text)
        return masked if len(masked) <= LONGEST_VALUE else f"{masked[: LONGEST_VALUE - 1]}…"


def another(text: str | None) -> str:
    """A value that is shown as the one before it, and is another one."""
    return f"{text} (another value)"


def key_text(key: Secret | None) -> str | None:
    """An API key as a setting's value: masked."""
    return None if key is None else key.masked
