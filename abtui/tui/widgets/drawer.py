"""The drawer below the panes: panels about all events, one of them visible. Panels are created when first shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from abtui.tui.widgets.tab_strip import TabStrip


class PanelKind(NamedTuple):
    """A panel: the id of its widget, the label of its tab, and a function that creates the widget with that id."""

    name: str
    label: str
    make: Callable[[], Widget]


class Drawer(Vertical):
    """A row of tabs above the panel of the active tab."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Drawer {
        & ContentSwitcher { height: 1fr; }
    }
    """

    def __init__(self, kinds: Sequence[PanelKind], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._kinds = {kind.name: kind for kind in kinds}

    def compose(self) -> ComposeResult:
        """Yield the tabs and an empty switcher; panels are mounted when they are first chosen."""
        yield TabStrip([(kind.name, kind.label) for kind in self._kinds.values()], id="drawer-tabs")
        yield ContentSwitcher(id="drawer-panels")

    @property
    def active(self) -> str:
        """The name of the visible panel, or of the first one while none is visible."""
        return self.query_one("#drawer-tabs", TabStrip).active

    def panel(self, name: str) -> Widget | None:
        """The widget of a panel, or None if it was never shown."""
        switcher = self.query_one("#drawer-panels", ContentSwitcher)
        return next((child for child in switcher.children if child.id == name), None)

    def show(self, name: str) -> Widget:
        """Show a panel and return its widget. A new widget is composed only after the next refresh."""
        switcher = self.query_one("#drawer-panels", ContentSwitcher)
        panel = self.panel(name)
        if panel is None:
            panel = self._kinds[name].make()
            switcher.mount(panel)
        switcher.current = name
        self.query_one("#drawer-tabs", TabStrip).active = name
        return panel

    def set_label(self, name: str, note: str) -> None:
        """Put a short note, such as a count, after a tab's label; "" removes the note."""
        label = self._kinds[name].label
        self.query_one("#drawer-tabs", TabStrip).set_label(name, f"{label} {note}" if note else label)
