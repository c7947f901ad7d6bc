"""An API key that cannot be printed by accident, and texts with the keys in them masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from abtui.core.text.plain import one_line
from abtui.core.text.secret_forms import SecretForms

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
# Bullets cannot be sent in a header, and nobody is given a key with four stars in a row, or one of the letter x alone.
_STANDS_IN = re.compile(r"[\u2022\u2219\u25cf\u26ab\u2b24]{2}|\*{4}|\A\s*(?:\*+|[xX]{5,})(?:\.{3}|\u2026)?\s*\Z")


class Secret:
    """A secret string. `repr`, `str` and formatting show `masked`; only `reveal` gives the value, for its own request."""

    __slots__ = ("_forms", "_masked", "_same_as", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._same_as: str | bytes = value
        self._masked = MASK + value[-_SHOWN:] if len(value) >= _LONG_ENOUGH else MASK
        # HTTP drops spaces around a header's value, so texts contain the key without them.
        key = value.strip(" \t")
        self._forms = SecretForms(key) if len(key) >= _HIDDEN_FROM else None

    @classmethod
    def sealed(cls, masked: str, stand_in: str, digest: bytes) -> Secret:
        """A secret whose value is elsewhere. What is known of it is its mask, a text to be used in its place, and a digest to compare it by.

        It is masked in no text, as nobody could find it there.
        """
        secret = cls("")
        secret._value, secret._masked, secret._same_as = stand_in, masked, digest
        return secret

    @property
    def is_sealed(self) -> bool:
        """Whether the value is not known here."""
        return isinstance(self._same_as, bytes)

    def reveal(self) -> str:
        """The value itself. For the request to the secret's own target and nothing else."""
        return self._value

    @property
    def forms(self) -> SecretForms | None:
        """The forms of the key that are masked in texts; None for a key that is too short to be masked."""
        return self._forms

    @property
    def masked(self) -> str:
        """`****1a2b`: the last four characters tell keys apart; a key under 12 characters shows none of them."""
        return self._masked

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._same_as == self._same_as

    def __hash__(self) -> int:
        return hash(self._same_as)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")


def is_stand_in(text: str) -> bool:
    """Whether a text is certain to be what is shown in place of a key, such as Segment's `••••8839`, and no key."""
    return _STANDS_IN.search(text) is not None


def holds(data: str | bytes, secrets: Iterable[Secret]) -> bool:
    """Whether a text, or its UTF-8, contains one of the keys in any form."""
    return any(secret.forms is not None and secret.forms.stand_in(data) for secret in secrets)


def hide(text: str, secret: Secret | None) -> str:
    """`text` with the key masked everywhere, in any form."""
    return text if secret is None else hide_all(text, (secret,))


def hide_all(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with each of the keys masked; the longest first, because one key may begin with another."""
    for forms, mask in _standing_in(text, secrets):
        text = forms.masked(text, mask)
    return text


def excerpt(text: str, width: int, secrets: Iterable[Secret], start: int = 0, end: int | None = None) -> str:
    """The part of `text` from `start` to `end` as one line of at most `width` characters, to be quoted in a message.

    A key that is in it, or that it is a part of, is masked before it is cut: of what was cut, nobody could tell any more.
    """
    secrets, end = tuple(secrets), len(text) if end is None else end
    around = max((secret.forms.longest for secret in secrets if secret.forms is not None), default=0)
    begin = max(0, start - around)
    window = text[begin : end + around]
    at, end = start - begin, end - begin
    found = [(*span, mask) for forms, mask in _standing_in(window, secrets) for span in forms.spans(window)]
    shown = []
    for opens, closes, mask in sorted(found):
        if closes > at and opens < end:
            shown += [window[at : max(at, opens)], mask]
            at = closes
    return one_line("".join((*shown, window[at : max(at, end)])), width)


def _standing_in(text: str, secrets: Iterable[Secret]) -> list[tuple[SecretForms, str]]:
    """The forms and the masks of the keys that are in a text, the longest key first."""
    found = [secret for secret in secrets if secret.forms is not None and secret.forms.stand_in(text)]
    found.sort(key=lambda secret: -len(secret.reveal()))
    return [(secret.forms, secret.masked) for secret in found if secret.forms is not None]


def without_user(url: str) -> str:
    """An address without a user and password."""
    return _USER_IN_URL.sub(f"//{MASK}@", url, count=1)
