"""What is known of all events, followed through edits: always what a count from the start would find."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from abtui.core.checks import RecentIds
from abtui.core.coverage.unused import coverage_findings
from abtui.core.coverage.usage import Usage
from abtui.core.events import Event, Stored, read_stored
from abtui.core.findings import Finding
from abtui.tui.corpus import Corpus, map_stored
from abtui.tui.review import Review
from abtui.tui.session import Session
from abtui.tui.widgets.event_row import EventRow
from tests.core.test_every_finding import ENV, config, event

CONFIG = config(
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
                if self.review.apart.admits(index):
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
        self.corpus.replace(index, new, map_stored(new, mapper)[0])
        self.review.replace(index)

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


def named(name: str, message_id: str, **more: object) -> str:
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
