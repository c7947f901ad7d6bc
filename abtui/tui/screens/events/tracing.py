"""The provenance of values: what belongs to the field at the cursor lights up in the event, the config and the payload."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from textual.widget import Widget

from abtui.core.outcomes import Part
from abtui.core.provenance import Origin, Provenance, event_sentence, line_sentence, payload_sentence
from abtui.core.text.json_index import JSONIndex, index_slices
from abtui.core.text.paths import Path, path_text
from abtui.core.threads import Thread
from abtui.tui.debounce import Debounce
from abtui.tui.kit.json_editor import JSONEditor
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.lights import LocatedText, Stretch
from abtui.tui.screens.events.result_panel import Mode, ResultPanel
from abtui.tui.state import State

TIED: Final = "a b c tie a field to what it becomes"
_LONGEST: Final = 4_000_000
"""The largest event or payload, in characters, in which fields are located."""
_MOVING_SECONDS: Final = 0.02
"""The delay between a cursor movement and the lights, so that the key's own frame is drawn first."""
_TYPING_SECONDS: Final = 0.06
"""The pause in typing after which the lights are updated; locating fields after each key would delay the next one."""
_PAUSE_SECONDS: Final = 0.2
"""The pause after which the fields of a long text are located in slices."""
_ROOM: Final = 90


def hint_of(state: State) -> str:
    """What the letters are, and the key to another mapping where several send something."""
    outcome = state.selection.outcome
    several = outcome is not None and len(outcome.requests) > 1
    return f"{TIED}, ] looks at the next mapping" if several else TIED


class _Lit(NamedTuple):
    """Related places: fields of the event (true: only the key is meant) and of the payload, and lines of the config (from 1)."""

    sentence: str
    event: frozenset[tuple[Path, bool]] = frozenset()
    payload: frozenset[Path] = frozenset()
    lines: frozenset[int] = frozenset()


_NOTHING: Final = _Lit("")


class Texts(Protocol):
    """The event, the config and the payload, as the tracing knows them."""

    threads: tuple[Thread, ...]

    @property
    def editor(self) -> JSONEditor:
        """The editor of the event."""

    @property
    def config_view(self) -> JSONView | None:
        """The view of the config, where there is room for it."""

    @property
    def result(self) -> ResultPanel:
        """The panel of the payload."""

    def say(self, sentence: str) -> None:
        """Say something about the field at the cursor."""

    def tie(self) -> None:
        """Tie the texts again."""

    def edit(self) -> None:
        """Put the cursor into the event."""

    def show_mode(self, mode: Mode) -> None:
        """Show another thing in place of the payload."""


