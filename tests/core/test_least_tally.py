"""The tally whose result depends neither on the order of things nor on how they are split."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.corpus.least_tally import LeastTally

Thing = tuple[str, str]
things = st.lists(st.tuples(st.sampled_from("ab"), st.text("xyz", max_size=2)), max_size=60)


def tally(of: list[Thing], most: int) -> LeastTally[Thing, str]:
    found: LeastTally[Thing, str] = LeastTally(lambda thing: thing[0], most)
    for thing in of:
        found.add(thing)
    return found


def counts(of: LeastTally[Thing, str]) -> tuple[dict[Thing, int], dict[str, int], bool]:
    return {thing: n for thing, n in of.counts.items() if n}, {k: n for k, n in of.rest.items() if n}, of.whole


@settings(max_examples=100)
@given(things, st.randoms(), st.integers(1, 8))
def test_the_order_does_not_matter_and_counts_are_exact(of: list[Thing], random: object, most: int) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    left, right = tally(of, most), tally(shuffled, most)
    assert counts(left) == counts(right)
    exact = Counter(of)
    assert all(n == exact[thing] for thing, n in left.counts.items())
    assert left.groups() == Counter(group for group, _ in of)
    assert len(left.counts) == min(most, len(exact))
    assert left.whole == (len(exact) <= most)


@settings(max_examples=100)
@given(things, things, things, st.integers(1, 8))
def test_merging_is_associative_and_gives_the_whole(a: list[Thing], b: list[Thing], c: list[Thing], most: int) -> None:
    left = tally(a, most)
    left.merge(tally(b, most))
    left.merge(tally(c, most))
    rest = tally(b, most)
    rest.merge(tally(c, most))
    right = tally(a, most)
    right.merge(rest)
    assert counts(left) == counts(right) == counts(tally(a + b + c, most))


@settings(max_examples=100)
@given(things, things)
def test_what_is_removed_was_never_counted(kept: list[Thing], gone: list[Thing]) -> None:
    found = tally([*kept, *gone], 4)
    for thing in gone:
        found.add(thing, -1)
    assert {group: n for group, n in found.groups().items() if n} == Counter(group for group, _ in kept)
    whole = tally([*kept, *gone], 1_000)
    for thing in gone:
        whole.add(thing, -1)
    assert counts(whole)[0] == Counter(kept)
