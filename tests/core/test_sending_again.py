"""Consent, where a run stands, and how runs are told and exported: without files or a network."""

from __future__ import annotations

import csv
from typing import Any

import msgspec
import pytest

from abtui.cli.history import csv_lines, json_list
from abtui.core.delivery.options import RunOptions, pack_options, unpack_options
from abtui.core.delivery.plan import Flags, Plan, PlanCounts, consent, make_plan
from abtui.core.delivery.progress import Example
from abtui.core.delivery.report import (
    event_data,
    plan_data,
    plan_report,
    plan_sentences,
    run_data,
    run_report,
    runs_report,
)
from abtui.core.delivery.resume import ResumeState
from abtui.core.delivery.runs import Run, SentEvent, said_words
from abtui.core.report import Sentence, Table
from abtui.core.report.junit import junit

from .test_sending import target


def plan(count: int = 3, **fields: Any) -> Plan:
    counts = PlanCounts()
    counts.add("send", "GOAL-MAPPED", count)
    return make_plan(counts, target(**fields), "single")


PRODUCTION = {"environment": "production"}
CONSENTS: dict[str, tuple[Plan, Flags, str, tuple[str, ...]]] = {
    "a few": (plan(), Flags(), "", ()),
    "a hundred": (plan(100), Flags(), "", ()),
    "many": (plan(101), Flags(), "because it would be 101 requests. To send, pass: --yes", ()),
    "many, with a yes": (plan(101), Flags(yes=True), "", ()),
    "many, at a terminal": (plan(101), Flags(terminal=True), "", ("many",)),
    "production": (plan(**PRODUCTION), Flags(), "looks like production. To send, pass: --yes-production production", ()),
    "production, with the other yes": (plan(**PRODUCTION), Flags(yes=True), "--yes-production production", ()),
    "production, at a terminal": (plan(**PRODUCTION), Flags(terminal=True), "", ("environment",)),
    "production by its name": (plan(name="prod-eu"), Flags(), "'prod-eu' looks like production", ()),
    "production by its host": (plan(collector_endpoint="https://live.acme.io/v1"), Flags(), "looks like production", ()),
    "production, named": (plan(**PRODUCTION), Flags(yes_production="production"), "", ()),
    "production, misnamed": (plan(**PRODUCTION), Flags(yes_production="Production", terminal=True), "but the target's environment is 'production'", ()),
    "another environment": (plan(), Flags(yes_production="production"), "the target's environment is 'staging'", ()),
    "many to production": (plan(101, **PRODUCTION), Flags(), "pass: --yes-production production --yes", ()),
    "many to production, at a terminal": (plan(101, **PRODUCTION), Flags(terminal=True), "", ("environment", "many")),
    "forbidden": (plan(allow=False), Flags(yes=True, terminal=True), "`allow: false`", ()),
}  # fmt: skip


@pytest.mark.parametrize("case", CONSENTS)
def test_sending_asks_for_consent_or_is_refused(case: str) -> None:
    planned, flags, refused, ask = CONSENTS[case]
    found = consent(planned, flags)
    assert found.ask == ask
    assert refused in found.refused
    assert bool(refused) == bool(found.refused)


def test_what_is_left_of_a_run() -> None:
    kinds = [("accepted", 200), ("refused", 400), ("refused", 503), ("refused", 429), ("unknown", None), ("waiting", None)]  # fmt: skip
    for retry, unknown in ((False, "unknown"), (True, "again")):
        resume = ResumeState(retry_unknown=retry)
        for number, (state, status) in enumerate(kinds):
            # They went out in another order than they stood in.
            resume.add(10 - number, number, state, status, bytes([number] * 8))
        left = [resume.left(10 - number) for number in range(len(kinds))]
        assert left == ["accepted", "refused", "again", "again", unknown, "again"]
        assert [resume.left(item) for item in (0, 11, 10**6)] == ["new"] * 3
        assert (resume.number(10), resume.number(5), resume.number(4), resume.number(99)) == (0, 5, None, None)
        assert resume.changed(10, bytes(8)) is False
        assert resume.changed(9, bytes(8)) is True
        assert resume.changed(3, b"whatever") is False
        assert (resume.recorded_from(0), resume.recorded_from(10), resume.recorded_from(11)) == (6, 1, 0)


def test_run_options_are_kept_as_json_and_those_of_another_version_are_none() -> None:
    options = RunOptions(config="/c.yaml", events=("/e",), target="t", mode="batch", batch=9, concurrency=2, now="n", shift=-5)  # fmt: skip
    assert unpack_options(pack_options(options) or b"") == options
    assert unpack_options(b'{"config": 1}') is None
    assert unpack_options(b"{") is None


