"""Markdown, read by a reader of CommonMark with GitHub's tables: nothing of the text becomes markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from abtui.core.report import Cell, Column, Differences, FieldChange, Heading, Report, Section, Sentence, Table
from abtui.core.report.markdown import LIMIT, markdown
from abtui.core.report.shape import code_spans
from abtui.core.text.plain import printable
from tests.core.reports import GOOD, ODD, SAMPLE, reports

READER = MarkdownIt("commonmark", {"html": True}).enable("table")
OWN_HTML = re.compile(r"<details>\n<summary><b>[^<>]*</b></summary>\s*|</details>\s*|</?code>")
OWN_TOKENS = {"heading", "paragraph", "inline", "table", "thead", "tbody", "tr", "th", "td", "fence", "html_block"}
OWN_INLINE = {"text", "text_special", "strong_open", "strong_close", "code_inline", "html_inline"}


def checked(text: str) -> list[Token]:
    """The tokens of a text, after a look that there are none but those a report is made of."""
    tokens = READER.parse(text)
    for token in tokens:
        assert re.sub("_(open|close)$", "", token.type) in OWN_TOKENS, token
        for child in token.children or ():
            assert child.type in OWN_INLINE, child
        for html in (token, *(token.children or ())):
            assert not html.type.startswith("html") or OWN_HTML.fullmatch(html.content), html
    blocks = [token.content.split()[0] for token in tokens if token.type == "html_block"]
    assert blocks == ["<details>", "</details>"] * (len(blocks) // 2)
    return tokens


def shown(tokens: list[Token]) -> str:
    children = [child for token in tokens for child in token.children or ()]
    return "".join(child.content for child in children if not child.type.startswith("html")).replace("\u200b", "")


def tables(report: Report) -> list[Table]:
    blocks = (block for section in report.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, Table) and block.columns and block.rows]


def columns(table: Table) -> int:
    bars = sum(any(row[at].bar is not None for row in table.rows if at < len(row)) for at in range(len(table.columns)))
    return len(table.columns) + bars


def test_the_sample_is_read_as_written() -> None:
    text = markdown(SAMPLE)
    tokens = checked(text)
    assert text.startswith("## ❌ Failed: checkout.yaml over 4,210 events\n\n**28 events fail:")
    assert sum(token.type == "table_open" for token in tokens) == 4
    assert [token.info for token in tokens if token.type == "fence"] == ["diff", "diff"]
    assert "| `user_id` | 3,918 | █████████▎ |" in text
    assert "<summary><b>Differences</b></summary>" in text
    assert markdown(GOOD) == "## ✅ Passed: signup.yaml\n\n12 cases passed.\n"


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_text_is_only_text(text: str) -> None:
    line = " ".join(printable(text).split())
    tokens = checked(markdown(Report(title="", ok=True, summary=(Sentence(text),))))
    # The backticks round code are gone, those round what cannot be code are not.
    expected = "".join(part if not is_code or "|" not in part else f"`{part}`" for part, is_code in code_spans(line))
    assert shown(tokens[3:]) == expected
    cells = (Cell(text), Cell(text, code=True), Cell(text, tone="bad"))
    table = Table((Column(text), Column(text), Column(text)), (cells,))
    tokens = checked(markdown(Report(title="", ok=True, summary=(), sections=(Section(text, (table,)),))))
    assert sum(token.type == "td_open" for token in tokens) == 3


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("`a_b` is `*x*`.", "`a_b` is `*x*`."),
        ("`@octocat` and @octocat", "`@octocat` and @&#8203;octocat"),
        ("one ` is *alone*", "one &#96; is &#42;alone&#42;"),
        ("`a|b`", "&#96;a&#124;b&#96;"),
        ("` a`", "&#96; a&#96;"),
        ("``a`` `b`", "&#96;&#96;a&#96;&#96; `b`"),
        ("`a``b`", "&#96;a&#96;&#96;b&#96;"),
        ("$`x$`$", "&#36;&#96;x&#36;&#96;&#36;"),
        ("`a\n# b`", "`a # b`"),
        ("`a\\` *b*", "`a\\` &#42;b&#42;"),
    ],
)  # fmt: skip
def test_backticks_are_code(text: str, written: str) -> None:
    table = Table((Column(text),), ((Cell(text),),), note=text)
    section = Section(text, (Heading(text), Sentence(text), table))
    whole = markdown(Report(title=text, ok=True, summary=(Sentence(text),), sections=(section,)))
    checked(whole)
    assert whole.count(written) == 8


def test_a_folded_title_has_no_code() -> None:
    section = Section("`a` <b>", tuple(Sentence("x") for _ in range(20)))
    whole = markdown(Report(title="", ok=True, summary=(), sections=(section,)))
    checked(whole)
    assert "<summary><b>&#96;a&#96; &#60;b&#62;</b></summary>" in whole


@pytest.mark.parametrize(
    ("name", "written"), [("a ", '`"a "`'), ("", '`""`'), ("a  |", '<code>"a  &#124;"</code>'), ("a b", "`a b`")]
)
def test_names_with_spaces_nobody_sees(name: str, written: str) -> None:
    table = Table((Column("x"),), ((Cell(name, code=True),),))
    assert f"| {written} |" in markdown(Report(title="", ok=True, summary=(), sections=(Section("", (table,)),)))


@pytest.mark.parametrize("text", ["@octocat", "a@b.example", "https://evil.example", "www.evil.example", "#12", "GH-7", ":tada:"])  # fmt: skip
def test_github_finds_no_reference(text: str) -> None:
    line = markdown(Report(title="", ok=True, summary=(Sentence(text),))).splitlines()[2]
    assert not re.search(r"@\w|#\d+\b(?!;)|://|www\.|GH-\d|:\w+:", line, re.IGNORECASE)


def test_a_value_cannot_end_its_block() -> None:
    change = FieldChange("```\n# x", "```\n</details>\n# y", "~~~\n\n***")
    report = Report(title="", ok=True, summary=(), sections=(Section("s", (Differences("t", (change,)),)),))
    fences = [token for token in checked(markdown(report)) if token.type == "fence"]
    assert [token.content.splitlines() for token in fences] == [
        ["@@ ```\\n# x @@", "- ```", "- </details>", "- # y", "+ ~~~", "+ ", "+ ***"]
    ]


@pytest.mark.parametrize("sections", [1, 3, 400])
@pytest.mark.parametrize("text", ["x" * 150, "🧪|" * 70], ids=["ascii", "wide"])
def test_the_limit_of_a_comment(sections: int, text: str) -> None:
    rows = tuple((Cell(f"{text} {at}"), Cell(f"{at:,}", bar=at / 5_000)) for at in range(5_000 // sections))
    table = Table((Column("name"), Column("events", right=True)), rows)
    parts = tuple(Section(f"Part {at}", (table,)) for at in range(sections))
    report = Report(title="x", ok=False, summary=(Sentence("Why."),), sections=parts)
    whole = markdown(report)
    tokens = checked(whole)
    assert len(whole.encode("utf-16-le")) // 2 <= LIMIT
    assert "Why." in whole
    left_out = re.findall(r"([\d,]+) more rows left out for want of room\.", whole)
    missing = re.findall(r"([\d,]+) sections left out: a comment has no room for more\.", whole)
    kept = sum(token.type == "table_open" for token in tokens)
    assert len(left_out) == kept
    assert kept + sum(int(count) for count in missing) == sections
    in_tables = sum(token.type == "tr_open" for token in tokens) - kept
    assert in_tables + sum(int(count.replace(",", "")) for count in left_out) == kept * len(rows)


def test_a_summary_without_end() -> None:
    report = Report(title="<" * 5_000, ok=False, summary=tuple(Sentence("*" * 5_000) for _ in range(100)))
    text = markdown(report)
    checked(text)
    assert len(text) <= LIMIT
    assert "left out" in text.splitlines()[-1]


@given(reports)
def test_any_report_is_read_as_written(report: Report) -> None:
    text = markdown(report)
    tokens = checked(text)
    text.encode()
    expected = tables(report)
    assert sum(token.type == "table_open" for token in tokens) == len(expected)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    pipes = [len(re.findall(r"(?<!\\)\|", line)) for line in rows]
    assert pipes == [columns(table) + 1 for table in expected for _ in range(len(table.rows) + 2)]
