"""Which events have which findings: added in order, replaced anywhere, against a plain list."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.corpus.finding_index import FindingIndex

CODES = st.sets(st.sampled_from("ABCD")).map(lambda codes: tuple(sorted(codes)))


@settings(max_examples=100)
@given(first=st.lists(CODES), second=st.lists(CODES), edits=st.lists(st.tuples(st.integers(0, 30), CODES)))
def test_it_knows_what_a_list_knows(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]], edits: list[tuple[int, tuple[str, ...]]]
) -> None:
    index, events = FindingIndex(), first + second
    index.add(0, first)
    index.add(len(first), second)
    for at, codes in edits:
        if at < len(events):
            events[at] = codes
            index.replace(at, codes)
    for code in "ABCD":
        assert list(index.events(code)) == [at for at, codes in enumerate(events) if code in codes]
    assert index.counts() == {code: count for code in "ABCD" if (count := sum(code in codes for codes in events)) > 0}
