"""Cases that are recorded in parts: they are those of the whole, however the input is split and the parts are put together."""

from __future__ import annotations

import json
import pickle
import random
import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.cases import Reference, read_cases
from abtui.core.corpus.cases.kept import EachEvent, Recording
from abtui.core.corpus.cases.recording import Recorder, RecordJob
from abtui.core.corpus.cases.writing import CaseWriter
from abtui.core.corpus.places import Piece
from abtui.core.events import Event, SdkDefaults, read_text
from abtui.core.text.secret import holds
from tests.core.test_comparison_merge import NAMED, Text, split
from tests.core.test_coverage_merge import SIDES
from tests.core.test_engine import config, events
from tests.kit import CONFIG, ENV, event
from tests.thorough import MANY

BROKEN = {"broken": True}
"""Stands for a piece of text that is no event."""
KEYED = [json.loads(event(event=ENV["KEY"], userId=name)) for name in "ab"]
LARGE = [json.loads(event(properties={"a": "x" * size})) for size in (300, 400)]
BOUNDS = {"MOST_BEHAVIOURS": 3, "MOST_WHOLE": 6, "MOST_BYTES": 4_000}
sources = st.lists(
    st.lists(st.sampled_from([*NAMED, *NAMED, *KEYED, *LARGE, BROKEN]) | events, max_size=9), min_size=1, max_size=3
)


def record(recorder: Recorder, recording: Recording, text: Text) -> None:
    """Record a piece. Every second source is a file; the others can be read only once."""
    recording.begin(text.piece)
    index = text.piece[0]
    for number, value in enumerate(text.values, text.line):
        recording.count_item()
        if value is not BROKEN:
            recorder.record(recording, Event(f"f{index}:{number}", value), f"f{index}" if index % 2 == 0 else None)


def told(recording: Recording, config: Config, broken: Iterable[Piece] = ()) -> tuple[Any, ...]:
    """All that is told of a recording: the file, and the numbers of what is and what is not in it."""
    writer = CaseWriter(recording, config, lambda path: f"../{path}", broken)
    text = writer.head("config.yaml", ["events"]) + "".join(writer.texts())
    return text, recording.events, recording.kept.more, writer.cases, writer.withheld, writer.over, writer.lost


