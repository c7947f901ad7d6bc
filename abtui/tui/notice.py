"""What the message line says."""

from __future__ import annotations

from typing import Literal

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """One message: what happened and what to do. `key` takes it back (`undoes`). With `stays` it is a problem that is not over yet."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"
    stays: bool = False
    key: str = ""
    undoes: str = "undoes it"