class Tracing:
    """Updates the lights after the cursor moved in the event, the config or the payload, whichever has the focus."""

    def __init__(self, state: State, owner: Widget, texts: Texts) -> None:
        self._state, self._owner, self._texts = state, owner, texts
        self._provenance: Provenance | None = None
        self._lit = _NOTHING
        self._debounce = Debounce(owner, _MOVING_SECONDS, self._trace)
        self._locating = Debounce(owner, _PAUSE_SECONDS, self._locate)

    def outcome_changed(self) -> None:
        """Handle another outcome."""
        self._provenance = None
        self._debounce.restart(_TYPING_SECONDS)
        views = self._views()
        if any(view.located() is None for view in views) and max(len(view.source) for view in views) <= _LONGEST:
            self._locating.restart()

    def cursor_moved(self) -> None:
        """Handle a move of the cursor, or of the focus."""
        self._debounce.within(_MOVING_SECONDS)

    # Finding what belongs together

    def _views(self) -> tuple[JSONEditor, JSONView]:
        return self._texts.editor, self._texts.result.payload

    def _trace(self) -> None:
        selection, before = self._state.selection, self._lit
        self._lit = _NOTHING
        if self._owner.has_focus_within and selection.part is not None and not selection.stale:
            self._lit = self._found(selection.part)
        self._light(scroll=self._lit != before)
        tied = hint_of(self._state) if self._texts.threads else ""
        self._texts.say(self._lit.sentence or self._marked() or ("" if self._owner.has_focus_within else tied))

    def _marked(self) -> str:
        """What the mark at the cursor of the event says."""
        editor = self._texts.editor
        row = editor.selection.end[0]
        marks = (mark.message for mark in editor.marks if mark.line == row + 1)
        return next(marks, "") if editor.has_focus else ""

    def _found(self, outcome: Part) -> _Lit:
        """The places related to the one under the cursor."""
        if self._provenance is None:
            self._provenance = Provenance(outcome, self._state.session.secrets())
        editor, payload = self._views()
        config = self._texts.config_view
        if editor.has_focus:
            return self._of_event(editor, self._provenance)
        if payload.has_focus and (located := payload.located()) is not None:
            place = located.field_at((payload.cursor, 0))
            if place is not None and place.path:
                said = payload_sentence(place.path, self._provenance, _ROOM)
                return _highlight(said, self._provenance.origins(place.path), payload={place.path})
        if config is not None and config.has_focus:
            line = config.cursor + 1
            return _highlight(line_sentence(line, self._provenance, _ROOM), self._provenance.of_line(line))
        return _NOTHING

    def _of_event(self, editor: JSONEditor, provenance: Provenance) -> _Lit:
        located = editor.located()
        place = None if located is None or not self._is_the_event(located) else located.field_at(editor.selection.end)
        if place is None or not place.path:
            return _NOTHING
        if not place.counts:
            return _Lit(f"{path_text(place.path)} occurs again below: JSON uses the last one")
        said = event_sentence(place.path, provenance, _ROOM)
        return _highlight(said, provenance.feeds(place.path), event={(place.path, False)})

    def _is_the_event(self, located: LocatedText) -> bool:
        """Whether the text is the event itself. A line of code or an item of a batch has its fields elsewhere or nowhere."""
        event = self._state.selection.event
        return event is not None and event.text is not None and all(located.index.of((key,)) for key in event.value)

    # Long texts

    def _locate(self) -> None:
        self._owner.run_worker(self._locate_long(), exclusive=True, group="locating")

    async def _locate_long(self) -> None:
        # Work in slices between the keys: a thread would compete with them, and the next search could not stop it.
        views = self._views()
        sources = [view.source for view in views]
        found = []
        for text in sources:
            index = JSONIndex()
            for _ in index_slices(text, index):
                await asyncio.sleep(0)
            found.append(LocatedText(text, index))
        # If a text was changed in the meantime, another search was started; or the app has ended.
        if all(view.is_attached for view in views) and sources == [view.source for view in views]:
            for view, located in zip(views, found, strict=True):
                view.set_located(located)
            self._texts.tie()
            self._trace()

    # Lighting

    def _light(self, *, scroll: bool) -> None:
        editor, payload = self._views()
        editor.set_lights(_stretches(editor.located(), self._lit.event))
        payload.set_lights(_stretches(payload.located(), ((path, False) for path in self._lit.payload)))
        views: list[JSONEditor | JSONView] = [editor, payload]
        if (config := self._texts.config_view) is not None:
            rows = [line - 1 for line in self._lit.lines if line <= len(config.lines)]
            config.set_lights(_whole_line(row, config.lines[row]) for row in rows)
            views.append(config)
        for view in views if scroll else ():
            if not view.has_focus:
                _show_first(view)

    # Following a light

    def follow(self) -> None:
        """Go from a field of the payload to its source in the event or else the config, and from those to the payload."""
        self._trace()
        texts, (editor, payload) = self._texts, self._views()
        if payload.has_focus and editor.lit:
            row, column = editor.lit[0].start
            texts.edit()
            editor.goto(row + 1, column + 1)
        elif payload.has_focus and self._lit.lines:
            self._state.config.go_to_line(min(self._lit.lines))
        elif not payload.has_focus and payload.lit:
            texts.show_mode("payload")
            self._owner.screen.set_focus(payload)
            payload.cursor = payload.lit[0].start[0]
        elif not payload.has_focus and self._lit.lines:
            self._state.config.go_to_line(min(self._lit.lines))
        else:
            why = self._lit.sentence or "Put the cursor on a field of the event or the payload first"
            self._state.say(f"{why}.", title="Nowhere to go from here", severity="warning")


def _highlight(
    sentence: str, origins: Iterable[Origin], *, event: Iterable[tuple[Path, bool]] = (), payload: Iterable[Path] = ()
) -> _Lit:
    """The places of some origins, with the place under the cursor."""
    links = list(origins)
    return _Lit(
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


def _show_first(view: JSONEditor | JSONView) -> None:
    """Scroll to the first light if none is in view."""
    top, height = view.scroll_offset.y, view.room.height
    lines = [view.line_of(stretch.start[0]) for stretch in view.lit]
    if lines and not any(top <= line < top + height for line in lines):
        view.scroll_to(y=max(0, lines[0] - height // 2), animate=False)
