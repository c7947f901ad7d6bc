"""A report as GitHub Flavored Markdown, for a comment on a pull request.

Text of a report is data: nothing in it may become markup, a mention or a link. GitHub looks for mentions, references and
e-mail addresses after it has read the Markdown, so an escape does not hold them back, but a space of no width does; in code
nothing of the kind is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from abtui.core.report.model import (
    Block,
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
from abtui.core.report.shape import bar_blocks, code_spans, code_text, compared, headline, rows_of, shortened
from abtui.core.text.plain import plural, printable, single_line

LIMIT = 65_536
"""GitHub refuses a longer comment. Counted as it is stored in the worst case, in UTF-16 units."""
_ROWS = (1_000, 300, 100, 50, 20, 10, 5, 3)
"""Rows of a table and fields of a difference that are shown, the most that fits."""
_OPEN_ROWS = 12
"""A section with more rows is folded."""
_SENTENCE = 1_000
_CELL = 200
_VALUE = 600
_BAR = 10
_SPECIAL = re.compile(
    r"(?P<reference>@|#(?=\w)|(?<=\bGH-)(?=\d)|:(?=[\w+-]+:))"  # a mention, an e-mail address, an issue, an emoji's name
    r"|(?<=:)//|(?<=\bwww)\."  # a link
    r"|[&<>|\\`*~\[\]$#]"
    r"|(?<![^\W_])_|_(?![^\W_])",  # between letters it is no markup
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^(?:[-+=#:]|(\d+)([.)]))")
_BOLD: Tone = "bad"
_MARKS: dict[Tone, str] = {"plain": "", "dim": "", "good": "", "bad": "**", "warning": "**"}


def markdown(report: Report) -> str:
    """The report as Markdown of at most `LIMIT` characters. What had to be left out for that is said in its last line."""
    whole = _fitting(report, 1 << 60)
    if _length(whole) <= LIMIT:
        return whole
    texts = (_fitting(report, rows) for rows in _ROWS)
    return next((text for text in texts if _length(text) <= LIMIT), None) or _few_sections(report)


def _fitting(report: Report, rows: int) -> str:
    """The whole report with at most `rows` rows in each table."""
    return "\n\n".join([*_head(report), *(_section(section, rows) for section in report.sections)]) + "\n"


def _few_sections(report: Report) -> str:
    """As many of the sections, in order and each cut to few rows, as there is room for; then how many are missing."""
    parts, room = [], LIMIT
    for part in _head(report):
        if room - _length(part) < LIMIT // 2:
            parts.append("More sentences of the summary are left out: a comment has no room for them.")
            break
        parts.append(part)
        room -= _length(part) + 2
    room -= 300  # for the lines about what is left out
    left_out = 0
    for section in report.sections:
        part = _section(section, _ROWS[-1])
        if _length(part) + 2 > room:
            left_out += 1
            continue
        parts.append(part)
        room -= _length(part) + 2
    if left_out:
        parts.append(
            f"{plural(left_out, 'section')} left out: a comment has no room for more. The other forms of this report have all."
        )
    return "\n\n".join(parts) + "\n"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _head(report: Report) -> list[str]:
    sign = "✅" if report.ok else "❌"
    return [f"## {sign} {_title(headline(report))}", *(_sentence(item) for item in report.summary)]


def _section(section: Section, rows: int) -> str:
    blocks = [text for block in section.blocks for text in _block(block, rows)]
    if _height(section) <= _OPEN_ROWS:
        return "\n\n".join([f"### {_title(section.title)}", *blocks])
    # Markdown is not read between these tags.
    summary = f"<details>\n<summary><b>{_plain(_one_line(shortened(section.title, _CELL)))}</b></summary>"
    return "\n\n".join([summary, *blocks, "</details>"])


def _height(section: Section) -> int:
    """The lines a section takes when it is shown, about."""
    heights = (
        len(block.rows) if isinstance(block, Table) else 3 * len(block.changes) if isinstance(block, Differences) else 1
        for block in section.blocks
    )
    return sum(heights)


def _block(block: Block, rows: int) -> Iterator[str]:
    if isinstance(block, Heading):
        yield _sentence(Sentence(block.text, _BOLD))
    elif isinstance(block, Sentence):
        yield _sentence(block)
    elif isinstance(block, Table):
        yield from _table(block, rows)
    else:
        yield from _differences(block, rows)


def _sentence(sentence: Sentence) -> str:
    text = _text(shortened(sentence.text, _SENTENCE))
    # The first character of a line could make it a list, a heading or a rule.
    safe = _LINE_START.sub(lambda match: match[0][:-1] + f"&#{ord(match[0][-1])};", text)
    return _marked(safe, sentence.tone)


def _table(table: Table, rows: int) -> Iterator[str]:
    if not (table.columns and table.rows):
        yield "None."
    else:
        cells = rows_of(table)
        columns = [_column(column, [row[at] for row in cells], rows) for at, column in enumerate(table.columns)]
        lines = zip(*(line for lines in columns for line in lines), strict=True)
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    if len(table.rows) > rows:
        yield f"{plural(len(table.rows) - rows, 'more row')} left out for want of room."
    if table.note:
        yield _sentence(Sentence(table.note))


def _column(column: Column, cells: list[Cell], rows: int) -> Iterator[list[str]]:
    """The lines of a column, and of a second one where there are bars: a number stands to the right, a bar to the left."""
    yield [_title(column.title), "--:" if column.right else ":--", *map(_cell, cells[:rows])]
    if any(cell.bar is not None for cell in cells):
        bars = ["" if cell.bar is None else bar_blocks(cell.bar, _BAR) for cell in cells[:rows]]
        yield ["", ":--", *bars]


def _cell(cell: Cell) -> str:
    text = shortened(code_text(cell), _CELL)
    return _marked(_code(text) if cell.code else _text(text), cell.tone)


def _differences(differences: Differences, rows: int) -> Iterator[str]:
    sides = f"`-` {_title(differences.old)}, `+` {_title(differences.new)}"
    yield f"**{_title(differences.title) or 'Differences'}** ({sides})"
    lines = [line for change in differences.changes[:rows] for line in _change(change)]
    if lines:
        # No line within starts with the fence: each has its own sign before it.
        yield "\n".join(["```diff", *lines, "```"])
    if len(differences.changes) > rows:
        yield f"{plural(len(differences.changes) - rows, 'more field')} left out for want of room."


def _change(change: FieldChange) -> Iterator[str]:
    yield f"@@ {single_line(shortened(change.path, _CELL))} @@"
    for sign, value in zip("-+", compared(change, _VALUE), strict=True):
        if value is not None:
            for line in printable(value.text).split("\n"):
                yield f"{sign} {line}"


def _marked(text: str, tone: Tone) -> str:
    mark = _MARKS[tone] if text else ""
    return f"{mark}{text}{mark}"


def _title(text: str) -> str:
    return _text(shortened(text, _CELL))


def _text(text: str) -> str:
    """Text on one line, with code for what stands between backticks and can be code as it is."""
    parts = (
        _plain(part) if not is_code else f"`{part}`" if _is_simple(part) else _plain(f"`{part}`")
        for part, is_code in code_spans(_one_line(text))
    )
    return "".join(parts)


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _plain(line: str) -> str:
    """A line that is nothing but text, in Markdown as in HTML."""
    return _SPECIAL.sub(_harmless, line)


def _harmless(match: re.Match[str]) -> str:
    if match["reference"] is not None:
        return f"{match[0]}&#8203;"
    return "".join(f"&#{ord(character)};" for character in match[0])


def _code(text: str) -> str:
    """Text on one line, as code."""
    line = single_line(text).replace("\t", "\\t")
    return f"`{line}`" if _is_simple(line) else f"<code>{_plain(line)}</code>"


def _is_simple(line: str) -> bool:
    """Whether it can stand between backticks: with none of its own, no end of a table's cell, and no start of GitHub's formulas ($`)."""
    return "`" not in line and "|" not in line and line == line.strip() and not line.endswith("$")
