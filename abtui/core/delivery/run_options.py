"""What a run was made of, so that it can be taken up again: places, the target's name and options. No key, no event."""

from __future__ import annotations

import msgspec

from abtui.core.delivery.plan import Mode
from abtui.core.text.kept_json import decode, encode
from abtui.core.text.secret import Secret, hide


class Recipe(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A run as it was asked for. Paths are absolute; `-` is standard input, whose events have to be given again.

    `shift` is the offset of all dates in milliseconds, None for dates as they are; `now` what lines of code were completed with.
    """

    config: str
    events: tuple[str, ...]
    target: str
    mode: Mode
    batch: int
    concurrency: int
    now: str
    rate: float | None = None
    tries: int = 5
    timeout: float = 5.0
    shift: int | None = None
    proxy: str | None = None
    ca_bundle: str | None = None


def packed(recipe: Recipe) -> bytes:
    """A recipe as JSON."""
    return encode(recipe)


def keepable(recipe: Recipe, secret: Secret | None) -> bytes | None:
    """A recipe as it may be written down; None where the key stands in it: with a mask in its place it would lead elsewhere."""
    data = packed(recipe)
    text = data.decode()
    return data if hide(text, secret) == text else None


def unpacked(data: bytes | str) -> Recipe | None:
    """The recipe of a run; None for one that this version does not understand."""
    try:
        return decode(data, Recipe)
    except msgspec.DecodeError:
        return None
