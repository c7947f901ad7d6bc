"""What of a line of YAML is shown as a key."""

from __future__ import annotations

from itertools import pairwise

import pytest

from abtui.tui.kit.highlight import Highlighter


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("  Order Completed: purchase", ["Order Completed"]),
        ('  "Page: Home": home  # c: d', ['"Page: Home"']),
        ("  'it''s': x", ["'it''s'"]),
        ('- "a": b', ['"a"']),
        ('m: { "a b": c, \'d\': "e: f" }', ["m", '"a b"', "'d'"]),
        ('x: "a: b"', ["x"]),
        ("x: \"{'a': b}\"", ["x"]),
        ('"a" : b', ['"a"']),
        ('# "a": b', []),
    ],
)
def test_keys_of_yaml(line: str, keys: list[str]) -> None:
    spans = Highlighter("yaml").spans(line)
    assert [line[span.start : span.end] for span in spans if span.kind == "key"] == keys
    assert all(one.end <= other.start for one, other in pairwise(spans))
