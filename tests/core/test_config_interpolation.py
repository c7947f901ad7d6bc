"""`${NAME}` and `${NAME:-default}`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.interpolation import Interpolated, interpolate
from abtui.core.text.yaml_references import shield, unshield

ENV = {"A": "one", "B_2": "two", "EMPTY": "", "REF": "${A}"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Interpolated("")),
        ("plain", Interpolated("plain", written=("plain",))),
        ("$A and {A}", Interpolated("$A and {A}", written=("$A and {A}",))),
        ("${A}", Interpolated("one")),
        ("${A}${B_2}", Interpolated("onetwo")),
        ("${A}-${B_2}", Interpolated("one-two")),
        ("x${A}", Interpolated("xone", written=("x",))),
        ("${NO}", Interpolated("", unset=("NO",))),
        ("x${NO}${A}", Interpolated("", unset=("NO",), written=("x",))),
        ("${NO}${NO}${NO2}", Interpolated("", unset=("NO", "NO2"))),
        ("${EMPTY}", Interpolated("", empty=("EMPTY",))),
        ("a${EMPTY}b", Interpolated("ab", empty=("EMPTY",), written=("a", "b"))),
        ("${NO:-d}", Interpolated("d", written=("d",))),
        ("${A:-d}", Interpolated("one", written=("d",))),
        ("${EMPTY:-d}", Interpolated("d", written=("d",))),
        ("${NO:-}", Interpolated("")),
        ("${NO:-${A}}", Interpolated("one")),
        ("${NO:-${NO2}}", Interpolated("", unset=("NO2",))),
        ("${NO:-http://h:1/$x}", Interpolated("http://h:1/$x", written=("http://h:1/$x",))),
        ("$${A}", Interpolated("${A}", written=("A}",))),
        ("$$${A}", Interpolated("$${A}", written=("A}",))),
        ("${REF}", Interpolated("${A}")),
        ("${", Interpolated("${", odd=True)),
        ("${}", Interpolated("${}", odd=True)),
        ("${A-d}", Interpolated("${A-d}", written=("A-d}",), odd=True)),
        ("${1A}", Interpolated("${1A}", written=("1A}",), odd=True)),
        ("${A:-${B_2:-x}}", Interpolated("${A:-two}", written=("A:-", "x"), odd=True)),
    ],
)
def test_variables_are_replaced_by_their_values(text: str, expected: Interpolated) -> None:
    assert interpolate(text, ENV) == expected


@given(st.text("${}:-AB_ \n"), st.dictionaries(st.sampled_from("AB"), st.text()))
def test_any_text_has_an_answer_and_its_unset_variables_are_unset(text: str, env: dict[str, str]) -> None:
    result = interpolate(text, env)
    assert not set(result.unset) & set(env)
    assert result.unset == () or result.value == ""


@given(st.text("${}:-AB_ \n\uf8f0\uf8f1"))
def test_shielding_keeps_length_and_text(text: str) -> None:
    shielded = shield(text)
    assert len(shielded) == len(text)
    if "\uf8f0" not in text and "\uf8f1" not in text:
        assert unshield(shielded) == text


def test_a_shielded_reference_has_no_braces() -> None:
    assert "{" not in shield("${A}, ${A:-b}, ${A:-${B}}")