RUN = Run(
    id=7, started="2026-01-01T00:00:00Z", ended="2026-01-01T00:01:00Z", ending="done", running=False, target="t",
    address="https://a/v1/context", environment="staging", key="****kkkk", mode="single", what="e.jsonl",
    accepted=1, refused=1, unknown=1, waiting=0, resumable=True,
)  # fmt: skip
HOSTILE = "[red]\x1b]0;pwned\x07[/]"
EVENTS = [
    SentEvent(run=7, number=0, item=0, source="e.jsonl:1", name="Order", state="accepted", status=200, said="Accepted", segment_shows="Success"),
    SentEvent(run=7, number=1, item=1, source="e.jsonl:2", name=HOSTILE, state="refused", status=400, said=f"=cmd {HOSTILE}", segment_shows="Success"),
    SentEvent(run=7, number=2, item=2, source="odd", name="=1+1", state="unknown", status=None, said="", segment_shows="Retry"),
]  # fmt: skip


def test_a_run_as_reports() -> None:
    kinds = [Example("refused", 400, "no", "Success", 1, "e.jsonl:2", HOSTILE)]
    report = run_report(RUN, kinds, EVENTS, ok=False, files={"e.jsonl": "/abs/e.jsonl"})
    assert "3 events: 1 accepted, 1 refused, 1 unknown." in report.summary[0].text
    assert any("abtui send --resume 7 --retry-unknown" in sentence.text for sentence in report.summary)
    assert [case.status for case in report.cases] == ["passed", "failed", "failed"]
    assert [(note.file, note.line) for note in report.annotations] == [("/abs/e.jsonl", 2), (None, None)]
    assert b"\x1b" not in junit(report)
    cut = msgspec.structs.replace(RUN, ended=None, ending="", waiting=4)
    words = " ".join(sentence.text for sentence in run_report(cut, (), (), ok=False).summary)
    assert "cut off" in words
    assert "--resume 7" in words
    assert "--retry-unknown" not in words
    assert run_data(RUN)["unknown"] == 1


def test_a_sent_event_in_junit_is_one_line_and_says_what_is_known() -> None:
    odd = msgspec.structs.replace(EVENTS[2], source="a\nFAILED b:3", segment_shows="")
    case = run_report(RUN, (), [odd], ok=False).cases[0]
    assert case.file is not None
    assert "\n" not in case.name + case.file + case.detail
    assert b"\nFAILED" not in junit(run_report(RUN, (), [odd], ok=False))
    assert said_words("unknown", None, "") == "Sent, no answer was read"
    assert said_words("accepted", 200, "") == ""
    assert said_words("unknown", None, "Timed out") == "Timed out"


def test_what_was_planned_and_not_sent_is_in_every_form() -> None:
    halted = msgspec.structs.replace(RUN, ending="The key is wrong.", accepted=5, refused=0, unknown=0, planned=50)
    report = run_report(halted, (), EVENTS[:1], notes=[Sentence("Some could not be read.", "bad")], ok=False)
    assert "50 events: 5 accepted, 45 not sent." in report.summary[0].text
    failed = [case.message for case in report.cases if case.status == "failed"]
    assert failed == ["45 events not sent: The key is wrong.", "Some could not be read."]
    assert (run_data(halted)["notSent"], halted.all_accepted, RUN.not_sent) == (45, False, 0)


def test_a_plan_as_a_report() -> None:
    counts = PlanCounts()
    counts.add("send", "GOAL-MAPPED", 30)
    counts.add("drop", "NO-UNIT", 2)
    planned = make_plan(counts, target(environment="production"), "single")
    words = " ".join(sentence.text for sentence in plan_report(planned, ["Moved."]).summary)
    for part in ("30 requests for 30 of 32 events, one by one, to PUT https://acme.absmartly.io/v1/context", "looks like production", "With --batch it would be 1 request", "Moved."):  # fmt: skip
        assert part in words
    assert "Left out: 2 never leave (no unit)." in list(plan_sentences(planned))
    data = plan_data(planned, ["Moved."])
    assert (data["requests"], data["leftOut"][0]["why"], data["production"]) == (30, "no unit", True)


def test_exports_cannot_steer_a_terminal_or_a_spreadsheet() -> None:
    rows = [event_data(event) for event in EVENTS]
    lines = b"\n".join(csv_lines(rows, ("source", "name", "status", "said"))).decode()
    read = list(csv.reader(lines.split("\n")))
    assert read[0] == ["source", "name", "status", "said"]
    assert read[1] == ["e.jsonl:1", "Order", "200", "Accepted"]
    assert read[2][3].startswith("'=cmd [red]\\u001b]0;pwned\\u0007[/]")
    assert read[3][1] == "'=1+1"
    assert "\x1b" not in lines
    assert msgspec.json.decode(b"".join(json_list(rows))) == rows
    assert list(json_list([])) == [b"[]"]


def test_the_history_has_a_column_for_what_was_not_sent() -> None:
    (section,) = runs_report([msgspec.structs.replace(RUN, planned=RUN.events + 15)], 1, "journal").sections
    (table,) = section.blocks
    assert isinstance(table, Table)
    titles = [column.title for column in table.columns]
    assert table.rows[0][titles.index("not sent")].text == "15"
