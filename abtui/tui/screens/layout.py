"""What is on the workbench's screen, and which pane is in view."""

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
from abtui.tui.messages import PaletteCommand
from abtui.tui.opening import Opening
from abtui.tui.session import Session
from abtui.tui.widgets.config_pane import ConfigPane
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.event_list import EventList, EventRow
from abtui.tui.widgets.event_pane import EventPane
from abtui.tui.widgets.event_row import EDITED
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
"""Classes of the screen that arrange the panes, the drawer, and the config's findings; the stylesheet has them for nothing else."""
TIGHT: Final = 70
"""Columns below which the counts are written as short as can be."""


class Layout(Screen[None]):
    """The panes, the drawer below them, and the rows around them.

    What happens in them is added by the classes that build on this one, each a capability of its own: `Reading`, `Editing` and
    `Configuring` one on top of the other, everything else beside each other on top of those. `WorkbenchScreen` is all of them.
    A method that several of them extend calls `super()`.
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
        """What events are read with. Nothing that is said of one quotes a key of the config."""
        return msgspec.structs.replace(self._given_sdk, secrets=self.session.known_keys)

    def compose(self) -> ComposeResult:
        """Two rows of state, the panes, the keys."""
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
        """What happens to the event."""
        return self.query_one(ResultPane)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The filter's key comes before the widgets, so where text is written it has to be told to stay a character."""
        return not (action == "filter" and isinstance(self.focused, Input | TextArea))

    def on_resize(self, event: Resize) -> None:
        """Where the columns do not suffice, the panes become tabs."""
        self.narrow = event.size.width < self._narrow_below
        self.query_one(CountBar).tight = self.narrow and event.size.width < TIGHT

    def watch_narrow(self, narrow: bool) -> None:
        """Show one pane or three."""
        self.set_class(narrow, "-narrow")

    def watch_pane(self, pane: Pane) -> None:
        """Bring a pane into view. Event and config share the middle."""
        self.query_one("#panes", TabStrip).active = pane
        classes = {f"-{name}": name == pane for name, _ in PANES}
        if pane in ("event", "config"):
            classes["-config-open"] = pane == "config"
        elif pane == "drawer":
            classes["-drawer-open"] = True
        self.update_classes(classes)

    def update_node_styles(self, animate: bool = True) -> None:
        """A class changed, or the theme. Where it is about which panes are in view, only those are matched with the stylesheet.

        All that is in them takes ten times as long, more than a frame.
        """
        changed, self._styled = self._styled ^ self.classes, self.classes
        if changed and changed <= _ARRANGING:
            nodes = [self, *self.query("#body, #body > *, #drawer, #config-findings")]
            self.app.stylesheet.update_nodes(nodes, animate=animate)
        else:
            super().update_node_styles(animate)

    def _update_focus_styles(self, focused: Widget | None = None, blurred: Widget | None = None) -> None:
        """The focus moved. The frames of panes tell where it is; what has it or had it is styled by itself.

        Textual matches all that is in those panes anew, as a stylesheet might have a rule about it.
        """
        inside = {node for widget in (focused, blurred) if widget is not None for node in widget.ancestors_with_self}
        self.app.stylesheet.update_nodes([node for node in inside if node._has_focus_within], animate=True)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane in focus is the pane in view."""
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
            # At once: `Widget.focus` only asks for it, and would take it back from what is focused next.
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
        """While a picture is made no API key is on screen."""
        panes = self.query(ConfigPane)
        return panes.first().keys_hidden() if panes else nullcontext()

    # What outlives the screen

    def leave(self, *, settled: bool) -> bool:
        """The app ends. `settled`: nothing unsaved is to be kept. True if there was something, and it was."""
        return False

    def palette_commands(self) -> list[PaletteCommand]:
        """Commands of the palette that have no key; each capability adds its own."""
        return []

    # The drawer

    def _panels(self) -> list[PanelKind]:
        """The panels of the drawer; each capability adds its own."""
        return []

    def panel(self, name: str) -> Widget | None:
        """A panel of the drawer, or None as long as it was never shown."""
        return self.query_one(Drawer).panel(name)

    def action_show_panel(self, name: str) -> None:
        """Open the drawer at a panel and focus it; where it has the focus already, close the drawer."""
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
        """A panel came into view; the capability it belongs to fills it."""

    def _focus_panel(self, panel: Widget) -> None:
        # What is asked for here may have been overtaken by another key.
        if self.pane == "drawer":
            target = next((child for child in panel.walk_children(Widget) if child.focusable), None)
            self.set_focus(target if target is not None and not panel.can_focus else panel)

    def close_drawer(self) -> None:
        """Back to the list, without the drawer."""
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
        """The event's text was changed by a person."""

    def _accept_paste(self, text: str) -> bool:
        """Whether pasted text was taken as events, so that the editor does not insert it."""
        return False

    def _count(self) -> None:
        """Show the numbers of the corpus again."""
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
