"""The top row, which is always visible: the open config, the target with its masked key, and the counts per fate."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from abtui.core.config import Target
from abtui.core.config.endpoint import looks_like_production
from abtui.core.text.plain import one_line, plural, printable
from abtui.tui.kit.marks import RowFate
from abtui.tui.kit.signs import EDITED, MARKED
from abtui.tui.widgets.fates import fate_parts

_MUTED = "$foreground-muted"
_BAR, _SHORT_BAR = 12, 5
"""The widths of the progress bar, in cells."""
_OPENED = 28
"""The most characters of the config's name, so that it never pushes the target off the row."""


class Counts(msgspec.Struct, frozen=True):
    """The number of events in total, mapped so far, shown by the filter, marked, and per fate of those mapped.

    `reading` names the work that fills the list, and `share` is its progress, if known. `unmapped` is the reason why no
    event is mapped, or "".
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
    """Name, address, environment and masked key of the target, with a warning if it looks like production."""

    DEFAULT_CSS = """
    TargetBar { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    TargetBar.-production { background: $error-muted; }
    """

    target: reactive[Target | None] = reactive(None)
    opened: reactive[str] = reactive("")
    modified: reactive[bool] = reactive(False)
    """Whether the config has changes that are not saved."""
    edited: reactive[int] = reactive(0)
    """The number of events that were edited or added and are not saved."""
    offer: reactive[str] = reactive("")
    """A hint for the case that there is no config, or "" if there is one."""
    impact: reactive[str] = reactive("")
    """The number of events that change against the baseline, with its name, or "" without a baseline."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def watch_target(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_opened(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_modified(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_edited(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_offer(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_impact(self) -> None:
        """Redraw the row."""
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
        # The text always takes one row, so no layout is needed.
        self.update(Content.assemble(*parts), layout=False)


class CountBar(Static):
    """The number of events per fate, and the progress of reading and mapping."""

    DEFAULT_CSS = """
    CountBar { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    counts: reactive[Counts] = reactive(Counts())
    tight: reactive[bool] = reactive(False)
    """Whether to show only marks and numbers, without the total."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def watch_counts(self) -> None:
        """Redraw the row."""
        self._draw()

    def watch_tight(self) -> None:
        """Redraw the row."""
        self._draw()

    def on_resize(self) -> None:
        """Use words or marks, depending on the new width."""
        self._draw()

    def _draw(self) -> None:
        row = self._row(short=self.tight, tight=self.tight)
        for tight in (False, True):
            if not self.tight and row.cell_length > self.content_size.width:
                row = self._row(short=True, tight=tight)
        # The text always takes one row, so no layout is needed.
        self.update(row, layout=False)

    def _row(self, *, short: bool, tight: bool) -> Content:
        """The text of the row. `short` shows fates as marks and numbers; `tight` shortens everything else as well."""
        counts = self.counts
        parts: list[tuple[str, str]] = []
        if counts.filtered and tight:
            parts.append((f"{counts.shown:,} of {counts.total:,}", "bold $text-primary"))
        elif not tight:
            # Unreadable text has a row in the list, but is not counted as an event.
            parts.append((plural(counts.total - counts.fates.get("unreadable", 0), "event"), "bold"))
        # Progress comes before the fates, as a narrow screen cuts off the end.
        parts += self._progress(counts, short)
        if counts.filtered and not tight:
            parts.append((f"  {counts.shown:,} shown", "$text-primary"))
        if counts.marked:
            text = f" {counts.marked:,}{MARKED}" if tight else f"  {MARKED} {counts.marked:,} marked"
            parts.append((text, "$text-accent"))
        # The fate of an event that is not mapped yet is unknown; abtui never guesses.
        known = sum(counts.fates.values()) - counts.fates.get("unknown", 0)
        return Content.assemble(*parts, *fate_parts({**counts.fates, "unknown": counts.total - known}, short=short))

    def _progress(self, counts: Counts, short: bool) -> list[tuple[str, str]]:
        """The current work, with a progress bar if its progress is known."""
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
