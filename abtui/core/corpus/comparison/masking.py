"""Text from configs and events, with the configs' API keys masked."""

from __future__ import annotations

import re
from typing import Final

from abtui.core.config import Config
from abtui.core.text.secret import Secret, hide_all, without_user

LONGEST_VALUE: Final = 64 * 1024
"""The characters of a value that are kept: more than an event may have. Views shorten values further."""
_SURROGATE = re.compile("[\ud800-\udfff]")

Texts = tuple[str | None, str | None]
"""A value under OLD and under NEW; None where there is none."""


class KeyMask:
    """Masks the API keys of all given configs in any text: one config may hold another's key in the wrong place."""

    def __init__(self, *configs: Config) -> None:
        self._keys = tuple({key for config in configs for key in config.secrets})

    def text(self, text: str) -> str:
        """`text` with keys masked, and with lone surrogates escaped because no encoding can write them."""
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", hide_all(text, self._keys))

    def names(self, old: str | None, new: str | None) -> Texts:
        """Two names, whole. Names that differ also differ in their masked form."""
        left, right = (None if text is None else self.text(text) for text in (old, new))
        return _distinct(old != new, left, right)

    def pair(self, old: str | None, new: str | None) -> Texts:
        """Two values, each cut to the longest an event may be. Values that differ also differ in their masked form."""
        return _distinct(old != new, self._value(old), self._value(new))

    def addresses(self, old: str | None, new: str | None) -> Texts:
        """Two addresses that differ, without a user and password in them."""
        left, right = (None if text is None else without_user(self.text(text)) for text in (old, new))
        return _distinct(True, left, right)

    def _value(self, text: str | None) -> str | None:
        if text is None:
            return None
        # Mask before cutting: the beginning of a key would not be recognised.
        masked = self.text(text)
        return masked if len(masked) <= LONGEST_VALUE else f"{masked[: LONGEST_VALUE - 1]}…"


def key_pair(old: Secret | None, new: Secret | None) -> Texts:
    """Two API keys that differ, masked."""
    left, right = (None if key is None else key.masked for key in (old, new))
    return _distinct(True, left, right, "key")


def _distinct(differ: bool, old: str | None, new: str | None, noun: str = "value") -> Texts:
    """Both texts. Where the values differ and the texts do not, the second one says so."""
    return old, f"{new} (another {noun})" if differ and old == new else new
