"""The corpus on screen is filtered in slices: what is shown meanwhile, where the cursor finds its place, what comes later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Query
from abtui.tui import workers
from abtui.tui.corpus import Corpus, IndexSet, Stored, filtering, map_stored, shapes
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import LOOKS, RowFate
from abtui.tui.messages import RowsMapped
from tests.kit import CONFIG, ENV, event

ROW_FATES: list[RowFate] = [fate for fate in LOOKS if fate != "does-not-count"]


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "AT_A_TIME", 64)


def rows(count: int, first: int = 0) -> list[EventRow]:
    """Every tenth is a page."""
    return [
        EventRow(type="track" if n % 10 else "page", name=f"n{n}", verdict="send") for n in range(first, first + count)
    ]


def corpus(total: int, mapped: int) -> Corpus:
    made = Corpus()
    made.add([Stored(f"{n}", "{}") for n in range(total)])
    made.place(0, 0, rows(mapped), {})
    return made


def test_fates_are_counted_whether_the_shapes_of_rows_are_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_MOST", shapes.LOOSE + 3)
    some = Corpus()
    some.add([Stored(f"{n}", "{}") for n in range(16)])
    fates = ROW_FATES * 2
    many = [EventRow("track", f"n{n}", "send", fate) for n, fate in enumerate(fates)]
    some.place(0, 0, many, {})
    assert some.counts == dict.fromkeys(ROW_FATES, 2)
    assert [some.shapes.shape(number).fate for number in some.shapes.ids] == fates
    some.replace(fates.index("refused"), Stored("1", "{}"), many[fates.index("arrives")])
    assert (some.counts["refused"], some.counts["arrives"]) == (1, 3)
    some.restart()
    assert some.counts.total() == 0


def shown(of: Corpus) -> list[int | None]:
    return [of.index_at(position) for position in range(of.shown)]


def at_once() -> bool:
    return True


def never() -> bool:
    return False


def test_a_filter_ends_with_what_it_admits() -> None:
    some = corpus(1000, 1000)
    some.set_filter(Query("type:page"))
    slices = 1
    while some.filtering:
        some.filter_more(None, at_once)
        slices += 1
    assert slices > 10
    assert shown(some) == list(range(0, 1000, 10))
    assert some.position_of(500) == 50
    assert some.position_of(501) is None
    some.set_filter(Query(""))
    assert not some.filtering
    assert some.shown == 1000


@pytest.mark.parametrize(
    ("kept", "tested"),
    [(None, 64), (0, 64), (501, 64), (500, 512), (990, 1000)],
    ids=["none", "first", "hidden", "far", "last"],
)
def test_the_old_view_stays_until_the_cursor_has_its_place(kept: int | None, tested: int) -> None:
    some = corpus(1000, 1000)
    some.set_filter(Query("type:page"))
    so_far = 64
    while not some.filter_more(kept, at_once):
        assert some.shown == 1000
        assert some.filtering
        so_far = min(1000, so_far + 64)
    assert so_far == tested
    assert shown(some) == list(range(0, tested, 10))
    assert kept in (None, 501) or some.position_of(kept) == kept // 10


def test_a_new_filter_ends_the_old_pass() -> None:
    some = corpus(1000, 1000)
    some.set_filter(Query("type:track"))
    some.filter_more(None, at_once)
    assert some.shown == 57
    some.set_filter(Query("name:n999"))
    assert not some.filter_more(None, at_once)
    assert some.shown == 57, "nothing is found yet: what was shown stays"
    assert some.filter_more(None, never)
    assert shown(some) == [999]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=6), st.lists(st.booleans(), max_size=12))
def test_rows_mapped_meanwhile_come_in_order(batches: list[int], turns: list[bool]) -> None:
    some = corpus(sum(batches), 0)
    some.set_filter(Query("type:page"))
    waiting = iter(batches)
    for place in turns:
        count = next(waiting, 0) if place else 0
        some.place(0, some.mapped, rows(count, some.mapped), {})
        some.filter_more(None, at_once)
    for count in waiting:
        some.place(0, some.mapped, rows(count, some.mapped), {})
    some.filter_more(None, never)
    assert not some.filtering
    assert shown(some) == list(range(0, sum(batches), 10))


def test_a_new_config_starts_the_pass_anew() -> None:
    some = corpus(300, 300)
    some.set_filter(Query("type:page"))
    some.filter_more(None, never)
    some.restart()
    assert shown(some) == list(range(0, 300, 10)), "what is shown stays until the cursor's event is mapped anew"
    assert not some.filter_more(200, never)
    assert not some.filtering, "there is nothing to test yet"
    some.place(1, 0, rows(150), {})
    assert not some.filter_more(200, never)
    assert some.shown == 30
    some.place(1, 150, rows(100, 150), {})
    assert some.filter_more(200, never)
    assert shown(some) == list(range(0, 250, 10))
    some.place(1, 250, rows(50, 250), {})
    assert shown(some) == list(range(0, 300, 10))


def test_a_new_config_that_admits_nothing_is_shown_at_its_end() -> None:
    some = corpus(300, 300)
    some.set_filter(Query("type:page"))
    some.filter_more(None, never)
    some.restart()
    some.place(1, 0, [EventRow("track", "x", "send")] * 299, {})
    assert not some.filter_more(0, never)
    some.place(1, 299, [EventRow("track", "x", "send")], {})
    assert some.filter_more(0, never)
    assert some.shown == 0


# What was done to the items, and rows by their shape


def filtered(some: Corpus, text: str) -> list[int]:
    """The items that the list shows with a filter."""
    some.set_filter(Query(text))
    some.filter_more(None, never)
    return list(some.shown_indexes())


def test_the_filter_sees_what_was_done() -> None:
    some = corpus(300, 300)
    some.marked |= {3, 250}
    some.edited.add(4)
    some.receipts.update({3: "accepted", 5: "waiting"})
    some.place_changes(100, [("goal",), (), ("goal", "units")])
    assert filtered(some, "is:marked") == [3, 250]
    assert filtered(some, "is:edited,marked -is:sent") == [4, 250]
    assert filtered(some, "receipt:waiting") == [5]
    assert filtered(some, "change:goal") == [100, 102]
    assert filtered(some, "change:goal -change:units") == [100]
    assert filtered(some, "is:changed type:page") == [100]
    assert len(filtered(some, "-is:changed")) == 298
    assert len(filtered(some, "receipt:none type:page")) == 30
    assert some.row(102, None).changes == ("goal", "units")
    assert some.row(3, None).flags == ("marked",)
    assert some.signs == ("mark", "edit", "change", "receipt")
    some.clear_changes()
    assert filtered(some, "is:changed") == []
    assert some.signs == ("mark", "edit", "receipt")


def test_users_and_lines_are_looked_for_in_the_events() -> None:
    some = Corpus()
    texts = [f'{{"userId":"u{n}","anonymousId":{n}.5}}' for n in range(200)]
    some.add([Stored(f"a.jsonl:{n}", text if n % 2 else text.encode()) for n, text in enumerate(texts)])
    some.add([Stored("b.jsonl:7", '{"userId":"\\u0075150"}'), Stored("pasted #1", "broken")])
    some.place(0, 0, rows(202), {})
    assert filtered(some, "user:u15*") == [15, *range(150, 160), 200]
    assert filtered(some, "user:U150") == [150, 200]
    assert filtered(some, "user:150.5") == [150]
    assert filtered(some, "U150") == [150, 200]
    assert filtered(some, "u15 source:a.jsonl") == [15, *range(150, 160)]
    assert filtered(some, "text:userid -text:u1 -text:1") == [n for n in range(200) if "1" not in str(n)]
    assert len(filtered(some, "-user:u1")) == 202 - 111 - 1
    assert filtered(some, "source:b.jsonl") == [200]
    assert filtered(some, "jsonl:7") == [7, *range(70, 80), 200]
    assert filtered(some, "pasted") == [201]


def test_more_kinds_of_rows_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_MOST", shapes.LOOSE + 3)
    mapper = Mapper(read_config(CONFIG, ENV).config or pytest.fail("the config is read"))
    some = Corpus()
    some.add([Stored(f"f:{n}", event(event=f"Name {n}")) for n in range(40)])
    some.mapper = mapper
    mapped = [map_stored(item, mapper)[0] for item in some.items(0, 40)]
    some.place(0, 0, mapped, {})
    assert [some.row(n, mapper) for n in range(40)] == mapped
    assert filtered(some, "name:*3") == [3, 13, 23, 33]
    assert filtered(some, "verdict:send") == list(range(40))
    assert filtered(some, "fate:accepted") == list(range(40))
    assert some.counts == {"accepted": 40}
    some.replace(30, Stored("f:30", "{"), EventRow("", "broken", "unreadable", "unreadable", 1, codes=("JSON-SYNTAX",)))
    assert some.counts == {"accepted": 39, "unreadable": 1}
    assert some.finding_counts() == {"JSON-SYNTAX": 1}


def test_a_row_made_for_another_config_is_not_kept() -> None:
    old, new = (
        Mapper(read_config(text, ENV).config or pytest.fail("the config is read"))
        for text in (CONFIG, CONFIG.replace("{ userId", "{ nobody"))
    )
    some = Corpus()
    some.add([Stored("f:1", event())])
    some.mapper = new
    assert some.row(0, old).verdict == "send"
    assert some.mapper is new
    assert some.row(0, new).verdict != "send"
    assert some.row(0, old).verdict != "send", "now it is kept"


def test_findings_are_counted_by_events() -> None:
    some = Corpus()
    some.add([Stored(f"{n}", "{}") for n in range(6)])
    made = [EventRow("track", "x", "send", codes=("A", "B") if n % 2 else ("B",)) for n in range(5)]
    some.place(0, 0, made, {})
    assert some.finding_counts() == {"B": 5, "A": 2}
    some.replace(1, Stored("1", "{}"), EventRow("track", "x", "drop"))
    assert some.finding_counts() == {"B": 4, "A": 1}
    some.restart()
    assert some.finding_counts() == {}


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans())), st.sets(st.integers(0, 40)), st.booleans())
def test_an_index_set_is_a_set(steps: list[tuple[int, bool]], many: set[int], there: bool) -> None:
    ours, theirs = IndexSet(), set[int]()
    for index, put in steps:
        (ours.add if put else ours.discard)(index)
        (theirs.add if put else theirs.discard)(index)
    assert ours == theirs
    assert list(ours) == sorted(theirs)
    assert ours.has_all(sorted(many)) is (many <= theirs)
    ours.set_all(sorted(many), there)
    theirs = theirs | many if there else theirs - many
    assert (len(ours), set(ours)) == (len(theirs), theirs)
    assert ours.has_all(sorted(many)) is (there or not many)


def test_a_thread_whose_work_the_screen_never_takes_ends_with_it() -> None:
    mapper = Mapper(read_config(CONFIG, ENV).config or pytest.fail("the config is read"))
    some, sent = corpus(5000, 0), list[Message]()

    def keep(one: Message) -> bool:
        sent.append(one)
        return True

    workers.map_rows(0, some.items, 0, 5000, mapper, RecentIds(), keep, lambda: bool(sent))
    assert len(sent) == 1
    seen: list[str] = []

    def take(one: Message) -> bool:
        assert isinstance(one, RowsMapped)
        one.handled.set()
        return True

    workers.map_rows(
        0, some.items, 0, 9, mapper, RecentIds(), take, lambda: False, lambda _, event, __: seen.append(event.source)
    )
    assert seen == [f"{n}" for n in range(9)]
