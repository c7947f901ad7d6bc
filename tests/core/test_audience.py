"""Audiences, as the JavaScript SDK decides them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.experiments.audience import matches

RECORDED = json.loads((Path(__file__).parents[1] / "data" / "audience_vectors.json").read_text())


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["audience"] or "nothing")
def test_a_recorded_decision(case: dict[str, Any]) -> None:
    assert matches(case["audience"], RECORDED["attributes"]) is case["result"]


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("1.2", "1.2.0", 0),
        ("v1.10.0", "1.9.9", 1),
        ("1.0.0-alpha", "1.0.0", -1),
        ("1.0.0-alpha.1", "1.0.0-alpha.beta", -1),
        ("1.0.0-alpha", "1.0.0-alpha.1", -1),
        ("1.0.0-2", "1.0.0-10", -1),
        ("1.0.0+a", "1.0.0+b", 0),
    ],
)
def test_versions_are_ordered_as_semantic_versioning_says(left: str, right: str, order: int) -> None:
    for name, fits in (
        ("eq", order == 0),
        ("lt", order < 0),
        ("gt", order > 0),
        ("lte", order <= 0),
        ("gte", order >= 0),
    ):
        audience = json.dumps({"filter": [{f"semver_{name}": [{"value": left}, {"value": right}]}]})
        assert matches(audience, {}) is fits


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", "b")), inner, max_size=2),
    max_leaves=6,
)
OPERATORS = (
    "and",
    "or",
    "not",
    "null",
    "value",
    "var",
    "eq",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "match",
    "semver_eq",
    "no",
)
EXPRESSIONS = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(OPERATORS), inner | st.lists(inner, max_size=3), max_size=2),
    max_leaves=12,
)


@given(EXPRESSIONS, st.dictionaries(st.sampled_from(("a", "b")), JSON))
def test_any_audience_has_an_answer(expression: Any, attributes: dict[str, Any]) -> None:
    found = matches(json.dumps({"filter": expression}), attributes)
    assert (found is None) is not isinstance(expression, (list, dict))


def test_a_deep_audience_does_not_end_the_program() -> None:
    deep = '{"not":' * 5_000 + "1" + "}" * 5_000
    assert matches(f'{{"filter":[{deep}]}}', {}) in (None, True, False)
