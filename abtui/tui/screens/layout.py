"""The layout of the workbench's screen, and the pane in view."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Final, Literal

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import DescendantFocus, Resize
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from abtui.core.events import SdkDefaults
from abtui.tui.corpus import Corpus
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.signs import EDITED
from abtui.tui.messages import PaletteCommand
from abtui.tui.opening import Opening
from abtui.tui.session import Session
from abtui.tui.widgets.config_pane import ConfigPane
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.event_list import EventList
from abtui.tui.widgets.event_pane import EventPane
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.key_bar import KeyBar
from abtui.tui.widgets.result_pane import ResultPane
from abtui.tui.widgets.tab_strip import TabStrip
from abtui.tui.widgets.top_bar import CountBar, Counts, TargetBar

Pane = Literal["events", "event", "result", "config", "drawer"]
PANES: Final[tuple[tuple[Pane, str], ...]] = (
    ("events", "1 Events"),
    ("event", "2 Event"),
    ("result", "3 Result"),
    ("config", "4 Config"),
    ("drawer", "5 Panels"),
)
PANEL_ORDER: Final = ("findings", "impact", "sending", "history")
"""The panels of the drawer by name, in the order of their tabs and keys."""
_ARRANGING: Final = frozenset({*(f"-{name}" for name, _ in PANES), "-config-open", "-drawer-open", "-zoomed", "-wide"})
"""The screen's CSS classes that only arrange the panes, the drawer, and the config's findings."""
TIGHT: Final = 70
"""The number of columns below which the counts are abbreviated as much as possible."""


class Layout(Screen[None]):
    """The panes, the drawer below them, and the rows around them.

    The subclasses add one capability each. `Reading`, `Editing` and `Configuring` build on one another, and all others build
    on these, independently of each other. `WorkbenchScreen` combines them. A method that several of them extend calls
    `super()`.
    """

    AUTO_FOCUS = ""

    pane: reactive[Pane] = reactive("events", init=False)
    narrow: reactive[bool] = reactive(False, init=False)

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(classes="-events")
        self.corpus = Corpus()
        self.session = session
        self.corpus.mapper = session.mapper
        self._opening = opening
        self._given_sdk = sdk
        self._narrow_below = narrow_below
        self._reading_note = ""
        self._reading_share: float | None = None
        self._styled: frozenset[str] = frozenset()

    @property
    def _sdk(self) -> SdkDefaults:
        """The defaults for reading events, with the config's keys, so that no finding about an event quotes a key."""
        return msgspec.structs.replace(self._given_sdk, secrets=self.session.known_keys)

    def compose(self) -> ComposeResult:
        """Two status rows, the panes, the drawer and the key bar."""
        yield TargetBar(id="target-bar")
        with Horizontal(id="second-row"):
            yield TabStrip(PANES, id="panes")
            yield CountBar(id="count-bar")
        with Horizontal(id="body"):
            panes: tuple[Widget, ...] = (
                EventsPane(self._row, take_paste=self._accept_paste, id="events"),
                EventPane(edited=self._edited, take_paste=self._accept_paste, id="event"),
                ConfigPane(take_paste=self._accept_paste, id="config"),
                ResultPane(id="result"),
            )
            for pane in panes:
                pane.add_class("pane")
                yield pane
        if kinds := self._panels():
            yield Drawer(sorted(kinds, key=lambda kind: PANEL_ORDER.index(kind.name)), id="drawer")
        yield KeyBar(id="keys")

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventsPane).event_list

    @property
    def event_pane(self) -> EventPane:
        """The event's editor."""
        return self.query_one(EventPane)

    @property
    def config_pane(self) -> ConfigPane:
        """The config's editor and findings."""
        return self.query_one(ConfigPane)

    @property
    def result(self) -> ResultPane:
        """The pane with the event's outcome."""
        return self.query_one(ResultPane)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the filter's key where text is typed: it has priority over widgets, but must type its character there."""
        return not (action == "filter" and isinstance(self.focused, Input | TextArea))

    def on_resize(self, event: Resize) -> None:
        """Turn the panes into tabs if there are too few columns."""
        self.narrow = event.size.width < self._narrow_below
        self.query_one(CountBar).tight = self.narrow and event.size.width < TIGHT

    def watch_narrow(self, narrow: bool) -> None:
        """Show one pane or three."""
        self.set_class(narrow, "-narrow")

    def watch_pane(self, pane: Pane) -> None:
        """Bring a pane into view. The event and config panes share the middle."""
        self.query_one("#panes", TabStrip).active = pane
        classes = {f"-{name}": name == pane for name, _ in PANES}
        if pane in ("event", "config"):
            classes["-config-open"] = pane == "config"
        elif pane == "drawer":
            classes["-drawer-open"] = True
        self.update_classes(classes)

    def update_node_styles(self, animate: bool = True) -> None:
        """Apply the stylesheet after a change of a class or the theme.

        If only the arrangement of panes changed, only the panes are styled. Styling all widgets in them takes ten times as
        long, more than a frame.
        """
        changed, self._styled = self._styled ^ self.classes, self.classes
        if changed and changed <= _ARRANGING:
            nodes = [self, *self.query("#body, #body > *, #drawer, #config-findings")]
            self.app.stylesheet.update_nodes(nodes, animate=animate)
        else:
            super().update_node_styles(animate)

    def _update_focus_styles(self, focused: Widget | None = None, blurred: Widget | None = None) -> None:
        """Style only the frames of panes after the focus moved; the focused and the blurred widget style themselves.

        Textual would style all widgets in those panes, in case the stylesheet has a rule for them.
        """
        inside = {node for widget in (focused, blurred) if widget is not None for node in widget.ancestors_with_self}
        self.app.stylesheet.update_nodes([node for node in inside if node._has_focus_within], animate=True)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Make the pane of the focused widget the pane in view."""
        for node in event.widget.ancestors_with_self:
            name = next((name for name, _ in PANES if name == node.id), None)
            if name is not None:
                self.pane = name
                return

    @on(TabStrip.Activated, "#panes")
    def _pane_chosen(self, event: TabStrip.Activated) -> None:
        self.action_show_pane(event.tab)

    def action_show_pane(self, pane: str) -> None:
        """Bring a pane into view and focus it."""
        self.pane = next(name for name, _ in PANES if name == pane)
        if pane == "events":
            # Set the focus at once: `Widget.focus` does it later, and could override a newer focus.
            self.set_focus(self.event_list)
        elif pane == "event":
            self.event_pane.editor.focus()
        elif pane == "config":
            self.config_pane.focus_view()
        elif pane == "drawer":
            self.action_show_panel(self.query_one(Drawer).active)
        else:
            self.result.focus_view()

    def keys_hidden(self) -> AbstractContextManager[None]:
        """A context in which no API key is on screen, for taking a picture."""
        panes = self.query(ConfigPane)
        return panes.first().keys_hidden() if panes else nullcontext()

    # The end of the app and the palette

    def leave(self, *, settled: bool) -> bool:
        """Called when the app ends. Unless `settled`, unsaved work is kept. True if there was any and it was kept."""
        return False

    def palette_commands(self) -> list[PaletteCommand]:
        """Commands of the palette that have no key; each capability adds its own."""
        return []

    # The drawer

    def _panels(self) -> list[PanelKind]:
        """The panels of the drawer; each capability adds its own."""
        return []

    def panel(self, name: str) -> Widget | None:
        """A panel of the drawer, or None if it was never shown."""
        return self.query_one(Drawer).panel(name)

    def action_show_panel(self, name: str) -> None:
        """Open the drawer at a panel and focus it; if the panel has the focus already, close the drawer."""
        drawer = self.query_one(Drawer)
        panel = drawer.panel(name)
        if panel is not None and panel.has_focus_within and drawer.active == name:
            self.close_drawer()
            return
        self.pane = "drawer"
        panel = drawer.show(name)
        self._panel_shown(name)
        self.call_after_refresh(self._focus_panel, panel)

    def _panel_shown(self, name: str) -> None:
        """Called when a panel comes into view, so that the class it belongs to can fill it."""

    def _focus_panel(self, panel: Widget) -> None:
        # Another key may have changed the pane in the meantime.
        if self.pane == "drawer":
            target = next((child for child in panel.walk_children(Widget) if child.focusable), None)
            self.set_focus(target if target is not None and not panel.can_focus else panel)

    def close_drawer(self) -> None:
        """Close the drawer and go back to the list."""
        self.remove_class("-drawer-open")
        self.action_show_pane("events")

    @on(TabStrip.Activated, "#drawer-tabs")
    def _panel_chosen(self, event: TabStrip.Activated) -> None:
        self.action_show_panel(event.tab)

    def _row(self, position: int) -> EventRow:
        index = self.corpus.index_at(position)
        if index is None:
            return EventRow("", "", "unmapped")
        row = self.corpus.row(index, self.session.mapper)
        return msgspec.structs.replace(row, name=f"{EDITED} {row.name}") if index in self.corpus.edited else row

    def _edited(self, text: str) -> None:
        """Called after the person changed the event's text."""

    def _accept_paste(self, text: str) -> bool:
        """Add pasted text as events, if it contains any. True if it did and the editor should not insert it."""
        return False

    def _count(self) -> None:
        """Update the displayed numbers of the corpus."""
        corpus = self.corpus
        self.query_one(CountBar).counts = Counts(
            total=len(corpus),
            mapped=corpus.mapped,
            shown=corpus.shown,
            filtered=bool(corpus.filter),
            fates=dict(corpus.counts),
            marked=len(corpus.marked),
            reading=self._reading_note or ("filtering…" if corpus.filtering else ""),
            share=self._reading_share,
            unmapped=self.session.unmapped,
        )
        self.event_list.signs = corpus.signs
        self.event_list.count = corpus.shown
        bar = self.query_one(TargetBar)
        bar.modified, bar.edited = self.session.modified, len(corpus.edited)
