"""An API key that cannot be printed by accident."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "****"
NO_KEY: Final = "none"
"""What stands in a key's place where there is none: a mask would say that there is one."""
KEY_VARIABLE: Final = "ABSMARTLY_API_KEY"
"""The variable that a key comes from, unless a config names another."""
_SHOWN = 4
_LONG_ENOUGH = 12
# `masked` shows four characters of a long key: a key of fewer than five hides nothing and would blot the text.
_HIDDEN_FROM = 5
_USER_IN_URL = re.compile(r"//[^/@]*@")


class Secret:
    """A secret string. `repr`, `str` and formatting show `masked`; only `reveal` gives the value, for its own request."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        # Spaces around a header's value are no part of it, so the key is met without them; and as JSON writes it.
        key = value.strip(" \t")
        self._forms = tuple(dict.fromkeys((key, json.dumps(key)[1:-1]))) if len(key) >= _HIDDEN_FROM else ()

    def reveal(self) -> str:
        """The value itself. For the request to the secret's own target and nothing else."""
        return self._value

    @property
    def forms(self) -> tuple[str, ...]:
        """What is to be masked in texts: the key in each way it may stand there; none for one that hides nothing."""
        return self._forms

    @property
    def masked(self) -> str:
        """`****1a2b`: the last four characters tell keys apart; a key under 12 characters shows none of them."""
        return MASK + self._value[-_SHOWN:] if len(self._value) >= _LONG_ENOUGH else MASK

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")


def hide(text: str, secret: Secret | None) -> str:
    """`text` with the key masked, wherever it stands in it, as it is or as JSON writes it."""
    for form in () if secret is None else secret.forms:
        if secret is not None and form in text:
            text = text.replace(form, secret.masked)
    return text


def hide_all(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with each of the keys masked; the longest first, as a key may be the start of another."""
    for secret in sorted(secrets, key=lambda secret: -len(secret.reveal())):
        text = hide(text, secret)
    return text


def without_user(url: str) -> str:
    """An address without the user and password that may stand in it."""
    return _USER_IN_URL.sub(f"//{MASK}@", url, count=1)
