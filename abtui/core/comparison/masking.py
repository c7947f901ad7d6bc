"""Texts of two configs and their events, as they may be shown."""

from __future__ import annotations

import re

from abtui.core.config import Config
from abtui.core.secret import Secret, hide_all

_SURROGATE = re.compile("[\ud800-\udfff]")


class Shown:
    """Masks the API keys of both configs in any text: one config may hold the other's key in a wrong place."""

    def __init__(self, *configs: Config) -> None:
        self._keys = tuple({key for config in configs for key in config.secrets})

    def text(self, text: str) -> str:
        """`text` without keys and without halves of characters, which no encoding has."""
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", hide_all(text, self._keys))

    def pair(self, old: str | None, new: str | None) -> tuple[str | None, str | None]:
        """Two texts that differ, also where they do not once the keys are masked."""
        shown = None if old is None else self.text(old), None if new is None else self.text(new)
        if old != new and shown[0] == shown[1]:
            return shown[0], f"{shown[1]} (another value)"
        return shown


def key_text(key: Secret | None) -> str | None:
    """An API key as a setting's value: masked."""
    return None if key is None else key.masked
