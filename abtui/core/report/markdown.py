"""A report as GitHub Flavored Markdown, for a comment on a pull request.

The texts of a report are data, so none of them may become markup, a mention or a link. GitHub looks for mentions, references and
e-mail addresses after it has parsed the Markdown. An escape does not prevent that, but a zero-width space does, and so does code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from abtui.core.report import (
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
from abtui.core.report.shape import bar_blocks, code_spans, code_text, compared, headline, shortened
from abtui.core.text.plain import plural, printable, single_line

LIMIT = 65_536
"""The longest comment that GitHub accepts, in UTF-16 units, because that is the most that its storage may count."""
_ROWS = (1 << 60, 1_000, 300, 100, 50, 20, 10, 5, 3)
"""How many rows of a table and fields of a difference are shown: the first number with which the report fits."""
_OPEN_ROWS = 12
"""A section with more rows is folded."""
_SENTENCE = 1_000
_CELL = 200
_VALUE = 600
_BAR = 10
_ROOM_FOR_NOTES = 300
"""Characters kept free for the sentences about what is left out."""
_SPECIAL = re.compile(
    r"(?P<reference>@|#(?=\w)|(?<=\bGH-)(?=\d)|:(?=[\w+-]+:))"  # a mention, an e-mail address, an issue, the name of an emoji
    r"|(?<=:)//|(?<=\bwww)\."  # a link
    r"|[&<>|\\`*~\[\]$#]"
    r"|(?<![^\W_])_|_(?![^\W_])",  # an underscore between letters is not markup
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^(?:[-+=#:]|(\d+)([.)]))")
_BOLD: tuple[Tone, ...] = ("bad", "warning")


def markdown(report: Report) -> str:
    """The report as Markdown of at most `LIMIT` characters. Its last line says what was left out to fit."""
    texts = (_joined([*_head(report), *(_section(section, rows) for section in report.sections)]) for rows in _ROWS)
    return next((text for text in texts if _length(text) <= LIMIT), None) or _few_sections(report)


def _few_sections(report: Report) -> str:
    """The sections that fit, in order and with few rows each, and how many are missing."""
    parts, room = [], LIMIT
    for part in _head(report):
        if room - _length(part) < LIMIT // 2:
            parts.append("More sentences of the summary are left out: a comment has no room for them.")
            break
        parts.append(part)
        room -= _length(part) + 2
    room -= _ROOM_FOR_NOTES
    left_out = 0
    for section in report.sections:
        part = _section(section, _ROWS[-1])
        if _length(part) + 2 > room:
            left_out += 1
        else:
            parts.append(part)
            room -= _length(part) + 2
    if left_out:
        parts.append(
            f"{plural(left_out, 'section')} left out: a comment has no room for more. The other forms of this report have all of them."
        )
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _head(report: Report) -> list[str]:
    sign = "✅" if report.ok else "❌"
    return [f"## {sign} {_title(headline(report))}", *(_sentence(item.text, item.tone) for item in report.summary)]


def _section(section: Section, rows: int) -> str:
    blocks = [text for block in section.blocks for text in _block(block, rows)]
    if sum(map(_height, section.blocks)) <= _OPEN_ROWS:
        return "\n\n".join([f"### {_title(section.title)}", *blocks])
    # Between these tags GitHub does not parse Markdown.
    summary = f"<details>\n<summary><b>{_plain(_one_line(shortened(section.title, _CELL)))}</b></summary>"
    return "\n\n".join([summary, *blocks, "</details>"])


def _height(block: Block) -> int:
    """About how many lines a block takes."""
    if isinstance(block, Table):
        return len(block.rows)
    return 3 * len(block.changes) if isinstance(block, Differences) else 1


def _block(block: Block, rows: int) -> Iterator[str]:
    if isinstance(block, Heading):
        yield _sentence(block.text, "bad")
    elif isinstance(block, Sentence):
        yield _sentence(block.text, block.tone)
    elif isinstance(block, Table):
        yield from _table(block, rows)
    else:
        yield from _differences(block, rows)


def _sentence(text: str, tone: Tone = "plain") -> str:
    text = _text(shortened(text, _SENTENCE))
    # The first character of a line could make it a list, a heading or a rule.
    return _marked(_LINE_START.sub(lambda match: match[0][:-1] + f"&#{ord(match[0][-1])};", text), tone)


def _table(table: Table, rows: int) -> Iterator[str]:
    if table.columns and table.rows:
        cells = zip(*table.rows[:rows], strict=True)
        columns = [lines for column in map(_column, table.columns, cells) for lines in column]
        yield "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))
    else:
        yield "None."
    if len(table.rows) > rows:
        yield f"{plural(len(table.rows) - rows, 'more row')} left out for want of room."
    if table.note:
        yield _sentence(table.note)


def _column(column: Column, cells: Sequence[Cell]) -> Iterator[list[str]]:
    """The lines of a column. Bars are a second column, because numbers are aligned on the right and bars on the left."""
    yield [_title(column.title), "--:" if column.right else ":--", *map(_cell, cells)]
    if any(cell.bar is not None for cell in cells):
        yield ["", ":--", *("" if cell.bar is None else bar_blocks(cell.bar, _BAR) for cell in cells)]


def _cell(cell: Cell) -> str:
    text = shortened(code_text(cell), _CELL)
    return _marked(_code(text) if cell.code else _text(text), cell.tone)


def _differences(differences: Differences, rows: int) -> Iterator[str]:
    sides = f"`-` {_title(differences.old)}, `+` {_title(differences.new)}"
    yield f"**{_title(differences.title) or 'Differences'}** ({sides})"
    lines = [line for change in differences.changes[:rows] for line in _change(change)]
    if lines:
        # No line can end the code block, because each begins with its own sign.
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
    return f"**{text}**" if text and tone in _BOLD else text


def _title(text: str) -> str:
    return _text(shortened(text, _CELL))


# The report is written with ever fewer rows until it fits, so that most texts come again.
@lru_cache(maxsize=4_096)
def _text(text: str) -> str:
    """`text` on one line. A part between backticks stays code if it can be code as it is."""
    parts = (
        _plain(part) if not is_code else f"`{part}`" if _is_simple(part) else _plain(f"`{part}`")
        for part, is_code in code_spans(_one_line(text))
    )
    return "".join(parts)


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _plain(line: str) -> str:
    """A line that is plain text in Markdown as well as in HTML."""
    return _SPECIAL.sub(_harmless, line)


def _harmless(match: re.Match[str]) -> str:
    if match["reference"] is not None:
        return f"{match[0]}&#8203;"
    return "".join(f"&#{ord(character)};" for character in match[0])


def _code(text: str) -> str:
    """`text` on one line, as code."""
    line = single_line(text).replace("\t", "\\t")
    return f"`{line}`" if _is_simple(line) else f"<code>{_plain(line)}</code>"


def _is_simple(line: str) -> bool:
    """Whether a line can be code between backticks: it has no backtick, does not end a cell of a table, and begins no formula ($`)."""
    return "`" not in line and "|" not in line and line == line.strip() and not line.endswith("$")
