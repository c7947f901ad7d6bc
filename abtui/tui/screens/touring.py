"""The tour of the demo. Each step, forward or back, puts the whole workbench into the state that it describes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.widgets import Input, TextArea

from abtui.core.events import SdkDefaults
from abtui.tui.corpus import Stored, map_stored
from abtui.tui.kit.code_view import CodeView
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.screens.layout import PANES
from abtui.tui.session import LOCAL, Session
from abtui.tui.widgets.drawer import Drawer
from abtui.tui.widgets.result_pane import TABS
from abtui.tui.widgets.tour_caption import TourCaption, TourMove

if TYPE_CHECKING:
    from abtui.core.tour import Place, Step

_ACTIONS: Final = frozenset({"tour_next", "tour_back", "tour_end"})
_LOOK_SECONDS: Final = 0.01
_LOOKS: Final = 1000


class Touring(Configuring):
    """Holds the current step, and the demo's events and config from the beginning of the tour."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._tour_wanted = opening.tour
        self._tour_at: int | None = None
        self._tour_steps: tuple[Step, ...] = ()
        self._tour_config = self._tour_text = ""
        self._tour_items: list[Stored] = []
        self._tour_places: dict[str, int] = {}
        self._tour_baseline: object = None
        self.tour_settled: str = ""
        """The name of the step that is completely on screen."""

    # Beginning and end

    def _after_growth(self) -> None:
        super()._after_growth()
        if self._tour_wanted and not self._reading_note:
            self._tour_wanted = False
            self.call_after_refresh(self.action_tour)

    async def action_tour(self) -> None:
        """Begin the tour, or end it."""
        if self._tour_at is not None:
            self.action_tour_end()
        elif not self._opening.demo or self.session.modified or self.corpus.edited:
            self.notify(
                "It needs the demo's events, unchanged. Run this in another terminal: abtui tour",
                title="The tour does not fit the open files",
                severity="warning",
            )
        elif self._reading_note or not len(self.corpus):
            # The tour starts once the whole demo is read.
            self._tour_wanted = True
        else:
            # Imported here: few people take the tour, and the others should not wait for its steps to load.
            from abtui.core.tour import available_steps

            self._tour_items = [self.corpus.item(index) for index in range(len(self.corpus))]
            self._tour_places = {item.source: index for index, item in reversed(list(enumerate(self._tour_items)))}
            self._tour_config = self.session.text
            self._tour_steps = available_steps(self._tour_can)
            await self.mount(TourCaption(id="tour"), before="#keys")
            self._tour_to(0)

    def action_tour_end(self) -> None:
        """End the tour and leave everything in its current state."""
        self.workers.cancel_group(self, "tour")
        self._tour_at = None
        self._tour_mark(None)
        self.query_one(TourCaption).remove()
        self.action_show_pane("events")

    def action_tour_next(self) -> None:
        """Go to the next step."""
        if self._tour_at is not None and self._tour_at + 1 < len(self._tour_steps):
            self._tour_to(self._tour_at + 1)

    def action_tour_back(self) -> None:
        """Go to the previous step."""
        if self._tour_at:
            self._tour_to(self._tour_at - 1)

    @on(TourMove.Chosen)
    def _tour_clicked(self, message: TourMove.Chosen) -> None:
        {"back": self.action_tour_back, "next": self.action_tour_next, "end": self.action_tour_end}[message.move]()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Give the tour its keys, except in editors and panels, where they keep their usual meaning."""
        if action in _ACTIONS:
            return self._tour_has_keys
        if action == "leave" and self._tour_has_keys:
            return False
        return super().check_action(action, parameters)

    @property
    def _tour_has_keys(self) -> bool:
        if self._tour_at is None or isinstance(self.focused, Input | TextArea):
            return False
        around = () if self.focused is None else self.focused.ancestors_with_self
        return not any(node.id in ("config", "drawer") for node in around)

    def _tour_can(self, need: str) -> bool:
        """Whether the workbench has a part that a step needs."""
        kind, _, name = need.partition(":")
        if kind == "panel":
            return any(panel.name == name for panel in self._panels())
        return hasattr(self, f"action_{name}") if kind == "action" else False

    # One step

    def _tour_to(self, number: int) -> None:
        self._tour_at = number
        step = self._tour_steps[number]
        caption = self.query_one(TourCaption)
        caption.show(step, number + 1, len(self._tour_steps))
        # Focus the caption first: a focused widget that is hidden would pass the focus to its neighbour.
        self.set_focus(caption)
        self._tour_enter(step)

    @work(exclusive=True, group="tour")
    async def _tour_enter(self, step: Step) -> None:
        from abtui.core.tour import config_text, first_difference

        self.tour_settled = ""
        config = config_text(step, self._tour_config)
        if step.filter != self._tour_filter.value or config != self.session.text:
            # Clear the filter, so that no event is hidden while the rest changes.
            self._tour_filter.value = ""
            await _wait_until(lambda: not self.corpus.filter)
        # Show all panes, if one of them has the whole screen.
        await self.run_action("unzoom")
        self._tour_restore_events()
        await self._tour_pin(step)
        self._tour_set_config(config)
        self._tour_show(step)
        # An editor can scroll to a line only once it has its size.
        shown = asyncio.Event()
        self.call_after_refresh(shown.set)
        await shown.wait()
        if step.look == "event":
            self.event_pane.editor.goto(first_difference(self._tour_text, self.event_pane.editor.text))
        elif step.look == "config":
            self.config_pane.editor.goto(first_difference(self._tour_config, config))
        if step.field:
            self._tour_point(step.field)
        if step.filter != self._tour_filter.value:
            await _wait_until(lambda: self.corpus.mapped >= len(self.corpus))
            self._tour_filter.value = step.filter
            await _wait_until(lambda: self.corpus.filter.text == step.filter and not self.corpus.filtering)
        if step.sent:
            await self._tour_send(step)
        # The caption describes the step, so the notifications about it are removed.
        self.app.clear_notifications()
        self.tour_settled = step.name

    @property
    def _tour_filter(self) -> Input:
        return self.query_one("#filter-text", Input)

    def _tour_restore_events(self) -> None:
        """Undo every change of the demo's events."""
        mapper = self.session.mapper
        for index in [index for index in self.corpus.edited if index < len(self._tour_items)]:
            item = self._tour_items[index]
            self._replace(index, item, None if mapper is None else map_stored(item, mapper)[0])
            self.corpus.edited.discard(index)
            self._replaced(index)

    def _tour_set_config(self, text: str) -> None:
        if text == self.session.text:
            return
        self.config_pane.change(text)
        self._apply_config(text)

    async def _tour_pin(self, step: Step) -> None:
        """Pin the outcomes of the demo's config as the baseline, or drop the baseline, if the workbench can compare."""
        present: object = getattr(self, "baseline", None)
        if step.pinned and present is not None and present is self._tour_baseline:
            return
        if present is not None:
            await self.run_action("pin")
        if step.pinned:
            self._tour_set_config(self._tour_config)
            await self.run_action("pin")
            self._tour_baseline = getattr(self, "baseline", None)

    def _tour_show(self, step: Step) -> None:
        """Bring the step's event, result and pane into view."""
        from abtui.core.tour import event_text

        index = self._tour_places[step.event]
        self._go_to(index)
        editor = self.event_pane.editor
        self._tour_text = editor.text
        if step.edit is not None:
            changed = event_text(step, editor.text)
            editor.replace(changed, (0, 0), editor.document.end)
        self.result.tab = next((name for name, _ in TABS if name == step.tab), "payload")
        self._tour_open(step)
        self._tour_mark(step.look)

    def _tour_open(self, step: Step) -> None:
        self.pane = step.look
        self.update_classes({"-config-open": step.look == "config", "-drawer-open": bool(step.panel)})
        if step.panel:
            self.query_one(Drawer).show(step.panel)
            self._panel_shown(step.panel)

    def _tour_point(self, field: str) -> None:
        """Put the cursor on the payload's first line that begins with `field`, and focus it, so that the lights follow it."""
        view = self.result.query_one(CodeView)
        self.set_focus(view)
        lines = view.text.split("\n")
        view.cursor = next((row for row, line in enumerate(lines) if line.lstrip().startswith(field)), 0)

    def _tour_mark(self, look: Place | None) -> None:
        """Give the pane that the step describes a different frame."""
        for name, _ in PANES:
            for pane in self.query(f"#{name}"):
                pane.set_class(name == look, "-toured")

    async def _tour_send(self, step: Step) -> None:
        """Send the step's event to the local collector, but only once: sending cannot be undone."""
        for _ in self.session.targets:
            if self.session.target is None or self.session.target.name != LOCAL:
                self.session.next_target()
        self._show_config()
        receipts, place = self.corpus.receipts, self._tour_places[step.event]
        if receipts.get(place, "") in ("", "waiting"):
            await self.run_action("send")
        await _wait_until(lambda: receipts.get(place, "") not in ("", "waiting"))
        self.result.tab = "response"
        self.set_focus(self.query_one(TourCaption))


async def _wait_until(true: Callable[[], bool]) -> None:
    """Wait until `true` is true, but not forever: the tour goes on even if another part of the workbench is stuck."""
    for _ in range(_LOOKS):
        if true():
            return
        await asyncio.sleep(_LOOK_SECONDS)
