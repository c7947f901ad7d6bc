"""The kinds of answers as journeys: how far the events came, what the collector says of them, and what Segment would show."""

from __future__ import annotations

import textwrap
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from abtui.core.delivery.progress import Example
from abtui.core.text.plain import one_line, plural
from abtui.tui.delivery import DeliveryView
from abtui.tui.kit.marks import Signs
from abtui.tui.kit.receipt_prose import RECEIPT_LOOKS

_STEP: Final = 3
_LEAST_SOURCE: Final = 8
_INDENT: Final = "   "
_StyledText = tuple[str, str]


def answers(view: DeliveryView, width: int, signs: Signs) -> Content:
    """One journey for each kind of answer, the one that needs the most attention first."""
    parts: list[_StyledText] = []
    for kind in view.examples:
        parts += _answer(kind, width, signs)
    if view.others:
        parts.append((f"and {plural(view.others, view.plan.noun)} with other answers", "$soft"))
    return Content.assemble(*parts).rstrip()


def _answer(kind: Example, width: int, signs: Signs) -> list[_StyledText]:
    look = RECEIPT_LOOKS[kind.state]
    status = "nothing" if kind.status is None else str(kind.status)
    said = signs.text(f"The collector says {status}: {one_line(kind.said, 200).rstrip('.')}.")
    head = [
        *line(kind.state, signs),
        (f"  {kind.count:,} {look.word}", f"bold {look.role}"),
        (f"  {signs.text(one_line(kind.name, 40))}", "bold"),
    ]
    return [
        *head,
        (f"{_source(kind.source, width - sum(cell_len(text) for text, _ in head), signs)}\n", "$soft"),
        *((f"{_INDENT}{part}\n", "$text") for part in textwrap.wrap(said, max(20, width - len(_INDENT)))),
        (f"{_INDENT}Segment would show {kind.segment_shows}.\n", "$soft"),
    ]


def _source(source: str, room: int, signs: Signs) -> str:
    """The end of a source, which tells the file and the line, if there is room for some of it."""
    text, room = signs.text(one_line(source, 200)), room - 2
    if cell_len(text) > room:
        text = f"{signs.cut}{text[1 - room :]}" if room >= _LEAST_SOURCE else ""
    return f"  {text}"


def line(state: str, signs: Signs) -> list[_StyledText]:
    """The journey of a request: whole as far as somebody answered. A receipt does not tell what the console does with it."""
    passed, look = f"{signs.mark('arrives')}{signs.whole * _STEP}", RECEIPT_LOOKS[state]
    if state == "waiting":
        return [(passed, "$arrives"), (signs.mark("arrives"), "$arrives"), (" " * (2 * _STEP + 2), "")]
    if state == "unknown":
        return [
            (passed, "$arrives"),
            (f"{signs.mark('arrives')}{signs.broken * _STEP}?", look.role),
            (" " * (_STEP + 1), ""),
        ]
    before = [(passed * 2, "$arrives")]
    if state == "accepted":
        return [*before, (f"{signs.mark('accepted')}{signs.broken * _STEP}?", look.role)]
    return [*before, (signs.mark("refused"), look.role), (f"{' ' * _STEP}{signs.unreached}", "$rule")]
