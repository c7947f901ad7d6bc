"""Where things may move: not where a person wants none, over SSH, where each frame is sent, or in a recording, which keeps all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_STILL: Final = ("NO_MOTION", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "ASCIINEMA_REC", "ASCIINEMA_SESSION")


def can_move(env: Mapping[str, str]) -> bool:
    """Whether lines may be drawn in motion in this environment. `TEXTUAL_ANIMATIONS` is Textual's own."""
    return not any(env.get(name) for name in _STILL)
