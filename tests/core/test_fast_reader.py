"""The fast lane gives the bodies of the whole way, for any text and however it is cut."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import SdkDefaults, Unreadable
from abtui.core.outcomes import Outcome
from abtui.core.segment import is_event
from abtui.core.text.javascript import stringify_lines
from tests.core.test_engine import CONFIGS, events
from tests.kit import event, map_pieces
from tests.thorough import MANY

SDK = SdkDefaults()


def by_the_fast_lane(pieces: Iterable[bytes], config: Config) -> list[bytes | None]:
    """Bodies, and None for each piece that is no event."""
    mapper, found = Mapper(config), []
    for part in FieldReader(config, as_written=True).parts(pieces, "f", SDK):
        if isinstance(part, Unreadable):
            found.append(None)
            continue
        assert part.has_other != all(map(is_event, part.values))
        decisions = [mapper.decide(value) for value in part.values]
        if bodies := [decision.body for decision in decisions if decision.verdict == "send"]:
            found += stringify_lines(bodies, plain_numbers=part.plain_numbers).split(b"\n")
    return found


def by_the_whole_way(pieces: Iterable[bytes], config: Config) -> list[bytes | None]:
    found: list[bytes | None] = []
    for item in map_pieces(pieces, "f", config, sdk=SDK):
        if not isinstance(item, Outcome):
            found.append(None)
        elif item.request is not None:
            found.append(item.request.body_bytes)
    return found


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@settings(max_examples=MANY)
@given(
    st.lists(events, max_size=6),
    st.sampled_from(CONFIGS),
    st.integers(1, 400),
    st.sampled_from(["\n", "\r\n", "\n\n", "\n{\n", "\n[1]\n"]),
)
def test_both_ways_of_reading_give_the_same_bodies(
    values: list[dict[str, Any]], config: Config, size: int, between: str
) -> None:
    data = between.join(json.dumps(value) for value in values).encode()
    assert by_the_fast_lane(cut(data, size), config) == by_the_whole_way([data], config)


@pytest.mark.parametrize("number", ["1e-6", "-0.0001", "0.5", "1.0", "-0.0", "1e16"])
def test_a_number_is_the_same_each_time(number: str) -> None:
    line = f'{{"type":"track","event":"A","userId":{number},"properties":{{"a":[{number},{number}]}}}}\n'.encode()
    found = by_the_fast_lane([line, line + line, line], CONFIGS[3])
    assert found == by_the_whole_way([line * 4], CONFIGS[3])
    assert len(found) == 4


BATCH = json.dumps({"batch": [json.loads(event()), {"type": "page", "name": "Home", "userId": "u"}]})
PRETTY = json.dumps(json.loads(event(event="Pretty")), indent=2)
CODE = 'analytics.track("Clicked", {a: 1})'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        event(),
        "\ufeff" + event(),
        "\n".join([event(), BATCH, event()]),
        "\n".join([event(), PRETTY, event(), PRETTY]),
        "\n".join([event(), CODE, '{"type": ', event(), "5", "nonsense", event()]),
        "\n".join([event()[:-1] + ",}", "// a comment", event()]),
        event(properties={"a": "é", "b": 1.0, "2": 1, "1": 1e21, "c": 12345678901234567890}),
        event(userId=1e400).replace("Infinity", "1e400"),
        event(properties={"a": "\ud800"}),
        event(context=1e400, writeKey="w").replace("Infinity", "1e400"),
    ],
)
def test_same_bodies_for_every_form(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for size in (1, 7, 1000, 1 << 20):
        assert by_the_fast_lane(cut(data, size), CONFIGS[3]) == by_the_whole_way([data], CONFIGS[3])


@pytest.mark.parametrize(
    "line", [b'{"type":"track","event":"A","userId":"\xff"}', b'{"type":"track","context":"\xff","userId":"u"}']
)
def test_bytes_that_are_no_text(line: bytes) -> None:
    assert by_the_fast_lane([line], CONFIGS[0]) == by_the_whole_way([line], CONFIGS[0])


def test_only_the_fields_of_plain_lines_are_read() -> None:
    text = '{"type":"track","context":1}\n[{"type":"page","context":2}]\n{"type":"page","context":3}\n{\n"type":"page","context":4}'
    for size in (1, 1000):
        found = []
        for part in FieldReader(CONFIGS[0]).parts(cut(text.encode(), size), "f", SDK):
            assert not isinstance(part, Unreadable)
            events = [part.event(index) for index in range(len(part.values))]
            found += [(value, whole.source, whole.value) for value, whole in zip(part.values, events, strict=True)]
        assert found == [
            ({"type": "track"}, "f:1", {"type": "track", "context": 1}),
            ({"type": "page", "context": 2}, "f:2", {"type": "page", "context": 2}),
            ({"type": "page"}, "f:3", {"type": "page", "context": 3}),
            ({"type": "page", "context": 4}, "f:4", {"type": "page", "context": 4}),
        ]


def test_deep_nesting_has_an_answer() -> None:
    deep = event(context=0).replace('"context": 0', '"context": ' + "[" * 20_000 + "]" * 20_000)
    assert by_the_fast_lane([deep.encode()], CONFIGS[0]) == [None]


def test_places_are_those_of_the_file() -> None:
    data = ("\n".join([event()] * 500) + '\n{"type": ').encode()
    [broken] = [
        part for part in FieldReader(CONFIGS[0]).parts(cut(data, 5000), "f", SDK) if isinstance(part, Unreadable)
    ]
    assert (broken.source, broken.findings[0].line) == ("f:501", 501)
