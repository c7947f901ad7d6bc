"""Outcomes as text for people and shells."""

from __future__ import annotations

import json
import pickle
import shlex
from itertools import pairwise

import pytest

from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from abtui.core.report.outcome import curl, outcome_json, table_row
from abtui.core.text.paths import parse_path, path_text
from abtui.core.text.plain import one_line, printable
from abtui.core.text.secret import Secret
from tests.core.test_engine import config
from tests.kit import event


def outcome(**fields: object) -> Outcome:
    return Mapper(config()).outcome(Event("a.jsonl:1", json.loads(event(**fields))), explain=True)


@pytest.mark.parametrize("name", ["It's", '"quoted"', "$HOME `x` \\", "ünï ☃", "a\nb"])
def test_curl_survives_a_shell(name: str) -> None:
    request = outcome(event=name).request
    assert request is not None
    words = shlex.split(curl(request).replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "PUT", "https://acme.absmartly.io/v1/context"]
    sent = dict(word.split(": ", 1) for before, word in pairwise(words) if before == "-H")
    assert sent == dict(request.headers) | {"X-API-Key": "$ABSMARTLY_API_KEY"}
    assert words[-2] == "--data-raw"
    assert words[-1].encode() == request.body_bytes


def test_json_with_half_a_character() -> None:
    told = outcome(event="\ud83d")
    assert json.loads(outcome_json(told))["name"] == "\ud83d"
    assert outcome_json(told).isascii()


def test_a_line_of_json_and_indented_json_agree() -> None:
    told = outcome(properties={"price": 1.0, "2": "b", "1": "a"})
    line = json.loads(outcome_json(told))
    indented = json.loads(outcome_json(told, explain=True, indent=2))
    assert told.request is not None
    assert line["request"] == {
        "method": "PUT",
        "url": told.request.url,
        "headers": dict(told.request.headers),
        "body": json.loads(told.request.body_bytes),
    }
    assert [step["rule"] for step in indented.pop("steps")] == [step.rule for step in told.steps]
    assert list(line) == list(indented)
    assert line == indented


@pytest.mark.parametrize(("ascii_marks", "mark"), [(False, "◐"), (True, "=")])
def test_a_table_row_has_the_mark_of_its_fate(ascii_marks: bool, mark: str) -> None:
    assert f"  {mark} accepted      track" in table_row(outcome(), ascii_marks=ascii_marks)


def test_a_table_row_is_one_safe_line() -> None:
    row = table_row(outcome(event="a\x1b[31m\nb\u202e"), 120)
    assert len(row) <= 120
    assert row.isprintable()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "$"),
        (("units", 0, "uid"), "$.units[0].uid"),
        (("a b", "c"), '$["a b"].c'),
        (('"', 1), '$["\\""][1]'),
        (("é",), '$["\\u00e9"]'),
    ],
)
def test_a_path_is_written_and_read_back(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text
    assert parse_path(text) == path


@pytest.mark.parametrize("text", ["", "a", "$.", "$[", "$[x]", "$a"])
def test_text_that_is_not_a_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        parse_path(text)


def test_text_is_made_safe() -> None:
    assert printable("a\x1b[2J\x9b\ud800\u202eb\tc\n") == "a\\u001b[2J\\u009b\\ud800\\u202eb\tc\n"
    assert one_line("abcdef", 4) == "abc…"


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("0123456789abcdef")
    assert "0123456789" not in f"{secret} {secret!r} {[secret]} {secret!s:>30}"
    assert secret.reveal() == "0123456789abcdef"
    assert Secret("short").masked == "****"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
