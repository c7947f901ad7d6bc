"""The keys a command has read so far: nothing it says may quote one."""

from __future__ import annotations

from collections.abc import Iterable

from abtui.core.text.secret import Secret, hide_all

_KNOWN: dict[Secret, None] = {}
"""Of the process, as its standard error is: whoever writes there may know of no config."""


def remember(secrets: Iterable[Secret]) -> None:
    """From now on they are masked in all that is said."""
    _KNOWN.update(dict.fromkeys(secrets))


def known() -> tuple[Secret, ...]:
    """All of them."""
    return tuple(_KNOWN)


def forget() -> None:
    """Begin anew: another command runs in this process."""
    _KNOWN.clear()


def unsaid(text: str) -> str:
    """`text` without them."""
    return hide_all(text, _KNOWN)
