"""What is known of all events, followed through edits: always what a count from the start would find."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.events import Event, Stored, read_stored
from abtui.core.findings import Finding
from abtui.tui import workers
from abtui.tui.corpus import Corpus, map_stored
from abtui.tui.corpus.rows import with_code
from abtui.tui.kit.event_row import EventRow
from abtui.tui.messages import RepeatsFound
from abtui.tui.review import Review
from abtui.tui.session import Session
from tests.kit import ENV, config_with, event

CONFIG = config_with(
    goalMapping="\n    Order Completed: purchase\n    Login: login", unitMapping="{ userId: user_id, nobody: x }"
)


@dataclass
class Screen:
    """What the screen does with a corpus, without a screen."""

    corpus: Corpus = field(default_factory=Corpus)
    session: Session = field(default_factory=lambda: Session(CONFIG, None, ENV, prefer_local=False))
    recent: RecentIds = field(default_factory=RecentIds)

    def __post_init__(self) -> None:
        self.review = Review(self.corpus, self.session)

    def read(self, *events: str) -> None:
        self.corpus.add(Stored(f"e.jsonl:{at}", text) for at, text in enumerate(events, len(self.corpus) + 1))

    def map(self, until: int | None = None, *edits: tuple[int, str]) -> None:
        """Map on; the edits are made when the thread has mapped these, and the screen does not know yet."""
        mapper, live = self.session.mapper, self.review.live()
        assert mapper is not None
        assert live is not None
        self.corpus.mapper = mapper
        rows: list[EventRow] = []
        repeated: dict[int, Finding] = {}
        start, end = self.corpus.mapped, len(self.corpus) if until is None else until
        for index, item in enumerate(self.corpus.items(start, end), start):

            def observe(event: Event, outcome: object, index: int = index) -> None:
                if self.review.edited_events.claim(index):
                    live.add(event, outcome)  # type: ignore[arg-type]

            row, found = map_stored(item, mapper, self.recent, observe)
            rows.append(row)
            if found is not None:
                repeated[index] = found
        for edit in edits:
            self.edit(*edit)
        self.review.add(start, rows)
        assert self.corpus.place(self.corpus.generation, start, rows, repeated)

    def edit(self, index: int, text: str) -> None:
        mapper, source = self.session.mapper, self.corpus.item(index).source
        assert mapper is not None
        new = Stored(source, text)
        new = Stored(source, text, (), not isinstance(read_stored(new), Event))
        self.corpus.announce(index, new)
        row = map_stored(new, mapper)[0]
        if index in self.corpus.repeated:
            row = with_code(row, "EVENT-REPEATED", there=True)
        self.corpus.replace(index, new, row)
        self.review.replace(index)

    def codes(self) -> list[tuple[str, ...]]:
        """The codes of each row, after repeated messageIds were looked for where they may be others."""
        if not self.corpus.repeats_known:
            told: list[Message] = []
            workers.find_repeats(0, self.corpus.items, len(self.corpus), told.append, lambda: False)  # type: ignore[arg-type]
            assert isinstance(told[0], RepeatsFound)
            self.review.set_repeats(told[0].found)
            self.recent = told[0].recent
        return [tuple(sorted(self.corpus.facts(index).codes)) for index in range(len(self.corpus))]

    def codes_anew(self) -> list[tuple[str, ...]]:
        assert self.session.mapper is not None
        recent = RecentIds()
        items = self.corpus.items(0, len(self.corpus))
        return [tuple(sorted(map_stored(item, self.session.mapper, recent)[0].codes)) for item in items]

    def coverage(self) -> list[str]:
        usage = self.review.counted()
        assert usage is not None
        return sorted(f"{item.message} {item.hint}" for _, item in coverage_findings(usage))

    def coverage_anew(self) -> list[str]:
        assert self.session.mapper is not None
        usage = Usage(self.session.mapper.config)
        for item in self.corpus.items(0, len(self.corpus)):
            read = read_stored(item)
            if isinstance(read, Event):
                usage.add_use(read.value, self.session.mapper.outcome(read))
        return sorted(f"{item.message} {item.hint}" for _, item in coverage_findings(usage))


def named(name: str, message_id: object, **more: object) -> str:
    return event(event=name, messageId=message_id, **more)


BUY, LOGIN, LOWER = named("Buy", "1"), named("Login", "2"), named("order completed", "3")
FILTERED = named("Order Completed", "4", integrations={"All": False})
STORIES = {
    "the name that was near is gone": [(0, BUY)],
    "the last use of an entry is gone": [(1, BUY)],
    "an entry comes into use": [(0, named("Order Completed", "1"))],
    "again and again": [(0, BUY), (1, LOWER), (0, LOGIN), (0, LOWER), (1, BUY)],
    "there and back": [(1, BUY), (1, LOGIN)],
    "text that is no event": [(0, "{"), (2, "x")],
    "an event out of text that was none": [(3, LOGIN)],
    "filtered away": [(0, FILTERED), (1, FILTERED)],
    "a page, and other fields": [(0, event(type="page", name="Home", messageId="p", nobody="n"))],
}


TWICE = {
    "the first of a pair gets another id": ([(0, named("Buy", "new"))], 1),
    "the second of a pair gets another id": ([(1, named("Buy", "new"))], 1),
    "an id that stands before": ([(4, named("Buy", "b"))], 3),
    "an id that stands behind": ([(0, named("Buy", "b"))], 2),
    "the same id in another event": ([(1, named("Other", "a"))], 2),
    "there and back": ([(0, named("Buy", "new")), (0, named("Buy", "a"))], 2),
    "no event any more": ([(0, "{")], 1),
    "no id that is text": ([(0, named("Buy", 1))], 1),
    "written in another way": ([(3, named("Buy", "b")[:-1] + ', "messageId": "a"}')], 2),
}


@pytest.mark.parametrize("story", TWICE)
@pytest.mark.parametrize("when", ["before", "unseen", "while", "after"])
def test_a_repeated_id_is_told_of_the_events_as_they_are(story: str, when: str) -> None:
    screen, (edits, repeated) = Screen(), TWICE[story]
    screen.read(*(named("Buy", message_id) for message_id in "aabac"))

    def make_edits() -> None:
        for edit in edits:
            screen.edit(*edit)

    if when == "before":
        make_edits()
    screen.map(*((5, *edits) if when == "unseen" else (2,)))
    if when == "while":
        make_edits()
    screen.map()
    if when == "after":
        assert sum("EVENT-REPEATED" in codes for codes in screen.codes()) == 2
        make_edits()
    assert screen.codes() == screen.codes_anew()
    groups = {group.code: group.count for group in screen.review.groups()}
    assert groups.get("EVENT-REPEATED", 0) == screen.corpus.finding_counts()["EVENT-REPEATED"] == repeated
    # What comes later is compared with the ids as they are.
    screen.read(named("Buy", "a"), named("Buy", "new"))
    screen.map()
    assert screen.codes() == screen.codes_anew()


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("when", ["before", "unseen", "while", "after"])
def test_what_edited_events_use_is_counted_as_from_the_start(story: str, when: str) -> None:
    screen, edits = Screen(), STORIES[story]
    screen.read(LOWER, LOGIN, named("Order Done", "5"), "{ no event", LOGIN)
    if when == "before":
        for edit in edits:
            screen.edit(*edit)
    screen.map(*((3, *edits) if when == "unseen" else (1,)))
    if when == "while":
        for edit in edits:
            screen.edit(*edit)
    screen.map()
    if when == "after":
        assert screen.coverage() == screen.coverage_anew()
        for edit in edits:
            screen.edit(*edit)
            assert screen.review.usage is None
    assert screen.coverage() == screen.coverage_anew()
    screen.edit(0, BUY)
    screen.read(LOWER)
    screen.map()
    assert screen.coverage() == screen.coverage_anew()
