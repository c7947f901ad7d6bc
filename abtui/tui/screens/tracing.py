"""The provenance of values: related fields of the event, fields of the payload and lines of the config light up together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from textual import on, work
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widget import Widget

from abtui.core.events import Event, SdkDefaults, Unreadable
from abtui.core.outcomes import Outcome
from abtui.core.provenance import Origin, Provenance, event_sentence, line_sentence, payload_sentence
from abtui.core.text.json_index import JSONIndex, index_slices
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import plural
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.lights import LocatedText, Stretch
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import Session
from abtui.tui.widgets.titles import set_subtitle

_LONGEST: Final = 4_000_000
"""The largest event or payload, in characters, in which fields are located."""
_MOVING_SECONDS: Final = 0.02
"""The delay between a cursor movement and the lights, so that the key's own frame is drawn first."""
_TYPING_SECONDS: Final = 0.06
"""The pause in typing after which the lights are updated; locating fields after each key would delay the next one."""
_PAUSE_SECONDS: Final = 0.2
"""The pause after which the fields of a long text are located in slices."""

Leader = Literal["event", "payload", "config"]


class _Highlight(NamedTuple):
    """Related places: fields of the event and of the payload, and lines of the config (from 1), with a sentence about them.

    Each field of the event has a flag that is true if only its key is meant.
    """

    sentence: str
    event: frozenset[tuple[Path, bool]] = frozenset()
    payload: frozenset[Path] = frozenset()
    lines: frozenset[int] = frozenset()


_NOTHING: Final = _Highlight("")


