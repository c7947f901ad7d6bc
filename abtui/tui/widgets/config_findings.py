"""The findings of the config, shown below its text. A click on a finding chooses it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from abtui.core.findings import Finding
from abtui.tui.kit.severities import GRAVEST
from abtui.tui.widgets import prose

_META = "finding"
_GOOD = "The config is good: no finding."


class ConfigFindings(VerticalScroll):
    """A list of findings, gravest first. It posts `Chosen` when a finding is clicked."""

    class Chosen(Message):
        """A finding was clicked."""

        def __init__(self, finding: Finding) -> None:
            super().__init__()
            self.finding = finding

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._findings: tuple[Finding, ...] | None = None
        self._missing = ""
        # Created here rather than looked up by id, so that `show` works before `compose` and during removal.
        self._text = Static(id=f"{id}-text", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the single text widget."""
        yield self._text

    def show(self, findings: Sequence[Finding], missing: str = "") -> None:
        """Show findings, or a message that there are none. If there is no config, `missing` is shown instead."""
        if self._findings == tuple(findings) and self._missing == missing:
            # A new text would cause a layout of the whole screen.
            return
        self._findings, self._missing = tuple(findings), missing
        places = sorted(range(len(findings)), key=lambda at: GRAVEST.index(findings[at].severity))
        blocks = [prose.findings([findings[at]]).stylize(Style.from_meta({_META: at})) for at in places]
        none = Content.styled(missing, "$foreground-muted") if missing else prose.findings((), _GOOD)
        self._text.update(Content("\n\n").join(blocks) if blocks else none)

    def on_click(self, event: events.Click) -> None:
        """Choose the finding under the mouse."""
        at = event.style.meta.get(_META)
        if isinstance(at, int) and self._findings is not None and at < len(self._findings):
            event.stop()
            self.post_message(self.Chosen(self._findings[at]))
