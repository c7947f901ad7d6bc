"""The state of the workbench: the config, the events, the selected event and its outcome. It tells its changes.

Screens and capabilities know the state and nothing of each other. Whoever changes something calls a method here; the state
then calls everybody who listens to that topic, within the same key press. Only the screen's thread uses it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec
from textual.widget import Widget

from abtui.core.checks import RecentIds
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form
from abtui.core.corpus.query import Query, with_term
from abtui.core.delivery.request import retarget, shown
from abtui.core.events import Event, SdkDefaults, Stored, Unreadable, pretty, read_one
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome, Request
from abtui.core.text.paths import Path as KeyPath
from abtui.core.text.plain import file_name
from abtui.core.text.yaml_edit import Edited, edit_yaml
from abtui.services.clock import local_time
from abtui.services.files import STDIN
from abtui.tui.corpus import Corpus, read_stored, summary
from abtui.tui.delivery import DeliveryView, SelectedReceipt
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.signs import EDITED
from abtui.tui.messages import PaletteCommand
from abtui.tui.notice import Notice
from abtui.tui.opening import Opening
from abtui.tui.review import Review
from abtui.tui.selection import Selection
from abtui.tui.session import Session

if TYPE_CHECKING:
    from abtui.core.corpus.comparison import ComparisonResult
    from abtui.core.corpus.comparison.event import EventComparison
    from abtui.core.corpus.comparison.moves import MoveKey, Moves
    from abtui.core.remedy import Remedies, Remedy
    from abtui.tui.comparing import Baseline

Topic = Literal[
    "config", "mapper", "target", "events", "rows", "row", "filter", "shown", "selection", "outcome", "long-edit", "baseline",
    "comparison", "findings", "remedy", "receipts", "deliveries", "notice", "screen", "undo", "form", "line", "line-wanted",
    "goal", "hint", "numbers",
]  # fmt: skip
"""What listeners are told.

- `config`: the config's text was read again, `mapper`: and the outcomes of all events may differ now. `target`: another
  target was chosen. `undo`: the last change of the config is to be taken back by its editor.
- `events`: events were added, removed or are being read. `rows`: rows were mapped. `row`: the event at `replaced` got another text.
  `filter`: the filter's text changed. `shown`: the list shows other events now. `numbers`: it found more of them.
- `selection`: another event is selected. `outcome`: the selected event has a new outcome. `long-edit`: the selected event
  got a text too long to be mapped within the key press.
- `form`: the config is shown as a form, or as YAML again.
- `line`: the cursor is in another line of the config. `line-wanted`: it is to go to one.
- `baseline`, `comparison`: what is compared with, and its result. `findings`: those of all events. `remedy`: the offered change.
- `receipts`: answers came (`corpus.receipts`), or `receipt` changed. `deliveries`: the progress of what is being sent.
- `notice`: the message line, `hint`: its right end. `screen`: the screen in view. `goal`: another goal is looked for.
"""

AT_ONCE_CHARACTERS: Final = 128 * 1024
"""The largest text that is mapped during the key press; a longer one is mapped in a thread."""
Observe = Callable[[int, Event, Outcome], None]
"""A function that is called with an event's index in the corpus, the event, and its outcome."""


class Progress(NamedTuple):
    """A comparison of the corpus as far as it is: the share of the events it is about, its result and the moves of events, None
    without one; and a function that gives the indexes of the events of a move."""

    share: float = 0.0
    result: ComparisonResult | None = None
    moves: Moves | None = None
    events_of: Callable[[MoveKey], Sequence[int]] = lambda _key: ()


class Offer(NamedTuple):
    """The one change that is offered: what it does, its measured result ("then 5 of 10 arrive"; `short` where there is little
    room, "" until it is known), and the function that makes it."""

    title: str
    result: str
    short: str
    make: Callable[[], object]


