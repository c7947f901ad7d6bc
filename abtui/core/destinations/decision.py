"""What a destination decides about one event, before anybody asks for findings or words."""

from __future__ import annotations

from typing import Any

import msgspec

from abtui.core.outcomes import Step, Verdict
from abtui.core.text.paths import Path


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A verdict, the code of its reason, the body of the request (JSON value; only with `send`), and details for the sentence.

    `goal` is the goal's name as sent, `detail` what the reason's sentence needs, `path` the event path that made the function
    throw, `unit_source` where the units came from:
    `mapping`, `event` (`properties.absmartly.units`) or None where units were not looked for.
    """

    verdict: Verdict
    code: str
    body: Any = None
    goal: Any = None
    detail: str = ""
    path: Path | None = None
    unit_source: str | None = None


Trace = list[Step]