class Tracing(Configuring):
    """Updates the lights after the cursor moved in the event, the payload or the config, whichever has the focus."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._traced: Event | None = None
        self._provenance: Provenance | None = None
        self._dims = False
        self._unused: list[Path] | None = None
        self._current_highlight = _NOTHING
        self._followed: set[Widget] = set()
        self._pause_timer: Timer | None = None
        self._locate_timer: Timer | None = None

    # Events that change the lights

    def on_mount(self) -> None:
        """Watch the tabs of the result, as the payload may come into view or leave it."""
        self.watch(self.result, "tab", self._trace_soon, init=False)

    def _show_event(self, event: Event | Unreadable, index: int) -> EventRow | None:
        self._traced = event if isinstance(event, Event) else None
        self._provenance = self._unused = None
        row = super()._show_event(event, index)
        self._trace_soon()
        return row

    def _show_outcome(self, outcome: Outcome) -> None:
        super()._show_outcome(outcome)
        self._provenance = self._unused = None
        self._trace_soon()

    @on(CodeView.Moved)
    def _line_moved(self) -> None:
        self._trace_soon()

    @on(CodeView.Chosen)
    def _line_chosen(self) -> None:
        self.action_follow()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Follow the newly focused pane. Textual calls this method in every class that defines it."""
        editor = event.widget
        if editor in (self.event_pane.editor, self._config_editor) and editor not in self._followed:
            self._followed.add(editor)
            self.watch(editor, "selection", self._trace_soon, init=False)
        self._trace_soon()

    def _trace_soon(self) -> None:
        """Update the lights shortly after this key, which is painted first; during typing, after a pause."""
        typing = self._provenance is None
        if self._pause_timer is not None:
            if not typing:
                return
            self._pause_timer.stop()
        # `call_after_refresh` would delay the key's own paint by a frame.
        self._pause_timer = self.set_timer(_TYPING_SECONDS if typing else _MOVING_SECONDS, self._trace_now)

    def _trace_now(self) -> None:
        self._pause_timer = None
        self._trace()

    # Lighting

    @property
    def _payload_view(self) -> CodeView:
        return self.result.query_one("#code", CodeView)

    @property
    def _config_editor(self) -> CodeEditor | None:
        """The config's editor, or None if it does not exist yet."""
        return next(iter(self.config_pane.query(CodeEditor)), None)

    def _leader(self) -> Leader | None:
        focused = self.focused
        if focused is self.event_pane.editor:
            return "event"
        if focused is self._payload_view and self.result.tab == "payload":
            return "payload"
        return "config" if focused is not None and focused is self._config_editor else None

    def _trace(self) -> None:
        lit, event, payload = _NOTHING, None, None
        # The lights are not needed while the cursor is elsewhere, so moving through the list stays cheap.
        wanted = self._dims or self._leader() is not None
        if wanted and self._outcome is not None and self._traced is not None and not self.result.stale:
            event, payload = self._places()
            if self._provenance is None:
                self._provenance = Provenance(self._outcome, self.session.secrets())
            lit = self._found(self._provenance, event, payload)
        moved, self._current_highlight = lit != self._current_highlight, lit
        self._light(event, payload, scroll=moved)
        set_subtitle(self.result, lit.sentence)
        if lit.sentence and not self.result.display:
            set_subtitle(self.event_pane, lit.sentence)

    def _found(self, provenance: Provenance, event: LocatedText | None, payload: LocatedText | None) -> _Highlight:
        """The places related to the one under the cursor."""
        leader, room = self._leader(), max(20, self.result.size.width - 4)
        if leader == "event" and event is not None:
            place = event.field_at(self.event_pane.editor.selection.end)
            if place is None or not place.path:
                return _NOTHING
            if not place.counts:
                return _Highlight(f"{path_text(place.path)} occurs again below: JSON uses the last one")
            return _highlight(
                event_sentence(place.path, provenance, room), provenance.feeds(place.path), event={(place.path, False)}
            )
        if leader == "payload" and payload is not None:
            place = payload.field_at((self._payload_view.cursor, 0))
            if place is None or not place.path:
                return _NOTHING
            return _highlight(
                payload_sentence(place.path, provenance, room), provenance.origins(place.path), payload={place.path}
            )
        if leader == "config":
            line = self.config_pane.editor.selection.end[0] + 1
            return _highlight(line_sentence(line, provenance, room), provenance.of_line(line))
        return _NOTHING

    def _places(self) -> tuple[LocatedText | None, LocatedText | None]:
        """The located fields of the event and of the payload; None for a text without fields or not located yet."""
        editor, view = self.event_pane.editor, self._payload_view
        event, payload = editor.located(), view.located() if self.result.tab == "payload" else None
        if (self.result.tab == "payload" and payload is None) or event is None:
            longest = max(len(editor.source), len(view.source))
            if longest <= _LONGEST:
                if self._locate_timer is not None:
                    self._locate_timer.stop()
                self._locate_timer = self.set_timer(_PAUSE_SECONDS, self._locate)
        return event if event is not None and self._is_the_event(event) else None, payload

    def _is_the_event(self, located: LocatedText) -> bool:
        """Whether the text is the event itself. A line of code or an item of a batch has its fields elsewhere or nowhere."""
        event = self._traced
        return event is not None and event.text is not None and all(located.index.of((key,)) for key in event.value)

    def _locate(self) -> None:
        self._locate_long(self.event_pane.editor.source, self._payload_view.source)

    @work(exclusive=True, group="locating")
    async def _locate_long(self, event: str, payload: str) -> None:
        # Work in slices between the keys: a thread would compete with them, and the next search could not stop it.
        found = []
        for text in (event, payload):
            index = JSONIndex()
            for _ in index_slices(text, index):
                await asyncio.sleep(0)
            found.append(LocatedText(text, index))
        # If the text was changed in the meantime, another search was started.
        if (event, payload) == (self.event_pane.editor.source, self._payload_view.source):
            self.event_pane.editor.set_located(found[0])
            self._payload_view.set_located(found[1])
            self._trace()

    def _light(self, event: LocatedText | None, payload: LocatedText | None, *, scroll: bool) -> None:
        lit, leader = self._current_highlight, self._leader()
        editor, view = self.event_pane.editor, self._payload_view
        editor.set_lights(_stretches(event, lit.event), self._dimmed(event))
        view.set_lights(_stretches(payload, ((path, False) for path in lit.payload)))
        if scroll and leader != "event":
            _show_first(editor)
        if scroll and leader != "payload":
            _show_first(view)
        if (config := self._config_editor) is not None:
            rows = [line - 1 for line in lit.lines if line <= config.document.line_count]
            config.set_lights(_whole_line(row, config.document[row]) for row in rows)
            if scroll and leader != "config":
                _show_first(config)

    # Unused fields of the event

    def _dimmed(self, event: LocatedText | None) -> list[Stretch]:
        if not self._dims or event is None:
            other = self._dims and self._traced is not None and self.event_pane.editor.located() is not None
            set_subtitle(self.event_pane, "not a JSON object itself: nothing to dim" if other else "")
            return []
        unused = self._unused_fields()
        places = [place for path in unused if (place := event.index.of(path)) is not None]
        set_subtitle(self.event_pane, f"{plural(len(unused), 'field')} dimmed: unused (i)")
        return [event.stretch(place) for place in (*places, *event.index.dropped())]

    def _unused_fields(self) -> list[Path]:
        if self._unused is None:
            provenance, event = self._provenance, self._traced
            self._unused = [] if provenance is None or event is None else provenance.unused(event.value)
        return self._unused

    def action_show_unused(self) -> None:
        """Dim the fields of the event that nothing uses, or stop dimming them."""
        self._dims = not self._dims
        self._trace_soon()

    # Following a light

    def action_follow(self) -> None:
        """Go from a field of the payload to its source in the event or else the config, and from those to the payload."""
        self._trace()
        if self._leader() == "payload":
            editor = self.event_pane.editor
            if editor.lit:
                row, column = editor.lit[0].start
                self.action_show_pane("event")
                editor.goto(row + 1, column + 1)
                return
            if self._current_highlight.lines:
                self.action_show_pane("config")
                self.config_pane.editor.goto(min(self._current_highlight.lines))
                return
        elif self._payload_view.lit:
            row = self._payload_view.lit[0].start[0]
            self.result.tab = "payload"
            self.action_show_pane("result")
            self._payload_view.cursor = row
            return
        sentence = self._current_highlight.sentence or "Put the cursor on a field of the event or the payload first."
        self.notify(sentence, title="Nowhere to go from here", severity="warning", markup=False)


def _highlight(
    sentence: str, origins: Iterable[Origin], *, event: Iterable[tuple[Path, bool]] = (), payload: Iterable[Path] = ()
) -> _Highlight:
    """The places of some origins, with the place under the cursor."""
    links = list(origins)
    return _Highlight(
        sentence,
        frozenset([*event, *((link.event, link.key) for link in links if link.event is not None)]),
        frozenset([*payload, *(link.payload for link in links)]),
        frozenset(link.line for link in links if link.line is not None),
    )


def _stretches(located: LocatedText | None, fields: Iterable[tuple[Path, bool]]) -> list[Stretch]:
    if located is None:
        return []
    places = ((located.index.of(path), key) for path, key in fields)
    return [located.stretch(place, key=key) for place, key in places if place is not None]


def _whole_line(row: int, line: str) -> Stretch:
    return Stretch((row, len(line) - len(line.lstrip())), (row, len(line)), (row, len(line)))


def _show_first(code: CodeEditor | CodeView) -> None:
    """Scroll to the first light if none is in view."""
    top = code.scroll_offset.y
    rows = range(top, top + code.room.height)
    if code.lit and not any(stretch.start[0] in rows for stretch in code.lit):
        code.scroll_to_line(code.lit[0].start[0] + 1)
