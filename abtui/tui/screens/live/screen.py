"""The Live screen: what arrives from SDKs, the newest first, what is lost of it, and who sends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.empty_view import EmptyView
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.sentence import FATE_TERMS, FateClicked, Sentence
from abtui.tui.live import Arrivals, LiveView
from abtui.tui.messages import ListeningWanted, LiveKept
from abtui.tui.screens.live import words
from abtui.tui.screens.live.arriving import Arriving
from abtui.tui.screens.live.side import LiveAnswer, Sums
from abtui.tui.screens.live.sparkline import Sparklines
from abtui.tui.state import State

_TICK_SECONDS: Final = 1.0
_TITLE: Final = "Arriving"
_WAITING: Final = "Nothing came yet. Y copies these lines:"


class LiveScreen(Vertical, can_focus=True):
    """What is coming in? The list follows the newest event until somebody moves to an older one, or holds it."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    LiveScreen {
        padding: 1 2 0 2;
        & #live-lines { margin: 1 0; }
        & #live-body { height: 1fr; }
        & #arriving { width: 1fr; }
        & EmptyView { display: none; }
        &.-off { & EmptyView { display: block; } & #live-body, & #live-lines, & #live-sentence { display: none; } }
    }
    .-small LiveScreen { padding: 0 1; & #live-lines { margin: 0; } & #live-body > Gap { width: 1; } & #arriving { width: 45; } }
    .-tiny LiveScreen {
        padding: 0;
        & #live-sentence, & #live-lines { padding: 0 1; margin: 0; height: 1; }
        & #live-body { layout: vertical; }
        & #live-body > Gap { display: none; }
        & #arriving { width: 1fr; & PanelTitle { display: none; } }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "hold", "Hold", tooltip="Hold the list as it is, or follow what arrives again", show=False, id="live.hold"),
        Binding("enter", "open", "Open", tooltip="Open the event on Events; begin to listen, if nothing is listened to", show=False, id="live.open"),
        Binding("ctrl+s", "keep", "Keep as a file", tooltip="Write all that came to a file, as JSON Lines", show=False, id="live.keep"),
        Binding("Y", "copy_lines", "Copy for an SDK", tooltip="Copy the lines that point each SDK here", show=False, id="live.copy"),
        Binding("slash", "filter", "Filter", tooltip="Filter the events on Events", show=False, id="live.filter"),
        Binding("x", "listen", "Listen", tooltip="Stop listening, or begin again; what came stays", show=False, id="live.listen"),
    ]  # fmt: skip

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the sentence, the lines of the last minutes, the list, and what stands beside it."""
        yield Sentence(id="live-sentence")
        yield Sparklines(id="live-lines")
        yield EmptyView()
        with Horizontal(id="live-body"):
            yield Panel(Arriving(lambda: self._state.arrivals, self._row, self._paste), title=_TITLE, id="arriving")
            yield Gap()
            yield LiveAnswer(self._state)

    def on_mount(self) -> None:
        """Follow what arrives, and let time pass in the lines."""
        state = self._state
        for topic in ("live", "rows", "mapper", "screen"):
            state.listen(topic, self, self._show)
        state.listen("outcome", self, self._show_event, on="live")
        self.query_one(EmptyView).show(words.WHY, *words.LISTEN, result=words.LISTENS, other=words.OTHER)
        self.set_interval(_TICK_SECONDS, self._pass_time)
        self._show()

    @property
    def bar_keys(self) -> tuple[tuple[str, str], ...] | None:
        """The keys in the key bar while nothing is listened to; afterwards None: those of the screen."""
        return (("live.open", "listen"), ("screen.back", "back")) if self._state.live is None else None

    # What is shown

    @property
    def _list(self) -> Arriving:
        return self.query_one(Arriving)

    def _paste(self) -> Sequence[str]:
        view = self._state.live
        return () if view is None else (_WAITING, "", *view.lines.splitlines())

    def _row(self, index: int) -> EventRow:
        return self._state.corpus.row(index, self._state.session.mapper)

    def _show(self) -> None:
        off = self._state.live is None
        began = self.has_class("-off") and not off
        self.set_class(off, "-off")
        if began and self.screen.focused is self:
            self.screen.set_focus(self._list)
        if self._in_view is not None:
            view, arrivals = self._in_view
            self._show_times(view, arrivals)
            self._show_list(arrivals)
            self.query_one(Sums).show(arrivals, view)

    @property
    def _in_view(self) -> tuple[LiveView, Arrivals] | None:
        """What there is to show; None on another screen, or until something is listened to."""
        view, arrivals = self._state.live, self._state.arrivals
        return None if self._state.screen != "live" or view is None or arrivals is None else (view, arrivals)

    def _pass_time(self) -> None:
        """Show what differs a second later although nothing came."""
        if self._in_view is not None:
            self._show_times(*self._in_view)
            self._list.fade()

    def _show_times(self, view: LiveView, arrivals: Arrivals) -> None:
        now = int(time.time())
        counts = dict(arrivals.counts)
        counts["unknown"] = counts.get("unknown", 0) + arrivals.unknown
        self.query_one("#live-sentence", Sentence).show_form(words.headline, view, counts, now)
        self.query_one(Sparklines).show(arrivals.per_second(now), arrivals.per_second(now, lost=True))

    def _show_list(self, arrivals: Arrivals) -> None:
        listed = self._list
        if listed.grow():
            self._state.event.choose(listed.event_at(listed.cursor))
        listed.refresh()
        news = words.news(listed.waiting, held=listed.held) if listed.waiting or listed.held else ""
        self.query_one("#arriving", Panel).name_it(words=news, right=f"{len(arrivals):,} in all")

    def _show_event(self) -> None:
        self.query_one(LiveAnswer).show_event(by_hand=not self._list.follows)

    @on(Arriving.Highlighted)
    def _moved(self, message: Arriving.Highlighted) -> None:
        message.stop()
        self._state.event.choose(self._list.event_at(message.index))

    @on(Arriving.Selected)
    @on(ActionClicked)
    def _act(self, message: Arriving.Selected | ActionClicked) -> None:
        message.stop()
        self.action_open()

    @on(FateClicked)
    def _fate_clicked(self, message: FateClicked) -> None:
        message.stop()
        self._state.filter_term(*FATE_TERMS[message.fate])
        self._state.show("events")

    # Keys

    def action_hold(self) -> None:
        """Hold the list as it is, or follow what arrives again."""
        if self._list.held:
            self._list.action_newest()
        else:
            self._list.held = True
        self._show()

    def action_open(self) -> None:
        """Open the selected event on Events, or begin to listen."""
        if self._state.live is None:
            self.action_listen()
            return
        index = self._list.event_at(self._list.cursor)
        if index is None:
            self._state.say("Nothing came yet. Y copies the lines that point an SDK here.")
            return
        self._state.event.reveal(index)
        self._state.show("events")

    def action_keep(self) -> None:
        """Write all that came to a file."""
        if not self._state.arrivals:
            self._state.say("Nothing came yet that could be kept.")
        else:
            self.post_message(LiveKept())

    def action_copy_lines(self) -> None:
        """Copy the lines that point each SDK here."""
        view = self._state.live
        if view is None:
            self._state.say("Nothing is listened to. Enter begins.")
            return
        self.app.copy_to_clipboard(view.lines)
        self._state.say(f"Copied the lines that point each SDK to {view.address}.")

    def action_filter(self) -> None:
        """Filter all events, on Events."""
        self._state.show("events")
        # The same key once more, where it is for the list of all events.
        self.call_after_refresh(self.app.simulate_key, "slash")

    def action_listen(self) -> None:
        """Stop listening, or begin again."""
        view = self._state.live
        self.post_message(ListeningWanted(on=view is None or bool(view.ended)))

    def focus_first(self) -> None:
        """Focus the list; without any, the screen itself, so that Enter acts."""
        self._show()
        self._show_event()
        self.screen.set_focus(self if self._state.live is None else self._list)

    def leave(self) -> bool:
        """Nothing is left here: listening goes on."""
        return False