class State:
    """What the workbench is about. See the module for how it is changed and listened to."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults) -> None:
        self.opening, self.session, self.corpus = opening, session, Corpus()
        self.corpus.mapper = session.mapper
        self.review = Review(self.corpus, session)
        self.selection = Selection()
        self.notice = Notice("")
        self.hint = ""
        """What the message line says at its right end, about what the cursor is on."""
        self.screen = "events"
        self.remedy: Offer | None = None
        self.filter_text = ""
        self.filter_of_before = ""
        """The filter restored from the last session, if there was one."""
        self.opened: tuple[str, ...] = ()
        """The files of events that the person opened, by the paths under which they are remembered."""
        if not opening.demo:
            self.note_opened(opening.event_paths)
        self.reading = ""
        """What is being read into the corpus, in a word; "" when all is read."""
        self.reading_share: float | None = None
        self.empty_text = ""
        """Why the list is empty, if it is."""
        self.baseline: Baseline | None = None
        self.comparison = Progress()
        """The comparison of the events with the baseline."""
        self.effect = Progress()
        """What the unsaved changes of the config do to the events; without a baseline, Impact shows it."""
        self.receipt = SelectedReceipt()
        """The receipt of the selected event."""
        self.delivery: DeliveryView | None = None
        """What is sent at present, else what was sent last."""
        self.mapping_waits = False
        """Whether somebody needs the processor more than the mapping of the corpus."""
        self.recent = RecentIds()
        self.observers: list[Callable[[], Observe | None]] = []
        """Each is called when a stretch of the corpus is about to be mapped, and may give a function to call in that thread."""
        self.removed: list[Callable[[int], None]] = []
        """Functions called after the event at an index was removed: later ones have moved up."""
        self.commands: list[Callable[[], list[PaletteCommand]]] = []
        """Each gives commands of the palette that have no key."""
        self.questions: list[Callable[[], Awaitable[bool]]] = []
        """Functions asked before quitting, such as about unsaved work; false if the person wants to stay."""
        self.endings: list[Callable[[bool], bool]] = []
        """Functions called when the app ends, with whether unsaved work was settled; true if work was kept."""
        self.hide_keys: Callable[[], AbstractContextManager[None]] | None = None
        """Makes a context in which no API key is on screen; set by who shows one while it is typed."""
        self.goal = ""
        """The goal that was looked for last."""
        self.touring = False
        """Whether the tour has the keys right, left and Escape, except where text is typed."""
        self.replaced = 0
        """The index of the event that got another text last."""
        self.names: Callable[[], CorpusNames] = CorpusNames
        """Gives the names in the events and the catalog, for completion; set by who counts them."""
        self.config_loads = 0
        """How often another config was put in place of the one before; all other changes of its text can be undone."""
        self.read_at = "" if session.mapper is None else local_time()
        """The local time at which the config could be read last."""
        self.config_form = False
        """Whether the config is shown as a form."""
        self.config_line: int | None = None
        """The line of the config (from 1) that the cursor is in, while it is edited."""
        self.line_wanted: int | None = None
        """The line of the config that the cursor is to go to."""
        self.version = 0
        """A number that changes with every change of the selected event or its text."""
        self._given_sdk = sdk
        self._listeners: dict[Topic, list[tuple[Widget, Callable[[], None]]]] = defaultdict(list)
        self._untouched: tuple[str, Stored] | None = None
        self._added = count(1)
        self._event_change: tuple[int | None, str, str] | None = None
        """The event that an offered change was made to last, with its text after and before it."""

    # Listening

    def listen(self, topic: Topic, widget: Widget, callback: Callable[[], None], *, first: bool = False) -> None:
        """Call `callback` at every change of a topic, as long as the widget is mounted; `first`, before the others.

        Textual's own `Signal` is not used, because it swallows exceptions of callbacks.
        """
        entry = (widget, callback)
        self._listeners[topic].insert(0 if first else len(self._listeners[topic]), entry)

    def tell(self, *topics: Topic) -> None:
        """Tell a change to everybody who listens to one of these topics."""
        for topic in topics:
            for entry in [*self._listeners[topic]]:
                if entry[0].is_attached:
                    entry[1]()
                elif entry[0].is_mounted:
                    self._listeners[topic].remove(entry)

    def say(
        self,
        text: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        stays: bool = False,
    ) -> None:
        """Show a message in the line above the keys until the next one. With `stays` it is a problem that is not over yet."""
        said = ". ".join(part.rstrip(".") for part in (title, text) if part)
        self.notice = Notice(f"{said}." if said and said[-1] not in "…?!" else said, severity, stays)
        self.tell("notice")

    def show_hint(self, text: str) -> None:
        """Say something about what the cursor is on, where a message leaves room."""
        if text != self.hint:
            self.hint = text
            self.tell("hint")

    def show(self, screen: str) -> None:
        """Bring a screen into view."""
        self.screen = screen
        self.tell("screen")

    def look_for(self, goal: str) -> None:
        """Look for a goal, as the Goal screen shows it."""
        self.goal = goal
        self.tell("goal")

    def compare_with(self, baseline: Baseline | None) -> None:
        """Compare the outcomes with a baseline, or with none any more."""
        self.baseline = baseline
        self.tell("baseline", "outcome")

    @property
    def config_name(self) -> str:
        """The displayed path of the config, or a description of a config without a path."""
        if self.session.path:
            return file_name(self.session.path)
        return "demo" if self.opening.demo else "no config" if self.session.missing else "new config"

    @property
    def files(self) -> tuple[str | None, tuple[str, ...]]:
        """The open config and the files of events, by the paths under which they are remembered."""
        path = self.session.path
        return None if path is None else os.path.abspath(path), self.opened

    def note_opened(self, paths: Iterable[str]) -> None:
        """Note files of events that the person opened."""
        known = (path if path == STDIN else os.path.abspath(path) for path in paths)
        self.opened = tuple(dict.fromkeys((*self.opened, *known)))

    @property
    def forgets(self) -> bool:
        """Whether nothing is stored. The demo always opens in its first state, unless a file of the person is open too."""
        return self.opening.demo and self.session.path is None and not self.opened

    # Events

    @property
    def sdk(self) -> SdkDefaults:
        """The defaults for reading events, with the config's keys, so that no finding about an event quotes a key."""
        return msgspec.structs.replace(self._given_sdk, secrets=self.session.known_keys)

    def add(self, items: Sequence[Stored]) -> int:
        """Add events of the person, which belong to no file, and return the index of the first."""
        first = self.corpus.add(items)
        self.corpus.edited.update(range(first, len(self.corpus)))
        self.tell("events")
        return first

    def next_source(self, origin: str) -> str:
        """The name of an event that belongs to no file: its origin, and a number that counts all such events."""
        return f"{origin} #{next(self._added)}"

    def row(self, position: int) -> EventRow:
        """The row at a position of the list."""
        index = self.corpus.index_at(position)
        if index is None:
            return EventRow("", "", "unmapped")
        row = self.corpus.row(index, self.session.mapper)
        return msgspec.structs.replace(row, name=f"{EDITED} {row.name}") if index in self.corpus.edited else row

    def observer(self) -> Observe | None:
        """The function to call in the mapping thread with each event and its outcome, if anybody wants it."""
        observers = [observe for make in self.observers if (observe := make()) is not None]

        def all_of_them(index: int, event: Event, outcome: Outcome) -> None:
            for observe in observers:
                observe(index, event, outcome)

        return all_of_them if observers else None

    def place_rows(self, generation: int, start: int, rows: list[EventRow], repeated: Mapping[int, Finding]) -> bool:
        """Store mapped rows; False if they belong to an older config."""
        if generation != self.corpus.generation or start != self.corpus.mapped:
            return False
        self.review.add(start, rows)
        self.corpus.place(generation, start, rows, repeated)
        self.tell("rows")
        return True

    def filter_by(self, text: str) -> None:
        """Show only the events that a filter admits."""
        if text != self.filter_text:
            self.filter_text = text
            self.corpus.set_filter(Query(text))
            self.tell("filter")

    def filter_again(self) -> None:
        """Test every row again after the program changed values that the filter tests. The old view stays until then."""
        if self.corpus.filter:
            self.corpus.set_filter(self.corpus.filter)
            self.tell("filter")

    def filter_term(self, field: str, value: str | None) -> None:
        """Replace one field's term of the filter, or remove it."""
        self.filter_by(with_term(self.filter_text, field, value))

    # The selected event

    @property
    def request(self) -> Request | None:
        """The request of the selected event, as it would go to the chosen target, without its key."""
        outcome, session = self.selection.outcome, self.session
        request = None if outcome is None else outcome.request
        if request is not None and session.target is not None:
            request = retarget(request, session.target)
        return None if request is None else shown(request, session.secrets())

    def act(self) -> None:
        """Make the offered change, or say that there is none."""
        if self.remedy is None:
            self.say("There is no change to offer for this event. e edits it, 3 the config.")
        else:
            self.remedy.make()

    def select(self, index: int | None) -> None:
        """Select an event, or none."""
        self.version += 1
        if index is None:
            self.selection, self._untouched = Selection(), None
            self.tell("selection", "outcome")
            return
        item = self.corpus.item(index)
        text = pretty(item.text)
        self._untouched = None if index in self.corpus.edited else (text, item)
        event = read_stored(item, self.session.known_keys)
        self.selection = self._selected(Selection(index, item.source, text), event)
        self.tell("selection", "outcome")

    def select_again(self) -> None:
        """Map the selected event again, because the config, the target or the event itself changed."""
        index = self.selection.index
        if index is not None:
            event = read_stored(self.corpus.item(index), self.session.known_keys)
            self.selection = self._selected(self.selection, event)
            self.tell("outcome")

    def edit(self, text: str) -> None:
        """Give the selected event another text, as it is typed. Without an event, a new one is added for it."""
        index = self.selection.index
        if index is None:
            index = self.add([Stored(self.next_source("new"), "")])
            self.selection = Selection(index)
        self.version += 1
        if len(text) <= AT_ONCE_CHARACTERS:
            self.apply_edit(text, index, read_one(text, self.corpus.item(index).source, self.sdk))
            return
        # Store the text at once, so that it is available before it is read.
        item = self.corpus.item(index)
        self.corpus.keep(index, Stored(item.source, text, item.notes))
        self.corpus.edited.add(index)
        self.selection = msgspec.structs.replace(self.selection, text=text)
        self.tell("long-edit")

    def apply_edit(self, text: str, index: int, event: Event | Unreadable) -> None:
        """Store the new text of the selected event, and its outcome."""
        item = self.corpus.item(index)
        new = Stored(item.source, text, item.notes, isinstance(event, Unreadable))
        self.corpus.announce(index, new)
        self.selection = self._selected(msgspec.structs.replace(self.selection, text=text), event)
        self.replace(index, new, self._row_of(event, self.selection.outcome))
        if self._untouched is not None and text == self._untouched[0]:
            # The edit was undone: the event is the one that was read.
            self.corpus.keep(index, self._untouched[1])
            self.corpus.edited.discard(index)
        self.tell("outcome")

    def replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """Store an edited item and its row, which is None without a usable config."""
        self.corpus.replace(index, item, row)
        self.review.replace(index)
        self.replaced = index
        self.tell("row")

    def _row_of(self, event: Event | Unreadable, outcome: Outcome | None) -> EventRow | None:
        if isinstance(event, Unreadable):
            return summary(event, None)
        mapper = self.session.mapper
        if outcome is None or mapper is None:
            return None
        return summary(event, outcome, self.session.known_keys, mapper.config)

    def _selected(self, before: Selection, event: Event | Unreadable) -> Selection:
        """The selection with an event that was just read, mapped once."""
        if isinstance(event, Unreadable):
            return msgspec.structs.replace(before, problem=event)
        return msgspec.structs.replace(before, event=event, outcome=self._outcome(event, before.index), problem=None)

    def _outcome(self, event: Event, index: int | None) -> Outcome | None:
        mapper = self.session.mapper
        if mapper is None:
            return None
        outcome = mapper.outcome(event, explain=True)
        repeated = None if index is None else self.corpus.repeated.get(index)
        if repeated is not None:
            outcome = msgspec.structs.replace(outcome, findings=(*outcome.findings, repeated))
        return outcome

    def difference(self) -> EventComparison | None:
        """The selected event compared with the baseline, as it was then and as it is now; None without one or the other."""
        event, mapper, baseline = self.selection.event, self.session.mapper, self.baseline
        if event is None or mapper is None or baseline is None or self.selection.index is None:
            return None
        # Imported here: many sessions never compare.
        from abtui.core.corpus.comparison.event import compare_event

        return compare_event(baseline.config, mapper.config, event, baseline.event(self.selection.index))

    # The config

    def apply_config(self, text: str) -> bool:
        """Read a new text of the config. True if the outcomes may differ now."""
        changed = self.session.edit(text)
        self.review.forget()
        if self.session.reading.config is not None:
            self.read_at = local_time()
        if changed:
            self.map_anew()
        self.tell("config")
        return changed

    def load_config(self, path: str, text: str) -> None:
        """Put the text of a file in place of the config. Another file's events are not mapped with the config of before."""
        self.config_loads += 1
        if path == self.session.path:
            self.session.saved_text = text
            self.apply_config(text)
            return
        self.session.open(path, text)
        self.read_at = local_time()
        self.review.forget()
        self.map_anew()
        self.tell("config", "target")

    @property
    def mistake(self) -> Finding | None:
        """Why the config cannot be used, or None. What is shown is then from before the mistake (`read_at`)."""
        reading = self.session.reading
        if reading.config is not None or self.session.missing:
            return None
        return next((finding for finding in reading.findings if finding.severity == "error"), None)

    def remedies(self) -> Remedies:
        """What can be done in this state of the config. Another thread may use it."""
        # Imported here: nothing is to be mended at first.
        from abtui.core.remedy import Remedies

        session = self.session
        return Remedies(
            session.text,
            session.read,
            usage=self.review.usage,
            seen=self.names(),
            sdk=self.sdk,
            secrets=session.known_keys,
        )

    def apply_remedy(self, remedy: Remedy) -> bool:
        """Make the change of a remedy, unless its text has changed since it was found."""
        if remedy.changes == "config" and remedy.before == self.session.text:
            self._changed_config(remedy.after, remedy.title)
            return True
        if remedy.changes == "event" and remedy.before == self.selection.text:
            self.put_text(remedy.after)
            self.notice = Notice(f"{remedy.title}.", key="u")
            self.tell("notice")
            return True
        return False

    def put_text(self, text: str) -> None:
        """Give the selected event another text, which `undo` takes back."""
        self._event_change = self.selection.index, text, self.selection.text
        self._put_text(text)

    def _put_text(self, text: str) -> None:
        """Give the selected event another text that its editor does not have yet."""
        self.edit(text)
        self.tell("selection")

    def go_to_line(self, line: int) -> None:
        """Show a line of the config."""
        self.line_wanted = line
        self.show("config")
        self.tell("line-wanted")

    def show_form(self, form: bool) -> None:
        """Show the config as a form, or as YAML."""
        self.config_form = form
        self.show("config")
        self.tell("form")

    def be_in_line(self, line: int | None) -> None:
        """The cursor is in a line of the config, or has left it."""
        if line != self.config_line:
            self.config_line = line
            self.tell("line")

    def map_anew(self) -> None:
        """Map every event again, the selected one at once and those in view first."""
        self.recent = RecentIds()
        self.review.restart()
        self.corpus.restart()
        self.corpus.mapper = self.session.mapper
        self.select_again()
        self.tell("mapper")

    def change_config(self, edits: Mapping[KeyPath, Any], done: str) -> bool:
        """Set values in the config's text at their key paths (`("settings", "environment")`), or remove them with `REMOVE`.

        The rest of the text is unchanged. One undo takes it back. `done` is the message after the change. If the text cannot
        be changed, the reason is shown and the result is False.
        """
        return self._change(edit_yaml(self.session.text, edits), done)

    def edit_config(self, edit: FormEdit, done: str) -> bool:
        """Make one change of the kind that the config's form makes. Otherwise the same as `change_config`."""
        return self._change(edit_form(self.session.text, edit), done)

    def _change(self, edited: Edited, done: str) -> bool:
        if edited.text is None:
            self.say(edited.problem, title="The config was not changed", severity="warning")
            return False
        self._changed_config(edited.text, done)
        return True

    def _changed_config(self, text: str, done: str) -> None:
        self._event_change = None
        self.apply_config(text)
        self.notice = Notice(f"{done.rstrip('.')}.", key="u")
        self.tell("notice")

    def undo(self) -> None:
        """Take back the last change of the config, no matter which part of the program made it, or the offered one of an event."""
        change, self._event_change = self._event_change, None
        if change is not None and change[0] == self.selection.index and change[1] == self.selection.text:
            self._put_text(change[2])
            self.say("The change of the event was undone.")
            return
        before = self.session.text
        self.tell("undo")
        if self.session.text == before:
            self.say("There is no change to the config to undo.", severity="warning")
        else:
            self.say("The last change to the config was undone.")

    def choose_target(self, name: str) -> bool:
        """Choose a target by its name. False if the config has none of that name."""
        chosen = self.session.choose(name)
        if chosen:
            self.tell("target")
        return chosen

    def marked_or_shown(self) -> Iterable[int]:
        """The marked events, else all that the list shows."""
        return self.corpus.marked or self.corpus.shown_indexes()
