"""Two ways to read an event, and one answer: the fast lane and the whole way are given the same generated texts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.shift import SHIFT_FIELDS
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.core.events import read_events
from abtui.core.events.model import Item
from abtui.core.segment import LABEL_FIELDS
from tests.core.test_engine import config
from tests.core.test_fast_reader import SDK, by_the_fast_lane, by_the_whole_way
from tests.kit import CONFIG
from tests.thorough import SLOW

TEXTS: Final = 100_000 if SLOW else 6_000
_IN_ONE: Final = 100
"""Texts of one example: making an example costs more than reading a text."""
_MAPPINGS: Final = [
    "{ userId: user_id }",
    "{ kundenr_ø: customer, userId: user_id }",
    '{ "": nothing, userId: user_id }',
    "{ 日本: jp, a.b: ab, x y: xy, batch: b }",
    "{ properties: p, context: c, messageId: m }",
]
CONFIGS: Final[list[Config]] = [config(CONFIG.replace("{ userId: user_id }", mapping)) for mapping in _MAPPINGS]
_KEYS: Final = [
    "type", "event", "name", "userId", "anonymousId", "properties", "traits", "context", "integrations", "sentAt", "messageId",
    "originalTimestamp", "kundenr_ø", "kundenr_", "", "日本", "a.b", "x y", "batch", "type\0", "TYPE", "user\u2028Id", "absmartly",
]  # fmt: skip
_SCALARS: Final = [
    '"track"', '"page"', '"identify"', '"Order Completed"', '"K1"', '""', '"2025"', '"2025-01-01T00:00:00.000Z"', "1", "0", "-0", "1.0", "1e21", "1e-7",
    "1e400", "12345678901234567890", "18446744073709551616", "-9223372036854775809", "9007199254740993", "0.1", "true", "false", "null", "NaN", "01", "1.",
    '"\\ud800"', '"\\u00e9"', '"é"', '"\\ud83d\\ude00"', '"a\tb"', '"\\x"', "{}", "[]", "tru", '"\x7f"', '"\\u0000"',
]  # fmt: skip

ATTRIBUTES: Final = config(f"{CONFIG}behavior: {{ identify: attributes }}\n")
_BETWEEN: Final = ["\n", "\r\n", "\n\n", "", " ", "\n\n\n"]


class _Texts:
    """Events as text, each made by chance: keys plain, escaped, twice; values of all kinds, some of them broken, or deep."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def key(self) -> str:
        key = self._chance.choice(_KEYS)
        written = json.dumps(key, ensure_ascii=self._chance.random() < 0.3)
        if key and self._chance.random() < 0.15:
            at = self._chance.randrange(len(key))
            written = json.dumps(key[:at])[:-1] + f"\\u{ord(key[at]):04x}" + json.dumps(key[at + 1 :])[1:]
        return written

    def value(self, depth: int = 0) -> str:
        roll = self._chance.random()
        if depth > 2 or roll < 0.8:
            return self._chance.choice(_SCALARS)
        if roll < 0.81:
            levels = self._chance.choice([198, 199, 200, 201, 260, 1100])
            bracket = "[\n" if self._chance.random() < 0.3 else "["
            return '{"a":' * levels + "1" + "}" * levels if roll < 0.805 else bracket * levels + "]" * levels
        if roll < 0.9:
            return "[" + ",".join(self.value(depth + 1) for _ in range(self._chance.randrange(3))) + "]"
        return self.members(depth + 1)

    def members(self, depth: int = 0, first: str = "") -> str:
        inside = [f"{self.key()}:{self.value(depth)}" for _ in range(self._chance.randrange(5))]
        comma = ",\n" if self._chance.random() < 0.05 else ","
        return "{" + comma.join([*([first] if first else []), *inside]) + "}"

    def text(self) -> str:
        kind = self._chance.choice(["track", "page", "identify", "screen"])
        first = f'"type":"{kind}","event":"Order Completed","name":"Home","userId":"u","sentAt":"2025","originalTimestamp":"2025"'
        event = self.members(first=first if self._chance.random() < 0.9 else "")
        roll = self._chance.random()
        if roll < 0.97:
            return event
        around = self._chance.choice(["[%,%]", '{"batch":[%,%],"context":{"a":1}}', "// %", "/*\n%\n*/ %", "[\n%\n]"])
        return around.replace("%", event)

    def corpus(self, size: int) -> bytes:
        end = self._chance.choice(["\n", "\n", "\n", "\r\n", "\n\n"])
        return end.join(self.text() for _ in range(size)).encode("utf-8", "surrogatepass")

    def plain(self) -> bytes:
        """Events without a mistake. Now and then something else is between two of them than a line end."""
        between = self._chance.sample(_BETWEEN, 2)
        kinds = ("track", "page", "identify", "group")
        values = [
            {"type": self._chance.choice(kinds), "userId": f"u{number}", "traits": {"a": number}, "sentAt": "2025"}
            | self._chance.choice([{}, {"event": "A", "name": "B"}, {"originalTimestamp": "2025-01-01T00:00:00.000Z"}])
            | self._chance.choice([{}, {"context": {"personas": {"computation_key": "vip"}}}, {"context": "none"}])
            | self._chance.choice([{}, {"properties": {"absmartly": {"units": [], "publishedAt": 1}}}])
            for number in range(20)
        ]
        ends = [self._chance.choice(between) if self._chance.random() < 0.2 else "\n" for _ in values]
        return "".join(json.dumps(value) + end for value, end in zip(values, ends, strict=True)).encode()

    def pieces(self, data: bytes) -> list[bytes]:
        """The text cut at places made by chance, as a pipe gives it."""
        places = sorted(self._chance.randrange(len(data) + 1) for _ in range(self._chance.randrange(6)))
        return [data[start:end] for start, end in pairwise((0, *places, len(data)))]


