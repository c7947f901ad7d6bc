"""The HTML page: whole, without a script, and nothing of the text becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from abtui.core.report import Cell, Column, Differences, FieldChange, Heading, Report, Section, Sentence, Table
from abtui.core.report.html import html
from abtui.core.report.shape import code_spans
from abtui.core.text.plain import printable
from tests.core.reports import ODD, SAMPLE, reports

VOID = {"meta", "wbr"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "nav", "ol", "li", "a",
    "h1", "h2", "h3", "p", "div", "span", "wbr", "details", "summary", "code", "mark", "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page strictly: every element is known, ended, and ended in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def checked(report: Report) -> Page:
    text = html(report)
    text.encode()
    page = Page(text)
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes), attributes
        assert tag != "a" or re.fullmatch(r"#s\d+", attributes["href"] or "")
        assert re.fullmatch(r"width: \d+\.\d\d%", attributes.get("style") or "width: 0.00%")
        assert tag != "th" or attributes["scope"] in ("row", "col")
    assert "<script" not in text.lower()
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|//", style)
    return page


def test_the_sample_is_a_whole_page() -> None:
    page = checked(SAMPLE)
    text = html(SAMPLE)
    tags = [tag for tag, _attributes in page.tags]
    assert tags.count("section") == 4
    assert tags.count("table") == tags.count("caption") == 6
    assert ("html", {"lang": "en"}) in page.tags
    assert "<title>Failed: checkout.yaml over 4,210 events</title>" in text
    assert "default-src 'none'; style-src 'unsafe-inline';" in text
    assert '<span class="value">&#34;<mark>purchase</mark>&#34;</span>' in text
    assert "characters left out" in page.text
    assert html(SAMPLE) == text


@pytest.mark.parametrize(("count", "shown"), [(3, set()), (4, {"nav"}), (13, {"nav", "details"})])
def test_a_long_report_has_a_table_of_contents(count: int, shown: set[str]) -> None:
    report = Report(title="x", ok=True, summary=(), sections=SAMPLE.sections[:1] * count)
    page = checked(report)
    assert {tag for tag, _attributes in page.tags} & {"nav", "details"} == shown
    assert [tag for tag, _attributes in page.tags].count("a") == (count if shown else 0)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_text_is_only_text(text: str) -> None:
    blocks = (
        Sentence(text),
        Table((Column(text),), ((Cell(text, code=True, bar=0.5),),), note=text),
        Differences(text, (FieldChange(text, text, None), FieldChange(text, None, text)), text, text),
    )
    report = Report(title=text, ok=True, summary=(Sentence(text),), sections=(Section(text, blocks),), verdict=text)
    shown = checked(report).text
    # Where people read sentences, the backticks round code are gone; elsewhere they are not.
    sentence = printable("".join(part for part, _is_code in code_spans(text)))
    assert sum(shown.count(form) for form in {printable(text), sentence}) >= 12


def test_backticks_are_code() -> None:
    text = "The `<b>` of `a.b` ` is it"
    blocks = (Heading(text), Sentence(text), Table((Column("x"),), ((Cell(text),),), note=text), Differences(text, ()))
    page = html(Report(title=text, ok=True, summary=(Sentence(text),), sections=(Section(text, blocks),)))
    shown = 'The <code class="short">&lt;b&gt;</code> of <code class="short">a.b</code> ` is it<'
    assert page.count(shown) == 8


def test_where_lines_may_end() -> None:
    names = ('settings.goalMapping["Order Completed"]', "x" * 41, "user_id", " x", "")
    table = Table((Column("x"),), tuple((Cell(name, code=True),) for name in names))
    page = html(Report(title="", ok=True, summary=(), sections=(Section("", (table,)),)))
    assert "<code>settings.<wbr>goalMapping[<wbr>&#34;Order Completed&#34;]</code>" in page
    assert f'<code><span class="long">{"x" * 41}</span></code>' in page
    assert '<code class="short">user_id</code>' in page
    assert '<code class="short">&#34; x&#34;</code>' in page
    assert '<code class="short">&#34;&#34;</code>' in page


@given(reports)
def test_any_report_is_a_valid_page(report: Report) -> None:
    page = checked(report)
    assert [tag for tag, _attributes in page.tags].count("section") == len(report.sections)


def test_very_long_words_of_sentences() -> None:
    sentence = Sentence(f"<{'y' * 50}> in {'a/' * 30} and a/b.")
    page = html(Report(title="", ok=True, summary=(sentence,)))
    assert f'<span class="long">&lt;{"y" * 50}&gt;</span> in {"a/<wbr>" * 29}a/ and a/b.</p>' in page
