"""What the workbench does besides showing: each module is one capability with its keys, its threads and its messages.

A capability is a container around the screens, so that keys and messages that a screen does not use bubble up to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.widget import Widget

from abtui.tui.state import State
from abtui.tui.work.acting import Acting
from abtui.tui.work.comparing import Comparing
from abtui.tui.work.configuring import Configuring
from abtui.tui.work.copying import Copying
from abtui.tui.work.drafts import Drafts
from abtui.tui.work.editing import Editing
from abtui.tui.work.filing import Filing
from abtui.tui.work.findings import Findings
from abtui.tui.work.last_session import LastSession
from abtui.tui.work.mapping import Mapping
from abtui.tui.work.reading import Reading
from abtui.tui.work.sending import Sending
from abtui.tui.work.touring import Touring

CAPABILITIES: Final[tuple[Callable[[State, Widget], Widget], ...]] = (
    LastSession,
    Drafts,
    Reading,
    Editing,
    Findings,
    Comparing,
    Mapping,
    Configuring,
    Filing,
    Acting,
    Sending,
    Touring,
    Copying,
)
"""The capabilities, from the innermost on."""