@pytest.mark.parametrize("everything", [False, True], ids=["behaviours", "everything"])
@pytest.mark.parametrize("bounds", [{}, BOUNDS], ids=["room for all", "more than there is room for"])
@settings(max_examples=MANY * 2)
@given(sources, st.sampled_from(SIDES), st.randoms(use_true_random=False))
def test_any_split_and_any_order_give_the_same(
    everything: bool,
    bounds: dict[str, int],
    values: list[list[dict[str, Any]]],
    config: Config,
    chance: random.Random,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, bound in bounds.items():
            for module in ("kept", "writing"):
                patch.setattr(f"abtui.core.corpus.cases.{module}.{name}", bound, raising=False)
        patch.setattr("abtui.core.corpus.cases.recording.EVENT_LIMIT_BYTES", 350)
        job = RecordJob(everything)
        recorder = job.begin([config], SdkDefaults())
        whole = job.recording()
        for index, of in enumerate(values):
            record(recorder, whole, Text((index, 0), 1, of))
        parts = []
        for text in split(values, chance):
            part = recorder.empty()
            record(recorder, part, text)
            data = pickle.dumps(part)
            assert not holds(data, config.secrets), "no key travels"
            parts.append(pickle.loads(data) if chance.random() < 0.5 else part)
        while len(parts) > 1:
            one, other = (parts.pop(chance.randrange(len(parts))) for _ in range(2))
            one.merge(other)
            parts.append(one)
        together = job.recording()
        together.merge(parts[0])
        assert told(together, config) == told(whole, config)
        assert told(together, config) == told(whole, config), "telling changes nothing"
        text, recorded_events, more, *written_or_not = told(whole, config)
        assert not holds(text, config.secrets)
        if isinstance(together.kept, EachEvent):
            assert recorded_events == more + sum(written_or_not)
            forms = [entry.drafts for entry in together.kept.entries]
            assert (None,) not in forms, "memory is for what may be written"
            assert not (together.kept.refers and any(len(drafts) > 1 for drafts in forms))
            assert together.kept.refers == (recorded_events > bounds.get("MOST_WHOLE", recorded_events))


def recorded(pieces: Iterable[Text], settings: Config, *, everything: bool = False) -> Recording:
    """The recordings of pieces, put together."""
    job = RecordJob(everything)
    recorder, whole = job.begin([settings], SdkDefaults()), job.recording()
    for text in pieces:
        part = recorder.empty()
        record(recorder, part, text)
        whole.merge(part)
    return whole


ORDER, OTHER = (json.loads(event(event=name)) for name in ("Order Completed", "Other"))


def test_the_example_of_a_behaviour_is_at_the_least_place() -> None:
    first, second = ({**ORDER, "userId": name} for name in ("first", "second"))
    later = Text((0, 10), 2, [second, OTHER])
    for pieces in ([Text((0, 0), 1, [first]), later], [later, Text((0, 0), 1, [first])]):
        text = told(recorded(pieces, config()), config())[0]
        assert "first" in text
        assert "second" not in text
        assert text.index("Order Completed ->") < text.index("Other ->")


def test_names_are_numbered_in_the_order_of_the_input() -> None:
    pieces = [Text((0, 10), 2, [{**ORDER, "userId": "second"}]), Text((0, 0), 1, [{**ORDER, "userId": "first"}])]
    text = told(recorded(pieces, config(), everything=True), config())[0]
    name = "track Order Completed -> purchase"
    assert re.findall("- name: (.*)|userId: (.*)", text) == [
        (f'"{name}"', ""), ("", "first"), (f'"{name} #2"', ""), ("", "second"),
    ]  # fmt: skip


def test_a_file_has_the_cases_of_the_least_places_that_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = (10, 900, 10, 10, 2_000, 10)
    events = [json.loads(event(userId=f"u{at}", properties={"a": "x" * size})) for at, size in enumerate(sizes)]
    job = RecordJob(everything=True)

    def cases() -> tuple[list[str], int]:
        recorder, recording = job.begin([config()], SdkDefaults()), job.recording()
        record(recorder, recording, Text((1, 0), 1, events))
        writer = CaseWriter(recording, config(), str)
        return list(writer.texts()), writer.over

    texts, over = cases()
    assert (len(texts), over) == (len(sizes), 0)
    for count in range(len(sizes)):
        for room in (len("".join(texts[: count + 1])) - 1, len("".join(texts[:count]))):
            for module in ("kept", "writing"):
                monkeypatch.setattr(f"abtui.core.corpus.cases.{module}.MOST_BYTES", room)
            assert cases() == (texts[:count], len(sizes) - count)


def test_a_number_that_is_not_known_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.corpus.cases.kept.MOST_WHOLE", 0)
    monkeypatch.setattr("abtui.core.corpus.cases.writing.MOST_WHOLE", 0)
    pieces = [Text((0, start), 1, [BROKEN, ORDER]) for start in (0, 10, 20)] + [Text((2, 5), 1, [ORDER])]
    recording = recorded(pieces, config(), everything=True)

    def references(*broken: Piece) -> list[Reference]:
        file = read_cases(told(recording, config(), broken)[0], "golden.abtui.yaml").file
        assert file is not None
        return [case.event for case in file.cases if isinstance(case.event, Reference)]

    all_of_them = [Reference("../f0", number) for number in (2, 4, 6)] + [Reference("../f2", 1)]
    assert references() == all_of_them
    assert references((0, 10)) == [*all_of_them[:2], all_of_them[3]]
    assert references((0, 20), (0, 0)) == [all_of_them[0], all_of_them[3]]
    assert told(recording, config(), [(0, 0)])[-1] == 2


def test_what_is_odd_about_a_text_is_no_behaviour_unless_the_case_refers_to_it() -> None:
    """Behaviours are compared as their cases will have them."""
    twice = '{"type": "track", "event": "A", "event": "Order Completed", "userId": "u1"}'
    [item] = read_text(twice, "f0:1")
    assert isinstance(item, Event)
    assert item.findings
    job = RecordJob()
    recorder, recording = job.begin([config(CONFIG)], SdkDefaults()), job.recording()
    for value in (item, Event("f0:2", item.value)):
        recording.count_item()
        recorder.record(recording, value, "f0")
    assert len(recording.kept.entries) == 1
