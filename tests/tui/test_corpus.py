"""The corpus on screen is filtered in slices: what is shown meanwhile, where the cursor finds its place, what comes later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.query import Query
from abtui.tui.corpus import Corpus, Stored, filtering
from abtui.tui.widgets.event_list import EventRow


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
    some.filter_more(None, at_once)
    some.restart()
    assert some.shown == 0
    assert not some.filter_more(None, never)
    some.place(1, 0, rows(300), {})
    assert shown(some) == list(range(0, 300, 10))
