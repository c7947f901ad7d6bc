"""Reports to render: one as a check, a test run and a diff of a Segment mapping would make it, and arbitrary ones."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from abtui.core.findings import Severity
from abtui.core.report import (
    Annotation,
    Block,
    CaseResult,
    CaseStatus,
    Cell,
    Column,
    Differences,
    FieldChange,
    Heading,
    Report,
    Section,
    Sentence,
    Table,
    Tone,
)

_FINDINGS: tuple[tuple[str, Tone, str, int, str, str], ...] = (
    ("UNIT-NONE", "bad", "error", 28, "No unit could be resolved", "orders.jsonl:17, orders.jsonl:203, app.jsonl:9"),
    ("GOAL-NEAR", "warning", "warning", 1_204, "The event's name is close to a goalMapping key", "orders.jsonl:2"),
    ("CATALOG-GOAL", "warning", "warning", 96, "The goal is not in the catalog", "web/2026-01-31/part-0001.jsonl.gz:4411"),
    ("UNIT-MISSING", "dim", "info", 12_310, "A mapped identity is not in the event", "orders.jsonl:1"),
)  # fmt: skip

FINDINGS = Section(
    "Findings",
    (
        Table(
            (Column("code"), Column("severity"), Column("events", right=True), Column("what"), Column("first places")),
            tuple(
                (Cell(code, code=True), Cell(severity, tone), Cell(f"{count:,}"), Cell(what), Cell(places, code=True))
                for code, tone, severity, count, what, places in _FINDINGS
            ),
            note="3 codes with 41 findings are ignored by the config.",
        ),
    ),
)

COVERAGE = Section(
    "Coverage",
    (
        Sentence("2 of 14 goalMapping entries were used by no event.", "warning"),
        Table(
            (Column("entry"), Column("goal"), Column("events", right=True), Column("nearest event seen")),
            (
                (Cell("Order Complete", code=True), Cell("purchase", code=True), Cell("0", "warning"), Cell("Order Completed", code=True)),
                (Cell("Signed  Up | Trial", code=True), Cell("signup", code=True), Cell("0", "warning"), Cell("Signed Up [trial] `v2`", code=True)),
            ),
        ),
        Table(
            (Column("unit"), Column("events with it", right=True)),
            (
                (Cell("user_id", code=True), Cell("3,918", bar=0.9306)),
                (Cell("anonymous_id", code=True), Cell("4,182", bar=0.9933)),
                (Cell("device_id", code=True), Cell("0", "warning", bar=0.0)),
            ),
        ),
    ),
)  # fmt: skip

VERDICTS = Section(
    "Verdicts",
    (
        Sentence("4,210 events are green in Segment; 318 of them send nothing: 290 page tracking off, 28 no unit.", "bad"),
        Table(
            (Column("type"), *(Column(name, right=True) for name in ("send", "drop", "fail")), Column("share", right=True)),
            (
                (Cell("track"), Cell("3,102"), Cell("0"), Cell("28", "bad"), Cell("74.3%", bar=0.743)),
                (Cell("page"), Cell("0"), Cell("290", "warning"), Cell("0"), Cell("6.9%", bar=0.069)),
                (Cell("identify"), Cell("790"), Cell("0"), Cell("0"), Cell("18.8%", bar=0.188)),
            ),
        ),
    ),
)  # fmt: skip

DIFFERENCES = Section(
    "Differences",
    (
        Differences(
            "orders.jsonl:17 · track Order Completed",
            (
                FieldChange("$.goals[0].name", '"purchase"', '"order_completed"'),
                FieldChange("$.units[0].type", '"user_id"', '"userId"'),
                FieldChange("$.goals[0].properties.coupon", None, '"WINTER-2026"'),
                FieldChange("$.goals[0].properties.note", '"line one\nline two"', '"line one\nline 2\nline three"'),
                FieldChange("$.goals[0].properties.items", f"[{', '.join(map(str, range(1000)))}]", "[]"),
            ),
            old="expected",
            new="actual",
        ),
        Differences(
            "web.jsonl:3 · page Home", (FieldChange("verdict", "send", "drop"), FieldChange("$.goals[0]", "{…}", None))
        ),
    ),
)

SAMPLE = Report(
    title="checkout.yaml over 4,210 events",
    ok=False,
    summary=(
        Sentence("28 events fail: no unit could be resolved. 1,300 more have a warning.", "bad"),
        Sentence("4,210 events are green in Segment, 318 of them send nothing: 290 page tracking off, 28 no unit."),
    ),
    sections=(FINDINGS, COVERAGE, VERDICTS, DIFFERENCES),
    cases=(
        CaseResult(group="cases/checkout.abtui.yaml", name="an order is a purchase"),
        CaseResult(
            group="cases/checkout.abtui.yaml",
            name="a page is sent",
            status="failed",
            message="The verdict is drop, not send.",
            detail="verdict\n- send\n+ drop",
            file="cases/checkout.abtui.yaml",
            line=12,
        ),
        CaseResult(group="cases/signup.abtui.yaml", name="a trial", status="skipped", message="Left out by -k."),
    ),
    annotations=(
        Annotation(severity="info", title="UNIT-MISSING", message="userId is missing.", file="orders.jsonl", line=1),
        Annotation(
            severity="warning", title="GOAL-NEAR", message="100% like\nOrder Completed", file="a,b:c.yaml", line=4, column=7
        ),
        Annotation(severity="error", title="UNIT-NONE, 28 events", message="No unit could be resolved."),
    ),
)  # fmt: skip

GOOD = Report(title="signup.yaml", ok=True, summary=(Sentence("12 cases passed.", "good"),))

ODD = (
    "[red]x[/red] :tada: [link=https://evil.example]y[/link]", "</script><script>alert(1)</script>", "a|b\\|c", "`x` ```y", "@octocat #12 GH-7",
    "www.evil.example http://evil.example me@evil.example", "![x](http://evil.example/x.png)", "</details></table><h1>x", "- x", "1. x", "# x", "===",
    "::error::x", "a\nb\r\nc\td", "\x1b[31mred\x1b[0m\x07\x9b", "\ud800 half", "\ufffe\uffff\x00", "]]>&amp;", "漢字かな 🧪 e\u0301", "\u202eabc", "%0A,:", "**b** _i_ ~~s~~ $x$",
    "x" * 700, "{{ 7*7 }}{% raw %}", "", " ", "<!-- ", "~~~", "***", "| --- |", "    code", "> q", "&lt;b&gt;", "a\u2028b\u0085c",
)  # fmt: skip

texts = st.text(max_size=30) | st.sampled_from(ODD) | st.lists(st.sampled_from(ODD), max_size=3).map(" ".join)
_tones = st.sampled_from(get_args(Tone))
_numbers = st.none() | st.integers(1, 10**6)
_cells = st.builds(Cell, texts, _tones, st.booleans(), st.none() | st.floats())
_columns = st.builds(Column, texts, st.booleans())
_sentences = st.builds(Sentence, texts, _tones)
_tables = st.integers(0, 5).flatmap(
    lambda size: st.builds(
        Table,
        st.tuples(*[_columns] * size),
        st.lists(st.tuples(*[_cells] * size), max_size=4).map(tuple),
        texts,
    )
)
_changes = st.builds(FieldChange, texts, st.none() | texts, st.none() | texts)
_differences = st.builds(Differences, texts, st.lists(_changes, max_size=3).map(tuple), texts, texts)
_blocks: st.SearchStrategy[Block] = st.one_of(_sentences, st.builds(Heading, texts, _tones), _tables, _differences)
_sections = st.builds(Section, texts, st.lists(_blocks, max_size=3).map(tuple))
_cases = st.builds(
    CaseResult,
    group=texts, name=texts, status=st.sampled_from(get_args(CaseStatus)), message=texts, detail=texts,
    file=st.none() | texts, line=_numbers,
)  # fmt: skip
_annotations = st.builds(
    Annotation,
    severity=st.sampled_from(get_args(Severity)), title=texts, message=texts,
    file=st.none() | texts, line=_numbers, column=_numbers,
)  # fmt: skip
reports = st.builds(
    Report,
    title=texts,
    ok=st.booleans(),
    summary=st.lists(_sentences, max_size=2).map(tuple),
    sections=st.lists(_sections, max_size=3).map(tuple),
    cases=st.lists(_cases, max_size=4).map(tuple),
    annotations=st.lists(_annotations, max_size=30).map(tuple),
    verdict=st.just("") | texts,
)
"""Arbitrary reports, of texts that try to break out of every form."""
