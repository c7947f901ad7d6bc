"""The names of the items of one text, by which people find them in it: `events.jsonl:3`, or `pasted #2`."""

from __future__ import annotations


class Names:
    """Names items in the order in which they are read. The parts of a text that are read by themselves share one of these."""

    def __init__(self, source: str, *, numbered: bool) -> None:
        self.source, self.numbered = source, numbered
        self.count = 0
        self.open_lists: list[int] = []
        """The lines of the lists and batches that are not closed yet: one more item may get its name from each of them."""
        self._on_line: dict[int, int] = {}
        self._furthest = 0

    def next(self, line: int) -> str:
        """The name of the next item, which starts on `line`: `{source}:{line}`, or `{source} #{n}` if items are numbered."""
        self.count += 1
        if self.numbered:
            return f"{self.source} #{self.count}"
        if line > self._furthest:
            self._furthest = line
            self._on_line = {known: self._on_line[known] for known in self.open_lists if known in self._on_line}
        self._on_line[line] = nth = self._on_line.get(line, 0) + 1
        return f"{self.source}:{line}" if nth == 1 else f"{self.source}:{line}#{nth}"
