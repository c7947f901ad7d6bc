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
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec
from textual.widget import Widget

from abtui.core.checks import RecentIds
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.corpus.query import Query, with_term
from abtui.core.events import Event, SdkDefaults, Stored
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import file_name
from abtui.services.files import STDIN
from abtui.tui.config_state import ConfigState
from abtui.tui.corpus import Corpus
from abtui.tui.corpus.index_set import IndexSet
from abtui.tui.delivery import DeliveryView, SelectedReceipt
from abtui.tui.event_state import EventState
from abtui.tui.finding_rows import FindingPlace
from abtui.tui.kit.event_row import EventRow
from abtui.tui.messages import PaletteCommand
from abtui.tui.notice import Notice
from abtui.tui.offer import Offer
from abtui.tui.opening import Opening
from abtui.tui.review import Review
from abtui.tui.selection import Selection
from abtui.tui.session import Session

if TYPE_CHECKING:
    from abtui.core.corpus.comparison import ComparisonResult
    from abtui.core.corpus.comparison.moves import Move, MoveKey, Moves
    from abtui.core.experiments.elsewhere import Row, Sent
    from abtui.tui.comparing import Baseline
    from abtui.tui.experiments import Experiments
    from abtui.tui.live import Arrivals, LiveView

Topic = Literal[
    "config", "mapper", "target", "events", "rows", "row", "filter", "shown", "selection", "outcome", "long-edit", "baseline",
    "comparison", "findings", "finding", "remedy", "receipts", "deliveries", "notice", "screen", "undo", "form", "line", "line-wanted",
    "goal", "hint", "numbers", "painted", "live", "experiments", "experiment",
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
- `baseline`, `comparison`: what is compared with, and its result. `findings`: those of all events. `finding`: another one is looked at. `remedy`: the offered change.
- `receipts`: answers came (`corpus.receipts`), or `receipt` changed. `deliveries`: the progress of what is being sent.
- `live`: events came from an SDK, or listening began or ended.
- `experiments`: more of them was counted. `experiment`: another one of them, or another goal of it, is looked at.
- `painted`: the first picture is on the screen, so what takes a while to load may be loaded.
- `notice`: the message line, `hint`: its right end. `screen`: the screen in view. `goal`: another goal is looked for.
"""

Observe = Callable[[int, Event, Outcome], None]
"""A function that is called with an event's index in the corpus, the event, and its outcome."""


class Progress(NamedTuple):
    """A comparison of the corpus as far as it is: the share of the events it is about, its result and the moves of events, None
    without one; a function that gives the indexes of the events of a move; and what is compared with."""

    share: float = 0.0
    result: ComparisonResult | None = None
    moves: Moves | None = None
    events_of: Callable[[MoveKey], Sequence[int]] = lambda _key: ()
    baseline: Baseline | None = None

    @property
    def all_moves(self) -> tuple[Move, ...]:
        """The moves from fate to fate, then the changes that leave the fate as it is."""
        return () if self.moves is None else (*self.moves.moves, *self.moves.changed)

    def events_of_all(self, moves: Iterable[Move]) -> IndexSet:
        """The events of several moves."""
        found = IndexSet()
        for move in moves:
            found.set_all(self.events_of(move.key), True)
        return found


class _Listener(NamedTuple):
    """Who listens to a topic, and the screen on which it draws, "" if it does more."""

    widget: Widget
    callback: Callable[[], None]
    on: str


class State:
    """What the workbench is about. See the module for how it is changed and listened to."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults) -> None:
        self.opening, self.session, self.corpus = opening, session, Corpus()
        self.corpus.mapper = session.mapper
        self.review = Review(self.corpus, session)
        self.selection = Selection()
        self.event, self.config = EventState(self), ConfigState(self)
        self.notice = Notice("")
        self.hint = ""
        """What the message line says at its right end, about what the cursor is on."""
        self.screen = "events"
        self.remedy: Offer | None = None
        self.finding: FindingPlace | None = None
        """The finding that is looked at: the offered change is for it, else for the selected event."""
        self.filter_text = ""
        self.filter_of_before = ""
        """The filter restored from the last session, if there was one."""
        self.opened: tuple[str, ...] = ()
        """The files of events that the person opened, by the paths under which they are remembered."""
        if not opening.demo:
            self.note_opened(opening.event_paths)
        self.reading = "reading" if opening.event_paths else ""
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
        self.live: LiveView | None = None
        """The listener, once it was begun."""
        self.arrivals: Arrivals | None = None
        """What came from SDKs since then."""
        self.elsewhere: list[Sent | Row] = []
        """The exposures and goals that came past Segment."""
        self.experiments: Experiments | None = None
        """What was counted of experiments, once somebody looked at them."""
        self.experiment = ""
        """The experiment that is looked at; "" is the first of the config, else the largest."""
        self.experiment_goal = ""
        """The goal that is looked at in it; "" is the most frequent."""
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
        self.names: Callable[[], CorpusNames] = CorpusNames
        """Gives the names in the events and the catalog, for completion; set by who counts them."""
        self._given_sdk = sdk
        self._listeners: dict[Topic, list[_Listener]] = defaultdict(list)
        self._waiting: dict[_Listener, None] = {}
        """Those of screens out of view that have something to show, in the order in which it changed last."""
        self._added = count(1)

    # Listening

    def listen(
        self, topic: Topic, widget: Widget, callback: Callable[[], None], *, first: bool = False, on: str = ""
    ) -> None:
        """Call `callback` at every change of a topic, as long as the widget is mounted; `first`, before the others.

        What only draws on one screen is called while that one is in view, and else once it comes into view. Textual's own
        `Signal` is not used, because it swallows exceptions of callbacks.
        """
        entry = _Listener(widget, callback, on)
        self._listeners[topic].insert(0 if first else len(self._listeners[topic]), entry)

    def tell(self, *topics: Topic) -> None:
        """Tell a change to everybody who listens to one of these topics."""
        for topic in topics:
            for entry in [*self._listeners[topic]]:
                if entry.on not in ("", self.screen):
                    self._waiting.pop(entry, None)
                    self._waiting[entry] = None
                elif entry.widget.is_attached:
                    entry.callback()
                elif entry.widget.is_mounted:
                    self._listeners[topic].remove(entry)

    def say(
        self,
        text: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        stays: bool = False,
    ) -> None:
        """Show a message in the line above the keys until the next one, or another screen; an error stays. With `stays` it is a
        problem that is not over yet."""
        said = ". ".join(part.rstrip(".") for part in (title, text) if part)
        self.notice = Notice(f"{said}." if said and said[-1] not in "…?!" else said, severity, stays)
        self.tell("notice")

    def forget_message(self) -> None:
        """Take away a message that is no longer about what is in view; an error stays."""
        if self.notice.text and self.notice.severity != "error":
            self.say("")

    def show_hint(self, text: str) -> None:
        """Say something about what the cursor is on, where a message leaves room."""
        if text != self.hint:
            self.hint = text
            self.tell("hint")

    def show(self, screen: str) -> None:
        """Bring a screen into view."""
        if screen != self.screen:
            self.show_hint("")
            self.forget_message()
        self.screen = screen
        for entry in [entry for entry in self._waiting if entry.on == screen]:
            del self._waiting[entry]
            if entry.widget.is_attached:
                entry.callback()
        self.tell("screen")

    def look_at(self, finding: FindingPlace | None) -> None:
        """Offer the change for a finding, or again for the selected event."""
        if finding != self.finding:
            self.finding = finding
            self.tell("finding")

    def look_for(self, goal: str) -> None:
        """Look for a goal, as the Goal screen shows it."""
        self.goal = goal
        self.tell("goal")

    def look_into(self, experiment: str, goal: str) -> None:
        """Look at an experiment and a goal of it, as the Experiment screen shows them."""
        if (experiment, goal) != (self.experiment, self.experiment_goal):
            self.experiment, self.experiment_goal = experiment, goal
            self.tell("experiment")

    def compare_with(self, baseline: Baseline | None) -> None:
        """Compare the outcomes with a baseline, or with none any more."""
        self.forget_message()
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
        return self.corpus.row(index, self.session.mapper)

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

    def map_anew(self) -> None:
        """Map every event again, the selected one at once and those in view first."""
        self.recent = RecentIds()
        self.review.restart()
        self.corpus.restart(self.selection.index)
        self.corpus.mapper = self.session.mapper
        self.event.select_again()
        self.tell("mapper")

    def choose_target(self, name: str) -> bool:
        """Choose a target by its name. False if the config has none of that name."""
        chosen = self.session.choose(name)
        if chosen:
            self.tell("target")
        return chosen
