"""A report as a single HTML page without scripts, other files or network access. `page.html.jinja` beside this module is its layout."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from abtui.core.report import Cell, FieldChange, Heading, Report, Sentence, Table
from abtui.core.report.shape import Parts, code_spans, code_text, compared, headline, pieces, share_of, verdict
from abtui.core.text.plain import printable

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_VALUE = 1_200
"""Characters of a value that are shown."""
_CONTENTS_FROM = 4
"""A page with this number of sections gets a table of contents."""
_FOLDED_FROM = 13
"""With this number of sections the table of contents is folded."""
_SHORT = 20
"""A name, or a piece of one, of up to this number of characters stays on one line."""
_PIECE = 40
"""A longer piece of a name may be broken anywhere, because a column that holds it whole leaves no room for others."""
_LONG_WORD = re.compile(rf"(\S{{{_PIECE + 1},}})")
_TEXTS = 3
"""A table with this number of text columns becomes a list on a narrow screen."""


def html(report: Report) -> str:
    """The report as an HTML page."""
    return _template().render(
        report=report,
        verdict=verdict(report),
        headline=headline(report),
        has_contents=len(report.sections) >= _CONTENTS_FROM,
        folds_contents=len(report.sections) >= _FOLDED_FROM,
    )


@cache
def _template() -> Template:
    # These imports are slow and only this form needs them.
    from importlib import resources

    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.tests |= {
        "heading": lambda block: isinstance(block, Heading),
        "sentence": lambda block: isinstance(block, Sentence),
        "table": lambda block: isinstance(block, Table),
        "textual": _is_textual,
    }
    environment.filters |= {"percent": _percent, "compared": _compared, "prose": _prose, "code": _code, "cell": _cell}
    source = resources.files("abtui.core.report").joinpath("page.html.jinja").read_text("utf-8")
    return environment.from_string(source)


def _shown(value: Any) -> Any:
    """A value that the template writes, before it is escaped: texts without invisible characters or lone surrogates."""
    return printable(value) if type(value) is str else value


def _prose(text: str) -> Markup:
    """A sentence, with `code` elements for parts between backticks. Lines may end within very long words."""
    from markupsafe import Markup

    return Markup("").join(
        _code(part) if is_code else Markup("").join(map(_broken, _LONG_WORD.split(printable(part))))
        for part, is_code in code_spans(text)
    )


def _code(text: str) -> Markup:
    """A `code` element, in which lines may end between the pieces of a name."""
    from markupsafe import Markup

    shown = printable(text)
    if len(shown) <= _SHORT:
        return Markup('<code class="short">{}</code>').format(shown)
    return Markup("<code>{}</code>").format(_breakable(shown))


def _broken(part: str) -> Markup | str:
    """A part of a sentence. A very long word may be broken between its pieces."""
    return _breakable(part) if _LONG_WORD.fullmatch(part) else part


def _breakable(text: str) -> Markup:
    """`text` with the places where a line may end."""
    from markupsafe import Markup

    return Markup("<wbr>").join(
        piece if len(piece) <= _PIECE else Markup('<span class="long">{}</span>').format(piece)
        for piece in pieces(text, _SHORT)
    )


def _cell(cell: Cell) -> Markup:
    return _code(code_text(cell)) if cell.code else _prose(cell.text)


def _is_textual(table: Table) -> bool:
    """Whether a table has too many columns of text for a narrow screen."""
    return sum(not column.right for column in table.columns) >= _TEXTS


def _percent(bar: float) -> str:
    return f"{100 * share_of(bar):.2f}"


def _compared(change: FieldChange) -> tuple[Parts | None, Parts | None]:
    return compared(change, _VALUE)
