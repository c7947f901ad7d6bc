"""The corpus as a list, with a filter over it."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input, Static

from abtui.core.outcomes import VERDICTS
from abtui.core.segment import EVENT_TYPES
from abtui.tui.widgets.event_list import EventList, RowProvider

PROBLEMS = "with findings"
"""Stands beside the verdicts in the filter: rows with an error or a warning."""
ANY_VERDICT = ("any", *VERDICTS, "unreadable", PROBLEMS)
ANY_TYPE = ("any", *EVENT_TYPES)


class FilterInput(Input):
    """An input that leaves pasted events to `take_paste`, which tells whether it took them."""

    def __init__(self, take_paste: Callable[[str], bool], *, placeholder: str, id: str, compact: bool) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=compact)
        self._take_paste = take_paste

    def _on_paste(self, event: Paste) -> None:
        if self._take_paste(event.text):
            event.prevent_default()
            event.stop()


class EventsPane(Vertical):
    """The list and its filter: text, verdict, type. Posts `FilterChanged`."""

    DEFAULT_CSS = """
    EventsPane {
        & #filter-row { height: 1; display: none; }
        & #filter-row.-shown { display: block; }
        & #filter-text { width: 1fr; height: 1; border: none; padding: 0 1; background: $boost; }
        & #filter-kind { width: auto; height: 1; padding: 0 1; color: $text-primary; }
        & EventList { height: 1fr; }
    }
    """

    class FilterChanged(Message):
        """The filter says something else now; `verdict` and `type` are None for any."""

        def __init__(self, text: str, verdict: str | None, type: str | None) -> None:
            super().__init__()
            self.text = text
            self.verdict = verdict
            self.type = type

    def __init__(self, provider: RowProvider, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._take_paste = take_paste
        self._provider = provider
        self._verdict = 0
        self._type = 0

    def compose(self) -> ComposeResult:
        """The filter row, hidden until it is used, and the list."""
        with Horizontal(id="filter-row"):
            yield FilterInput(
                self._take_paste, placeholder="filter by type, name, source", id="filter-text", compact=True
            )
            yield Static(id="filter-kind", markup=False)
        yield EventList(self._provider, id="event-list")

    @property
    def event_list(self) -> EventList:
        """The list itself."""
        return self.query_one(EventList)

    def edit_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one("#filter-row").add_class("-shown")
        self.query_one("#filter-text", Input).focus()

    def next_verdict(self) -> None:
        """Show the next verdict only; after the last, all."""
        self._verdict = (self._verdict + 1) % len(ANY_VERDICT)
        self._post()

    def next_type(self) -> None:
        """Show the next type only; after the last, all."""
        self._type = (self._type + 1) % len(ANY_TYPE)
        self._post()

    def clear_filter(self) -> bool:
        """Show everything again. False if there was no filter."""
        box = self.query_one("#filter-text", Input)
        active = bool(box.value or self._verdict or self._type)
        with self.prevent(Input.Changed):
            box.value = ""
        self._verdict = self._type = 0
        self._post()
        return active

    @on(Input.Changed, "#filter-text")
    def _text_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._post()

    @on(Input.Submitted, "#filter-text")
    def _text_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.event_list.focus()

    def _post(self) -> None:
        text = self.query_one("#filter-text", Input).value
        verdict = ANY_VERDICT[self._verdict] if self._verdict else None
        kind = ANY_TYPE[self._type] if self._type else None
        row = self.query_one("#filter-row")
        row.set_class(bool(text or verdict or kind) or self.query_one("#filter-text").has_focus, "-shown")
        words = [word for word in (verdict, kind) if word]
        self.query_one("#filter-kind", Static).update(" ".join(words))
        self.post_message(self.FilterChanged(text, verdict, kind))
