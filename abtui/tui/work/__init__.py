"""What the workbench does besides showing: each module is one capability with its keys, its threads and its messages.

The workbench binds their keys, and passes on the messages (`Wanted`) of screens.
"""

from __future__ import annotations

from typing import Final

from abtui.tui.work.acting import Acting
from abtui.tui.work.capability import Capability
from abtui.tui.work.comparing import Comparing
from abtui.tui.work.configuring import Configuring
from abtui.tui.work.copying import Copying
from abtui.tui.work.drafts import Drafts
from abtui.tui.work.editing import Editing
from abtui.tui.work.experimenting import Experimenting
from abtui.tui.work.filing import Filing
from abtui.tui.work.findings import Findings
from abtui.tui.work.last_session import LastSession
from abtui.tui.work.listening import Listening
from abtui.tui.work.mapping import Mapping
from abtui.tui.work.reading import Reading
from abtui.tui.work.sending import Sending
from abtui.tui.work.touring import Touring

CAPABILITIES: Final[tuple[type[Capability], ...]] = (
    Copying,
    Touring,
    Sending,
    Acting,
    Filing,
    Configuring,
    Mapping,
    Comparing,
    Findings,
    Editing,
    Reading,
    Listening,
    Experimenting,
    Drafts,
    LastSession,
)
"""The capabilities, in the order in which they are told what changes."""
