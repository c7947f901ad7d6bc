"""A report as one HTML page that needs nothing else: no script, no file, no network. Its look is `page.html.jinja` beside this module."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from abtui.core.report.model import FieldChange, Heading, Report, Sentence, Table
from abtui.core.report.shape import Parts, compared, headline, rows_of, share_of, verdict
from abtui.core.text import printable

if TYPE_CHECKING:
    from jinja2 import Template

_VALUE = 1_200
"""Characters of a value that are shown."""
_CONTENTS_FROM = 4
"""With so many sections the page gets a table of contents."""
_FOLDED_FROM = 13
"""With so many it is folded."""
_TEXTS = 3
"""Columns of text from which a table is a list on a narrow screen."""


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
    from importlib import resources  # slow to import, as is jinja2, and needed for this form alone

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
    environment.filters |= {"rows": rows_of, "percent": _percent, "compared": _compared}
    source = resources.files("abtui.core.report").joinpath("page.html.jinja").read_text("utf-8")
    return environment.from_string(source)


def _shown(value: Any) -> Any:
    """What the template writes, before it is escaped: text without characters that cannot be seen or encoded."""
    return printable(value) if type(value) is str else value


def _is_textual(table: Table) -> bool:
    """Whether a table has too many columns of text for a narrow screen."""
    return sum(not column.right for column in table.columns) >= _TEXTS


def _percent(bar: float) -> str:
    return f"{100 * share_of(bar):.2f}"


def _compared(change: FieldChange) -> tuple[Parts | None, Parts | None]:
    return compared(change, _VALUE)
