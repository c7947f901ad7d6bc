"""Characters that steer a terminal, cannot be seen or reorder a line are escapes in every text; the data of a body is not touched."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.cli.history import json_lines, json_list
from abtui.cli.report_text import report_text
from abtui.core.config.reader import read_config
from abtui.core.findings import finding
from abtui.core.outcomes import Outcome, Request
from abtui.core.report import Annotation, CaseResult, Report, Section, Sentence
from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from abtui.core.report.outcome import curl, outcome_json, table_row
from abtui.core.text.plain import one_line, printable, printable_json, shortened, single_line
from abtui.tui.kit.cells import displayed
from tests.kit import CONFIG, ENV, event, map_text

UNSAFE = {
    "C0": "\x00\x01\x07\x08\x0b\x0c\r\x1b\x1f",
    "DEL": "\x7f",
    "C1": "\x80\x85\x9b\x9f",
    "bidi": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "zero-width": "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\xad\u034f",
    "deprecated format": "\u206a\u206b\u206c\u206d\u206e\u206f",
    "separators": "\u2028\u2029",
    "interlinear": "\ufff9\ufffa\ufffb",
    "variation selectors": "\ufe00\ufe0f\U000e0100\U000e01ef",
    "tags": "\U000e0001\U000e0020\U000e0041\U000e007f",
    "fillers": "\u115f\u1160\u3164\uffa0",
    "lone surrogates": "\ud800\udfff",
}
EACH = [(kind, one) for kind, characters in UNSAFE.items() for one in characters]
IDS = [f"{kind} {ord(one):04x}" for kind, one in EACH]


@pytest.mark.parametrize(("kind", "one"), EACH, ids=IDS)
def test_each_is_an_escape(kind: str, one: str) -> None:
    for escaped in (printable(f"a{one}b"), single_line(f"a{one}b"), one_line(f"a{one}b", 20)):
        assert escaped.isascii()
        assert escaped.isprintable()
        # The escape is JSON's own, so that it may stand in JSON as well.
        assert json.loads(f'"{escaped}"') == f"a{one}b"
    drawn = displayed(f"a{one}b")
    assert len(drawn) == 3
    assert drawn[1] != one
    if kind not in ("C0", "lone surrogates"):
        data = json.dumps({"a": one}, ensure_ascii=False).encode()
        assert printable_json(data).isascii()
        assert json.loads(printable_json(data)) == {"a": one}


@pytest.mark.parametrize("text", ["abc", "Käufe 日本", "a\tb\nc", "👍", "e\u0301"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert printable(text) == text
    assert printable_json(text.encode()) == text.encode()


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("", 4, ""), ("abcd", 4, "abcd"), ("abcdef", 4, "ab…ef"), ("a\u202eb", 4, "a\\u202eb"), ("a\nbcd", 4, "a\n…cd")],
)
def test_a_long_text_is_cut_in_the_middle(text: str, width: int, shown: str) -> None:
    assert shortened(text, width) == shown


@given(st.text(st.characters(categories=["Cf", "Cc", "Zl", "Zp", "Cs"]), max_size=9))
def test_no_format_character_is_left(text: str) -> None:
    left = printable(text).replace("\n", "").replace("\t", "")
    # What is left shows: signs before numbers in Arabic and Syriac, marks of scripts, notes.
    assert all(unicodedata.category(one) not in ("Cc", "Zl", "Zp", "Cs") for one in left)
    assert not set(left) & set("".join(UNSAFE.values()))


def _outcome(text: str) -> Outcome:
    config = read_config(CONFIG, ENV).config
    assert config is not None
    [outcome] = map_text(text, config, explain=True)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize(("kind", "one"), EACH, ids=IDS)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("explain", [False, True])
def test_json_of_an_outcome(kind: str, one: str, indent: int | None, explain: bool) -> None:
    outcome = _outcome(event(event=f"a{one}b", properties={"p": f"x{one}y", "body": None}))
    assert outcome.request is not None
    text = outcome_json(outcome, explain=explain, indent=indent)
    value = json.loads(text)
    assert value["request"]["body"] == outcome.request.body
    assert value["name"] == f"a{one}b"
    if indent is None:
        assert text.count(outcome.request.body_bytes) == 1
    else:
        assert json.dumps(value, indent=2, ensure_ascii=False).count("\n") == text.count(b"\n")
    around = json.dumps(value | {"request": None})
    assert f"a{one}b" not in around
    before, _, after = text.partition(b'"body":')
    assert one.encode("utf-8", "surrogatepass") not in before
    assert one.encode("utf-8", "surrogatepass") not in after[len(outcome.request.body_bytes) + 1 :] or indent


@pytest.mark.parametrize(
    "fields", [{"event": "Experiment Viewed", "properties": {"absmartly": None}}, {"type": "alias"}]
)
def test_json_of_an_outcome_with_an_odd_body(fields: dict[str, object]) -> None:
    outcome = _outcome(event(**fields))
    value = json.loads(outcome_json(outcome))
    assert value["request"] == (None if outcome.request is None else value["request"])
    if outcome.request is not None:
        assert value["request"]["body"] == outcome.request.body


@pytest.mark.parametrize(("kind", "one"), EACH, ids=IDS)
def test_texts_for_people(kind: str, one: str) -> None:
    assert one not in table_row(_outcome(event(event=f"a{one}b")), 400)
    report = Report(
        title=f"T{one}",
        ok=False,
        summary=(Sentence(f"s{one}"),),
        sections=(Section(f"t{one}", (Sentence(f"b `c{one}`"),)),),
        cases=(CaseResult(group=f"g{one}", name=f"n{one}", status="failed", message=f"m{one}", detail=f"d{one}"),),
        annotations=(Annotation(severity="error", title=f"a{one}", message=f"w{one}"),),
    )
    texts = [github(report), markdown(report), html(report), junit(report).decode(), report_text(report, 80)]
    assert not [text for text in texts if one in text]
    request = Request("PUT", f"https://h{one}t/v1/context", {"X-Environment": f"s{one}g"}, {}, b"{}")
    assert one not in curl(request)
    rows = [{"a": one}] if kind != "lone surrogates" else []
    for data in (*json_lines(rows), *json_list(rows)):
        assert kind == "C0" or data.isascii()


def test_findings_are_escaped_where_they_are_told() -> None:
    item = finding("EVENT-TYPE", "a\u202eb")
    assert printable(item.message) == "a\\u202eb"
