"""The rows of the difference that one event makes: both fates, the change in words, and the lines of both payloads."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from abtui.core.corpus.comparison.event import ConfigOutcome, EventComparison
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.corpus.comparison.lines import DiffLine
from abtui.core.corpus.comparison.model import SettingChange
from abtui.core.report import Tone
from abtui.core.text.plain import one_line, plural, printable, shortened
from abtui.tui.kit.marks import LOOKS, Signs

_LONGEST_VALUE: Final = 60
_LONGEST_REASON: Final = 800
_MOST_CAUSES: Final = 4
_LEAST_WIDTH: Final = 20
_WORD = 6

_TONES: Final[dict[Tone, str]] = {"good": "diff--strong", "dim": "diff--dim"}
_SIGNS: Final = {"+": "diff--strong", "…": "diff--dim", " ": "diff--dim"}
"""The looks of sentences and of lines that do not look like other text."""


class DiffRow(msgspec.Struct, frozen=True):
    """A row: a one-cell sign, the text, and the component classes of parts of the text, by columns."""

    text: str
    sign: str = " "
    parts: tuple[tuple[int, int, str], ...] = ()


def diff_rows(
    comparison: EventComparison, baseline: str, lines: Sequence[DiffLine], width: int, signs: Signs
) -> list[DiffRow]:
    """All rows of a comparison. Sentences are wrapped to `width` cells; lines of payloads are not."""
    rows = list(_summary_rows(comparison, baseline, max(_LEAST_WIDTH, width), signs))
    if lines:
        rows.append(DiffRow(""))
        rows += (_payload_row(line, signs) for line in lines)
    return rows


def _summary_rows(comparison: EventComparison, baseline: str, width: int, signs: Signs) -> Iterator[DiffRow]:
    if not comparison.kinds:
        yield from _wrapped_rows(f"Nothing changes for this event against {baseline}.", "diff--strong", width)
        yield from _outcome_rows("now", comparison.new, width, signs)
    elif (comparison.old.fate, comparison.old.reason) == (comparison.new.fate, comparison.new.reason):
        yield from _outcome_rows("both", comparison.new, width, signs)
    else:
        yield from _outcome_rows("was", comparison.old, width, signs)
        yield from _outcome_rows("now", comparison.new, width, signs)
    for sentence in comparison.sentences:
        yield from _wrapped_rows(signs.text(sentence.text), _TONES.get(sentence.tone, ""), width)
    for cause in comparison.causes[:_MOST_CAUSES]:
        yield from _wrapped_rows(signs.text(f"by {_cause(cause)}"), "diff--dim", width, indent=3)
    if len(comparison.causes) > _MOST_CAUSES:
        yield DiffRow(
            f"and {plural(len(comparison.causes) - _MOST_CAUSES, 'more setting')}", parts=((0, 99, "diff--dim"),)
        )


def _outcome_rows(word: str, side: ConfigOutcome, width: int, signs: Signs) -> Iterator[DiffRow]:
    look = LOOKS[side.fate]
    start = f"{word}  {signs.mark(side.fate)} {look.word}"
    text = shortened(f"{start}  {side.reason}", _LONGEST_REASON).replace("\n", " ")
    for number, line in enumerate(textwrap.wrap(text, width, subsequent_indent=" " * _WORD) or [""]):
        marked = ((0, len(word), "diff--dim"), (len(word) + 2, len(start), f"fate--{side.fate}")) if number == 0 else ()
        yield DiffRow(line, parts=marked)


def _cause(item: SettingChange) -> str:
    old, new = ("nothing" if text is None else one_line(text, _LONGEST_VALUE) for text in (item.old, item.new))
    line = "" if item.line is None else f" (line {item.line})"
    what = "another order" if item.kind == "order" else f"{old} → {new}"
    return f"{item.path}: {what}{line}"


def _wrapped_rows(text: str, look: str, width: int, indent: int = 0) -> Iterator[DiffRow]:
    for line in textwrap.wrap(printable(text).replace("\n", " "), width, subsequent_indent=" " * indent):
        yield DiffRow(line, parts=((0, len(line), look),) if look else ())


def _payload_row(line: DiffLine, signs: Signs) -> DiffRow:
    look = _SIGNS.get(line.sign, "")
    if line.sign == "…":
        text = f"{line.hidden:,} {line.text or ('line' if line.hidden == 1 else 'lines') + ' the same'}"
        return DiffRow(text, signs.folded[:1], ((0, len(text), look),))
    if line.sign == "~":
        old, start = len(line.text), len(line.text) + len(line.old)
        text = f"{line.text}{line.old} {signs.becomes} {line.new}"
        middle = start + len(signs.becomes) + 2
        parts = ((old, start, "diff--old"), (start, middle, "diff--dim"), (middle, len(text), "diff--strong"))
        return DiffRow(text, "~", parts)
    return DiffRow(line.text, line.sign, ((0, len(line.text), look),) if look else ())


def sends_nothing(comparison: EventComparison) -> bool:
    """Whether neither config sends anything, so that there are no payloads to compare."""
    return comparison.old.body is ABSENT and comparison.new.body is ABSENT
