"""The row that is always there: what is open, where requests would go, with which key, and the counts per fate."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from abtui.core.config import Target
from abtui.core.config.endpoint import looks_like_production
from abtui.core.text.plain import one_line, plural, printable
from abtui.tui.widgets.event_row import EDITED, MARKED
from abtui.tui.widgets.fates import RowFate, fate_parts

_MUTED = "$foreground-muted"
_BAR, _SHORT_BAR = 12, 5
"""Cells of the bar that tells how far something is."""
_OPENED = 28
"""Characters for the name of the config, so that the target beside it is never pushed off the row."""


class Counts(msgspec.Struct, frozen=True):
    """How many events there are, are mapped so far, pass the filter, are marked, and have each fate, of those mapped.

    `reading` is what is being done to fill the list, `share` how much of it is done, where that is known. `unmapped` is why
    nothing is mapped, or "".
    """

    total: int = 0
    mapped: int = 0
    shown: int = 0
    filtered: bool = False
    fates: Mapping[RowFate, int] = {}
    marked: int = 0
    reading: str = ""
    share: float | None = None
    unmapped: str = ""


class TargetBar(Static):
    """Name, address, environment and masked key of the target. One that looks like production says so."""

    DEFAULT_CSS = """
    TargetBar { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TargetBar.-production { background: $error-muted; }
    """

    target: reactive[Target | None] = reactive(None)
    opened: reactive[str] = reactive("")
    modified: reactive[bool] = reactive(False)
    """Whether the config has changes that are not saved."""
    edited: reactive[int] = reactive(0)
    """How many events were edited or added, and not saved."""
    offer: reactive[str] = reactive("")
    """What to do where there is no config; "" where there is one."""
    impact: reactive[str] = reactive("")
    """How many events change against the baseline, and what that is; "" without one."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def watch_target(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_opened(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_modified(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_edited(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_offer(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_impact(self) -> None:
        """Draw the row again."""
        self._draw()

    def _draw(self) -> None:
        target = self.target
        parts: list[tuple[str, str]] = [
            ("abtui ", "bold $text-primary"),
            (one_line(self.opened.replace("\\", "/").rpartition("/")[2], _OPENED), "$text"),
            (f" {EDITED}" if self.modified else "", "$text-warning"),
            (f"  {plural(self.edited, 'unsaved event')}" if self.edited else "", "$text-warning"),
            (f"  {self.offer}" if self.offer else "", "bold $text-accent"),
            (f"  {self.impact}" if self.impact else "", "bold $text-accent"),
        ]
        if target is not None:
            production = looks_like_production(target)
            self.set_class(production, "-production")
            host = target.collector_endpoint.removeprefix("https://")
            parts += [
                ("  → ", _MUTED),
                (printable(target.name), "bold $text-warning" if production else "bold $text-success"),
                (" PRODUCTION" if production else "", "bold $text-error"),
                ("  env ", _MUTED),
                (printable(target.environment) or "(empty)", "bold"),
                ("  key ", _MUTED),
                (target.key_shown, "$text"),
                ("  ", ""),
                (printable(host), _MUTED),
            ]
        # One row, whatever it says: nothing is to be laid out.
        self.update(Content.assemble(*parts), layout=False)


class CountBar(Static):
    """Events by fate, and how far reading and mapping are."""

    DEFAULT_CSS = """
    CountBar { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    counts: reactive[Counts] = reactive(Counts())
    tight: reactive[bool] = reactive(False)
    """Marks and numbers only, and without the number of all events."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def watch_counts(self) -> None:
        """Draw the row again."""
        self._draw()

    def watch_tight(self) -> None:
        """Draw the row again."""
        self._draw()

    def on_resize(self) -> None:
        """Words come and go with the room."""
        self._draw()

    def _draw(self) -> None:
        row = self._row(short=self.tight, tight=self.tight)
        for tight in (False, True):
            if not self.tight and row.cell_length > self.content_size.width:
                row = self._row(short=True, tight=tight)
        # One row, whatever it says: nothing is to be laid out.
        self.update(row, layout=False)

    def _row(self, *, short: bool, tight: bool) -> Content:
        """The row; `short`: marks and numbers of fates, where words do not fit; `tight`: all else as short as can be, too."""
        counts = self.counts
        parts: list[tuple[str, str]] = []
        if counts.filtered and tight:
            parts.append((f"{counts.shown:,} of {counts.total:,}", "bold $text-primary"))
        elif not tight:
            # What is no event has a row, and is told beside them.
            parts.append((plural(counts.total - counts.fates.get("unreadable", 0), "event"), "bold"))
        # Before the fates, which a narrow screen cuts off.
        parts += self._progress(counts, short)
        if counts.filtered and not tight:
            parts.append((f"  {counts.shown:,} shown", "$text-primary"))
        if counts.marked:
            text = f" {counts.marked:,}{MARKED}" if tight else f"  {MARKED} {counts.marked:,} marked"
            parts.append((text, "$text-accent"))
        # What was not mapped yet is unknown, and never a guess.
        known = sum(counts.fates.values()) - counts.fates.get("unknown", 0)
        return Content.assemble(*parts, *fate_parts({**counts.fates, "unknown": counts.total - known}, short=short))

    def _progress(self, counts: Counts, short: bool) -> list[tuple[str, str]]:
        """What is going on, with a bar of how far it is where that is known."""
        if counts.reading:
            return [("  ", ""), *self._bar(counts.reading, counts.share, short)]
        if counts.unmapped:
            return [(f"  {counts.unmapped}", "bold $text-error")]
        if counts.mapped < counts.total:
            return [("  ", ""), *self._bar("mapping", counts.mapped / counts.total, short)]
        return []

    @staticmethod
    def _bar(word: str, share: float | None, short: bool) -> list[tuple[str, str]]:
        if share is None:
            return [(word, "$text-primary")]
        cells = _SHORT_BAR if short else _BAR
        full = int(share * cells)
        bar = [("━" * full, "$text-primary"), ("╌" * (cells - full), _MUTED)]
        return [(f"{word} ", "$text-primary"), *bar, (f" {int(share * 100)}%", "$text-primary")]
