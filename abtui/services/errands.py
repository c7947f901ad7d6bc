"""Values with API keys in them as bytes, to be sent to another process: with the keys to one of ours, without them to other machines."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, Final

from abtui.core.text.secret import Secret

_SALT: Final = 16
_PLAIN, _ODD = "x", "\u2022"
"""What is used in place of a key that a header can carry, and of one that it cannot."""


def with_keys(value: object) -> bytes:
    """A value as bytes for a process of this machine. They hold the keys."""
    return _packed(value, lambda secret: (Secret, (secret.reveal(),)))


def without_keys(value: object) -> bytes:
    """A value as bytes for another machine: of a key there are only the mask and a digest."""
    salt = token_bytes(_SALT)

    def sealed(secret: Secret) -> tuple[Any, ...]:
        key = secret.reveal()
        return _found, (secret.masked, key.isascii() and key.isprintable(), salt, _digest(key, salt))

    return _packed(value, sealed)


def unpacked(data: bytes) -> Any:
    """The value. A key that did not travel is taken from a variable of this environment that has it; without one it stays sealed."""
    return pickle.loads(data)  # noqa: S301 - it comes from the program that gave this process its task.


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, of_secret: Callable[[Secret], tuple[Any, ...]]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._of_secret = of_secret

    def reducer_override(self, item: object) -> Any:
        return self._of_secret(item) if isinstance(item, Secret) else NotImplemented


def _packed(value: object, of_secret: Callable[[Secret], tuple[Any, ...]]) -> bytes:
    file = io.BytesIO()
    _Pickler(file, of_secret).dump(value)
    return file.getvalue()


def _digest(key: str, salt: bytes) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), salt=salt).digest()


def _found(masked: str, plain: bool, salt: bytes, digest: bytes) -> Secret:
    for value in os.environ.values():
        if _digest(value, salt) == digest:
            return Secret(value)
    return Secret.sealed(masked, _PLAIN if plain else _ODD, digest)
