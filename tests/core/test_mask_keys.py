"""No key gets into a draft or a report."""

from __future__ import annotations

import pytest

from abtui.core.text.mask_keys import (
    cleaned,
    further_rows,
    key_columns,
    keys_in,
    lacks_key,
    secrets_of,
    with_keys,
    without_keys,
)
from abtui.core.text.secret import Secret
from abtui.services.crash_report import crash_message, crash_report

KEY = "f00dfeedbeefcafe0123"


@pytest.mark.parametrize(
    "text",
    [
        f"settings: {{ apiKey: {KEY} }}",
        f"settings:\n  apiKey: '{KEY}'\n  application: x-{KEY}\n",
        f"settings:\n  apiKey: ${{KEY:-{KEY}}}\n",
        f"targets:\n  a: {{ apiKey: {KEY}, environment: x }}",
        f"settings: [\n  apiKey: {KEY}\n",
        f'settings: [\n  "apiKey": "{KEY}"\n',
        f"settings: {{\n  api_key: {KEY}\n",
        f"a: [\n  apiKey: |\n    {KEY}\n",
        f"settings:\n  apiKey: &k {KEY}\nfoo: [",
        f"settings:\n  apiKey: !!str {KEY}\nfoo: [",
        f"settings:\n  apiKey: abc#{KEY}\nfoo: [",
        f"settings:\n  apiKey: abc,{KEY}\nfoo: [",
        f"settings:\n  apiKey: >2-\n    {KEY}\nfoo: [",
        f'settings:\n  apiKey: "aaa\n    {KEY}"\nfoo: [',
        f'settings:\n  apiKey: "a\\"{KEY}"\nfoo: [',
        f"settings:\n  apiKey: ${{X:-{KEY}}}\nfoo: [",
        f"settings:\n  # apiKey: {KEY}\n  environment: x\n",
    ],
)
def test_a_key_in_the_config_is_masked(text: str) -> None:
    masked = without_keys(text, {})
    assert KEY not in masked
    assert "****" in masked


def test_the_rows_on_which_a_key_goes_on_are_known() -> None:
    assert further_rows(f"settings:\n  apiKey: >-\n    {KEY}\n    more\n  environment: x\n") == {2, 3}
    assert further_rows("settings:\n  apiKey: ${KEY}\n  environment: x\n") == frozenset()


@pytest.mark.parametrize(
    ("line", "known", "masked"),
    [
        ("  apiKey: new-key # new", (), ["new-key"]),
        ('  "apiKey": "new-key"', (), ['"new-key"']),
        ("  apiKey: ${KEY:-new-key}", (), ["new-key"]),
        ("  apiKey: ${KEY}", (KEY,), []),
        ("  apiKey: |", (), []),
        (f"  # {KEY}, {KEY}", (KEY,), [KEY, KEY]),
        ("  application: website", (KEY, "web"), []),
    ],
)
def test_where_a_key_stands(line: str, known: tuple[str, ...], masked: list[str]) -> None:
    assert [line[start:end] for start, end in key_columns(line, map(Secret, known))] == masked


@pytest.mark.parametrize(
    "text",
    [
        "settings:\n  apiKey: ${ABSMARTLY_API_KEY}\n  environment: staging\n",
        "settings: [\n  apiKey: ${ABSMARTLY_API_KEY}\n",
        'settings: [\n  apiKey: "${ABSMARTLY_API_KEY}"\n',
        "a: [",
        "",
    ],
)
def test_a_reference_stays(text: str) -> None:
    assert without_keys(text, {"ABSMARTLY_API_KEY": KEY}) == text


TWO = f"targets:\n  - name: a\n    apiKey: {KEY}\n  - name: b\n    apiKey: {KEY[::-1]}\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "lacks"),
    [
        (f"settings:\n  apiKey: {KEY}   # prod\n", "", "", False),
        (f"settings:\n  apiKey: ${{K:-{KEY}}}\n  environment: x\n", "environment: x", "environment: y", False),
        (f"settings:\n  apiKey: {KEY}   # prod\n", "# prod", "# staging", False),
        (f"settings:\n  apiKey: {KEY}\n  application: x-{KEY} # ****\n", "settings:\n", "# new\nsettings:\n", False),
        (TWO, "name: a", "name: c", False),
        # Which of the two keys would it be?
        (TWO, f"  - name: a\n    apiKey: {KEY}\n", "", True),
        (TWO, f"apiKey: {KEY}\n", f"apiKey: {KEY} # a\n", True),
    ],
)
def test_a_masked_key_comes_from_the_file_again(file: str, old: str, new: str, lacks: bool) -> None:
    edited = file.replace(old, new)
    restored = with_keys(without_keys(edited, {}), file, {})
    assert lacks_key(restored) is lacks
    assert lacks or restored == edited
    assert not lacks_key(file)


def test_a_known_key_is_masked_where_the_text_is_no_yaml() -> None:
    known = keys_in(f"settings: {{ apiKey: {KEY} }}", {})
    assert KEY not in without_keys(f"[ {KEY}", {}, known)


@pytest.mark.parametrize(
    "text",
    [
        f"RuntimeError: could not send {KEY}",
        "X-API-Key: hunter2",
        "Authorization: Bearer abc.def",
        "{'api_key': 'short1'}",
        "password=hunter2",
        "sk_live_51H8xQzGk2mN4pR6",
        "token: 'hunter3'",
    ],
)
def test_what_is_or_looks_like_a_key_is_not_in_a_report(text: str) -> None:
    report = crash_report(text, {"abtui": "1.0"}, ["send"], [Secret(KEY)], at="now")
    secret = text.split("=")[-1].split(":")[-1].split()[-1].strip("'}")
    assert secret not in report
    assert "****" in report
    assert secret not in crash_message(text, "/reports/crash.txt", kept=True, known=[Secret(KEY)])


def test_a_traceback_stays_readable() -> None:
    text = (
        '  File "/usr/lib/python3.11/site-packages/textual/app.py", line 12, in _on_key_press\nValueError: no such tab'
    )
    assert cleaned(text, [Secret(KEY)]) == text


def test_variables_that_say_they_are_secret() -> None:
    found = secrets_of({"ABSMARTLY_API_KEY": KEY, "HOME": "/home/someone", "GH_TOKEN": "tok_123", "MY_KEY": "abc"})
    assert {secret.reveal() for secret in found} == {KEY, "tok_123"}


def test_a_report_has_no_control_characters() -> None:
    assert "\x1b" not in crash_report("\x1b[31mred", {}, [], [], at="now")
