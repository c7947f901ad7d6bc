"""The config's `check`: which findings count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Policy
from abtui.core.config.reader import read_config
from abtui.core.findings import RULES, code_hint
from tests.core.test_config import ENV, GOOD


@pytest.mark.parametrize(
    ("section", "policy"),
    [
        ("", Policy()),
        ("check:", Policy()),
        ("check: {}", Policy()),
        ("check: {failOn: warning}", Policy(fail_on="warning")),
        ("check: {failOn: never}", Policy(fail_on="never")),
        ("check: {failOn: error, ignore: null}", Policy()),
        ("check: {ignore: [UNIT-NONE, UNIT-NONE, 'DATE-*']}", Policy(ignore=("UNIT-NONE", "DATE-*"))),
        ("check: {select: ['*', 'UNIT-[MN]*', 'GOAL-NEA?']}", Policy(select=("*", "UNIT-[MN]*", "GOAL-NEA?"))),
        ("check: {select: []}", Policy()),
    ],
)
def test_a_policy(section: str, policy: Policy) -> None:
    reading = read_config(f"{GOOD}{section}\n", ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.check == policy


@pytest.mark.parametrize(
    ("section", "code", "column", "part"),
    [
        ("check: warning", "CONFIG-TYPE", 8, "`check` must be a map"),
        ("check: {failOn: warnings}", "CONFIG-TYPE", 17, "Did you mean `warning`"),
        ("check: {failOn: info}", "CONFIG-TYPE", 17, "`error` or `warning` or `never`"),
        ("check: {failOn: no}", "CONFIG-TYPE", 17, "must be text"),
        ("check: {ignore: UNIT-NONE}", "CONFIG-TYPE", 17, "must be a list of texts"),
        ("check: {ignore: [5]}", "CONFIG-TYPE", 18, "must be text"),
        ("check: {fail_on: error}", "CONFIG-UNKNOWN-KEY", 9, "Write `failOn`"),
        ("check: {goals: []}", "CONFIG-UNKNOWN-KEY", 9, "belongs under `catalog`"),
        ("ignore: [UNIT-NONE]", "CONFIG-UNKNOWN-KEY", 1, "belongs under `check`"),
        ("check: {ignore: [UNIT-NONE, UNIT-NON]}", "CONFIG-UNKNOWN-CODE", 29, "Did you mean `UNIT-NONE`"),
        ("check: {select: [unit-none]}", "CONFIG-UNKNOWN-CODE", 18, "Write `UNIT-NONE`"),
        ("check: {select: ['unit-*']}", "CONFIG-UNKNOWN-CODE", 18, "Write `UNIT-*`"),
        ("check: {select: ['UNITS-*']}", "CONFIG-UNKNOWN-CODE", 18, "Did you mean `UNIT-"),
        ("check: {select: ['']}", "CONFIG-UNKNOWN-CODE", 18, "abtui explain"),
        ("check: {select: ['${NO_SUCH}']}", "CONFIG-ENV-UNSET", 18, "`NO_SUCH` is not set"),
    ],
)
def test_a_mistake(section: str, code: str, column: int, part: str) -> None:
    reading = read_config(f"{GOOD}{section}\n", ENV)
    [item] = reading.findings
    assert (item.code, item.line, item.column, item.config_line) == (code, 13, column, 13)
    assert part in f"{item.message} {item.hint}"
    assert (reading.config is None) == (code == "CONFIG-TYPE")


def test_every_code_is_known() -> None:
    assert not any(code_hint(code) for code in RULES)
    assert not any(code_hint(code[: code.index("-")] + "-*") for code in RULES if "-" in code)


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert code_hint(text) == code_hint(text)
