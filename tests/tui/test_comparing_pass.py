"""The pass over the corpus: in spells, with events edited before, during and after it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from textual.message import Message

from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.moves import MoveKey
from abtui.core.events import Event, Stored, read_stored
from abtui.tui.comparing import Baseline, Compared, Counted, Pass, changes_of, compare
from abtui.tui.corpus import Corpus
from tests.core.test_engine import config
from tests.kit import CONFIG, event

OLD = config(CONFIG)
NEW = config(
    CONFIG.replace("purchase", "order").replace("enablePageViewTracking: true", "enablePageViewTracking: false")
)
KINDS = (event(), event(type="page", name="Home"), event(event="Signed Up"), "{no event", event(userId=...))


def corpus_of(size: int) -> Corpus:
    corpus = Corpus()
    corpus.add([Stored(f"f:{at}", KINDS[at % len(KINDS)], (), at % len(KINDS) == 3) for at in range(size)])
    return corpus


def by_hand(baseline: Baseline, corpus: Corpus) -> tuple[Counted, dict[MoveKey, list[int]]]:
    """The comparison made in one go, of what there is at the end, and the events of each move."""
    comparison = Comparison(OLD, NEW, names=("old", "new"), examples=0)
    members: dict[MoveKey, list[int]] = {}
    for index in range(len(corpus)):
        item = corpus.item(index)
        now, before = read_stored(item), read_stored(baseline.before(index, item))
        if isinstance(now, Event):
            if comparison.add(now, before if isinstance(before, Event) else None) is not None:
                members.setdefault(comparison.move_key(comparison.last_shape), []).append(index)
        else:
            comparison.add_unreadable()
    return (comparison.result(), comparison.moves()), members


def edit(baseline: Baseline, corpus: Corpus, work: Pass, index: int, text: str) -> None:
    """What the screen does when a person edits an event."""
    item = corpus.item(index)
    baseline.keep(index, item)
    corpus.keep(index, Stored(item.source, text))
    work.edited(index)


@pytest.mark.parametrize("edits", [(), (2,), (7, 2, 7), (199, 0), (3, 4, 8)])
@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_edited_events_are_counted_once_whenever_they_are_edited(edits: tuple[int, ...], when: str) -> None:
    corpus = corpus_of(200)
    baseline = Baseline("old", "old", OLD, 150)
    work = Pass(baseline, NEW, corpus, "new")
    texts = [event(event=f"Edited {at}") if at % 2 else event() for at in range(len(edits))]
    todo = list(zip(edits, texts, strict=True))
    if when == "before":
        for index, text in todo:
            edit(baseline, corpus, work, index, text)
    elif when == "during":
        work.compare_until(100, lambda: False)
        for index, text in todo:
            edit(baseline, corpus, work, index, text)
    found = work.compare_until(200, lambda: False)
    if when == "after":
        for index, text in todo:
            edit(baseline, corpus, work, index, text)
    work.catch_up()
    assert len(found) == (100 if when == "during" else 200)
    counted, members = by_hand(baseline, corpus)
    assert work.result() == counted
    assert {move.key: list(work.members.of(move.key)) for move in (*counted[1].moves, *counted[1].changed)} == members


def taken() -> tuple[list[Compared], Callable[[Message], bool]]:
    """A screen that takes everything at once, and what it took."""
    told: list[Compared] = []

    def take(message: Message) -> bool:
        assert isinstance(message, Compared)
        told.append(message)
        message.handled.set()
        return True

    return told, take


def test_the_pass_tells_each_event_s_change_in_spells_and_ends() -> None:
    corpus = corpus_of(5_000)
    work = Pass(Baseline("old", "old", OLD, 5_000), NEW, corpus, "new")
    told, take = taken()
    compare(work, 5_000, take, lambda: False)
    found = [classes for message in told for classes in message.found]
    assert found == [("goal",), ("verdict", "goal", "fate"), (), (), ()] * 1_000
    assert told[0].start == 0
    assert [message.last for message in told] == [False] * (len(told) - 1) + [True]
    result = told[-1].result
    assert result is not None
    assert (result[0].events, result[0].changed, result[0].unreadable) == (4_000, 2_000, 1_000)
    assert changes_of(Baseline("old", "old", OLD, 5_000), NEW, corpus, [1, 2]) == {
        1: ("verdict", "goal", "fate"),
        2: (),
    }


def test_a_pass_that_is_cancelled_tells_nothing_more() -> None:
    corpus, turns = corpus_of(5_000), count()
    told, take = taken()
    work = Pass(Baseline("old", "old", OLD, 5_000), NEW, corpus, "new")
    compare(work, 5_000, take, lambda: next(turns) > 0)
    assert len(told) == 1
