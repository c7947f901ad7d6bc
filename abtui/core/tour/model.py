"""What a step of the tour is."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from abtui.core.outcomes import Fate, Verdict
from abtui.core.text.paths import Path

Place = Literal["events", "event", "result", "config", "drawer"]
"""A pane of the workbench."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What is so when a step is on screen: the tests hold the tour to it.

    `reason` is the code of the verdict's, `goal` the payload's first, `uid` that of its first unit, `findings` are some of the
    event's, `shown` is how many events the list has with the step's filter, `receipt` what the local collector answers.
    """

    verdict: Verdict
    fate: Fate
    reason: str
    segment: str = "Success"
    goal: str | None = None
    uid: str | None = None
    findings: tuple[str, ...] = ()
    shown: int | None = None
    receipt: Literal["", "accepted", "refused"] = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what is said, and all that is on screen meanwhile, whatever was on it before.

    `caption` is a sentence or two in which `backticks` enclose what is code or a key. It speaks of the pane `look`. `event` is
    the source of the selected event. `edit` puts a text in the place of another in that event, `config` sets values in the
    demo's config. `field` is the beginning of the payload's line that has the cursor. `needs` are parts of the workbench without which the step is left out (`panel:impact`, `action:send`).
    """

    name: str
    title: str
    caption: str
    look: Place
    event: str
    expected: Expected
    tab: str = "payload"
    filter: str = ""
    edit: tuple[str, str] | None = None
    config: tuple[tuple[Path, Any], ...] = ()
    field: str = ""
    panel: str = ""
    pinned: bool = False
    sent: bool = False
    needs: tuple[str, ...] = ()
