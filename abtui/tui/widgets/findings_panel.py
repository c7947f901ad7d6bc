"""The panel of all findings of the events and the config: the list, and the meaning and the fix of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Static

from abtui.tui.widgets import prose
from abtui.tui.widgets.finding_list import FindingList, Places
from abtui.tui.widgets.finding_rows import LEAST_SEVERITIES, FindingGroup, FindingPlace

_BESIDE_FROM = 100
"""The least width from which the explanation is beside the list. In a narrower panel a key shows it."""


class FindingsPanel(Vertical):
    """Shows groups of findings, which `set_groups` and `set_fix` supply, and posts a message for each choice."""

    DEFAULT_CSS = """
    FindingsPanel {
        & #findings-body { height: 1fr; }
        & FindingList { width: 1fr; height: 1fr; }
        & #findings-why { width: 44%; max-width: 76; padding: 0 1; display: none; scrollbar-size: 1 1; border-left: solid $foreground 25%; }
        & #findings-note { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-explained #findings-why { display: block; }
        &.-narrow #findings-body { layout: vertical; }
        &.-narrow #findings-why { width: 1fr; max-width: 100%; height: 55%; border-left: none; border-top: solid $foreground 25%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter by", tooltip="Show only events with this finding", id="findings.filter"),
        Binding("e", "explain", "Explain", tooltip="Explain what the finding means", id="findings.explain"),
        Binding("shift+down", "scroll_why(1)", show=False, id="findings.why-down"),
        Binding("shift+up", "scroll_why(-1)", show=False, id="findings.why-up"),
        Binding(
            "V",
            "next_least",
            "Severity",
            tooltip="Show all findings, warnings and errors, or errors only",
            id="findings.least",
        ),
    ]

    class Filtered(Message):
        """The user asked for only the events with a finding of `code`."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    class Pointed(Message):
        """The cursor moved to another finding, or the finding under it changed."""

    def __init__(self, places: Places, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places = places
        self._groups: tuple[FindingGroup, ...] = ()
        self._fix = ""
        self._state = ""
        self._narrow: bool | None = None
        self._composed = False

    def compose(self) -> ComposeResult:
        """Yield the list, the explanation, and a row with the current severity or the available fix."""
        with Horizontal(id="findings-body"):
            yield FindingList(self._places, id="finding-list")
            with VerticalScroll(id="findings-why", can_focus=False):
                yield Static(id="findings-why-text", markup=False)
        yield Static(id="findings-note", markup=False)

    def on_mount(self) -> None:
        """Show the groups that were set before the widgets existed. The widgets in the body are mounted last."""
        self._composed = True
        self.set_groups(self._groups, self._state)

    @property
    def list(self) -> FindingList:
        """The list of findings. It does not exist before the first paint."""
        return self.query_one(FindingList)

    def set_groups(self, groups: Iterable[FindingGroup], state: str) -> None:
        """Replace the groups. `state` names the events that are not counted yet, or is ""."""
        self._groups, self._state = tuple(groups), state
        if self._composed:
            self.list.empty_text = (
                f"No finding {state}." if state else "✓ No finding: the config and all events are good."
            )
            self.list.set_groups(self._groups)

    @property
    def current(self) -> FindingPlace | None:
        """The place under the cursor, or the first place of a group."""
        return self.list.current_place if self._composed else None

    def set_fix(self, title: str) -> None:
        """Set the title of the fix for the finding under the cursor, or "" if there is none."""
        if title != self._fix:
            self._fix = title
            if self._composed:
                self._draw()

    def on_resize(self, event: Resize) -> None:
        """Put the explanation beside the list if there is room."""
        narrow = event.size.width < _BESIDE_FROM
        if narrow != self._narrow:
            self._narrow = narrow
            self.set_class(narrow, "-narrow")
            self.set_class(not narrow, "-explained")

    @on(FindingList.Highlighted)
    def _highlighted(self, message: FindingList.Highlighted) -> None:
        message.stop()
        self._fix = ""
        self._draw()
        self.post_message(self.Pointed())

    def _draw(self) -> None:
        row, place = self.list.current, self.list.current_place
        outline = self.list.outline
        shown = f"Shown: {LEAST_SEVERITIES[outline.least]}" + (
            f", {outline.hidden} kinds hidden" if outline.hidden else ""
        )
        state = f"{shown} (V) · {self._state}" if self._state else f"{shown} (V)"
        note = prose.fix_line(self._fix) if self._fix else Content.styled(state, "$text-muted")
        self.query_one("#findings-note", Static).update(note)
        words = Content("")
        if row is not None and place is not None:
            words = prose.explanation(row.group.code, place.finding, place.source, self._fix)
        self.query_one("#findings-why-text", Static).update(words)

    # Keys

    def action_explain(self) -> None:
        """Show or hide the explanation."""
        self.toggle_class("-explained")

    def action_scroll_why(self, by: int) -> None:
        """Scroll the explanation by `by` times half its height."""
        if not self._composed:
            return
        why = self.query_one("#findings-why")
        why.scroll_relative(y=by * max(1, why.size.height // 2), animate=False)

    def action_next_least(self) -> None:
        """Switch to the next choice of the least severity."""
        if self._composed:
            self.list.next_least()

    def action_filter(self) -> None:
        """Ask for only the events of the current group."""
        row = self.list.current if self._composed else None
        if row is not None:
            self.post_message(self.Filtered(row.group.code))