@settings(max_examples=TEXTS // _IN_ONE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(CONFIGS))
def test_both_ways_give_the_same_bodies(seed: int, used: Config) -> None:
    texts = _Texts(seed)
    data = texts.corpus(_IN_ONE)
    assert by_the_fast_lane(texts.pieces(data), used) == by_the_whole_way([data], used)
    # Line by line a difference is not hidden by what is broken on the lines before it.
    line = data.split(b"\n")[0]
    assert by_the_fast_lane([line + b"\n"], used) == by_the_whole_way([line + b"\n"], used)


_HOSTILE: Final = [
    *(f'{{"type":"track","event":"A","userId":"u","properties":{{"a":{scalar}}},"sentAt":"2025"}}' for scalar in _SCALARS),
    *(f'{{"type":"page","name":"A","userId":{scalar},"sentAt":"2025","originalTimestamp":{scalar}}}' for scalar in _SCALARS),
    *(f'{{"type":{scalar},"event":"A","userId":"u"}}' for scalar in _SCALARS),
    *(f'{{"type":"track","event":"A","userId":"u","properties":{properties}}}' for properties in (
        '{"a":1,"a":2}', '{"a":{"b":1,"b":{"c":1,"c":2}}}', '{"b":1,"a":2,"b":3}', '{"2":1,"1":2,"a":0,"01":3}', '{"a":[{"9":0,"8":1}]}', '{"__proto__":{"a":1}}',
        '{"absmartly":{"units":[],"units":[{"type":"t","uid":"u"}]}}', '{"absmartly":{"units":[{"1":0.1e1,"0":1E5}]}}', ' { "a" :\t1 , "b" : [ 1 , 2 ] } ',
        '{"a":0.1e1,"b":1E5,"c":1.50,"d":0.0000001,"e":-0.0,"f":1e-400,"g":0.1000000000000000055}',
        '{"a":9007199254740991.0,"b":9007199254740993.0,"c":1e15,"d":1e16,"e":-1.0,"f":123456789012345678901.0,"g":-1e-7,"h":-0.5,"i":2.50e1}', '{"a":0.000001}', '{"a":[-1.5e-6,0.25]}', '{"a":[1e400]}', '{"a":"v1.0,","b":1.0}',
 '{"\\u0061":1,"a":2}', '{"a":"\\/\\b\\u001f"}',
        '{"a":"\\ud83d\\ude00","b":"\\ude00\\ud83d"}', '{"4294967294":1,"4294967295":2,"0":3}', '{"toString":1}', "[1]", "null", '"text"',
    )),
    *('{"type":"track","event":"A","userId":"u","' + field + '":' + "[" * levels + "]" * levels + "}" for field in ("properties", "context") for levels in (198, 199, 200, 254, 1100)),
    '{"type":"x","type":"track","event":"A","userId":"u"}', '{"type":"track","type":"x","event":"A","userId":"u"}', '{"ty\\u0070e":"tr\\u0061ck","event":"A","userId":"u"}',
    '{"type":"track","event":"A","event":"B","userId":"u","userId":null}', '{"type":"track","writeKey":"k","event":"A","userId":"u","timestamp":"2025"}',
    '{"type":"track","writeKey":null,"originalTimestamp":"2025","event":"A","userId":"u"}', '{"type":"track","_metadata":{},"event":"A","userId":"u"}',
    '{"type":"track","event":"A","userId":"u"} {"type":"page","name":"B","userId":"u"}', '{"type":"track",\n"event":"A",\n"userId":"u"}', '{"event":"A","userId":"u"}',
    "", " ", "\ufeff", "\0", "5", "[]", "{}", '{"type":"track"', '{"type":"track","event":"a\0","userId":"u"}', '{"type":"track","integrations":{"All":false},"event":"A","userId":"u"}',
]  # fmt: skip
"""Lines that JavaScript reads or writes in a way of its own, and lines that are no event."""


@settings(max_examples=TEXTS // 300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 2**32),
    st.sampled_from([*CONFIGS, ATTRIBUTES]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_hostile_lines_among_plain_ones(seed: int, used: Config, end: str, mark: bytes) -> None:
    """Whatever one line of a window is, or a few are, the bodies are those of the whole way: all of the window is read, or nothing."""
    chance = random.Random(seed)
    plain = [
        f'{{"type":"track","event":"A","userId":"u{number}","properties":{{"a":{number}}}}}' for number in range(5)
    ]
    for hostile in _HOSTILE:
        lines = [*plain, hostile, *chance.choices(_HOSTILE, k=chance.choice([0, 0, 1, 2]))]
        chance.shuffle(lines)
        data = mark + end.join(lines).encode("utf-8", "surrogatepass") + end.encode()
        if chance.random() < 0.1:
            at = chance.randrange(len(data) + 1)
            data = data[:at] + chance.choice([b"\xff", b"\xed\xa0\xbd", b"\0", b"\t"]) + data[at:]
        assert by_the_fast_lane([data], used) == by_the_whole_way([data], used)


def _to_send(items: Iterable[Item], used: Config, offset: int | None) -> list[tuple[int, str, str, bytes]]:
    entries = ShipmentBuilder(Mapper(used), offset=offset).entries(enumerate(items))
    return [(entry.index, entry.source, entry.name, entry.request.body_bytes) for entry in entries]


@settings(max_examples=TEXTS // _IN_ONE // 4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from([*CONFIGS, ATTRIBUTES]), st.sampled_from([None, 86_400_000]))
def test_both_ways_send_the_same_with_the_same_places_and_names(seed: int, used: Config, offset: int | None) -> None:
    texts = _Texts(seed)
    # One window of lines without a mistake takes another way than what has one.
    for data in (texts.corpus(_IN_ONE), *(texts.plain() for _ in range(8))):
        fast = FieldReader(used, more=(*LABEL_FIELDS, *SHIFT_FIELDS)).events(texts.pieces(data), "f", SDK)
        assert _to_send(fast, used, offset) == _to_send(read_events([data, b""], "f", SDK), used, offset)


E_SENT: Final = '"sentAt":"2025","originalTimestamp":"2025"'


@pytest.mark.parametrize(
    ("mapping", "fields", "units"),
    [
        ("{ kundenr_ø: customer }", '"kundenr_ø":"K1"', [{"type": "customer", "uid": "K1"}]),
        ("{ kundenr_ø: customer }", '"kundenr_\\u00f8":"K1"', [{"type": "customer", "uid": "K1"}]),
        ("{ kundenr_ø: customer }", '"":"K2","kundenr_ø":"K1"', [{"type": "customer", "uid": "K1"}]),
        ("{ kundenr_ø: customer, userId: u }", '"":"K2"', [{"type": "u", "uid": "u1"}]),
        ("{ userId: u }", '"user\\u0049d":"K2"', [{"type": "u", "uid": "K2"}]),
        ("{ userId: u }", '"userId":"K2"', [{"type": "u", "uid": "K2"}]),
    ],
)
def test_units_of_any_field(mapping: str, fields: str, units: list[dict[str, Any]]) -> None:
    used = config(CONFIG.replace("{ userId: user_id }", mapping))
    line = ('{"type":"track","event":"A","userId":"u1",' + fields + "," + E_SENT + "}\n").encode()
    for data in (line, line * 50, line.rstrip()):
        bodies = by_the_fast_lane([data], used)
        assert bodies == by_the_whole_way([data], used)
        assert [json.loads(body or b"{}")["units"] for body in bodies] == [units] * len(bodies)


@pytest.mark.parametrize("bracket", ["[", "[\n", "\n["])
@pytest.mark.parametrize("field", ["properties", "context", "other"])
@pytest.mark.parametrize(("levels", "bodies"), [(199, 1), (200, 0), (500, 0), (1100, 0)])
def test_depth_is_refused_wherever_it_is(field: str, levels: int, bodies: int, bracket: str) -> None:
    deep = bracket * levels + "]" * levels
    line = f'{{"type":"track","event":"A","userId":"u1","{field}":{{}},{E_SENT}}}'.replace("{}", deep).encode()
    found = by_the_fast_lane([line + b"\n"], CONFIGS[0])
    assert found == by_the_whole_way([line + b"\n"], CONFIGS[0])
    assert (found != [None]) == bool(bodies)
