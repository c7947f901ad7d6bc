"""The text of a case file that is recorded: its head, and the cases with their names, once all events are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from abtui.core.config import Config
from abtui.core.corpus.cases.kept import MOST_BYTES, MOST_WHOLE, Draft, EachEvent, Entry, Recording
from abtui.core.corpus.cases.model import Reference
from abtui.core.corpus.places import Piece
from abtui.core.delivery.request import shown
from abtui.core.destinations import destination_of
from abtui.core.text.secret import excerpt, holds
from abtui.core.text.yaml_text import entry_lines

_NAME_WIDTH: Final = 80
_LINE_WIDTH: Final = 110

_HEADERS: Final = ("X-Agent", "X-Environment", "X-Application", "X-Application-Version", "Content-Type")
"""The headers a request may have, except the API key."""


class CaseWriter:
    """Writes the cases of a recording, in the order of the input.

    It counts the `cases`, and what it leaves out: `withheld` events because the case would hold the API key, `over` ones because the
    file would be too large, `lost` ones because their number in their file is not known, as a part before them in `broken` was
    not read to its end. `relative` makes the path of a file of events one that a case can have.
    """

    def __init__(
        self, recording: Recording, config: Config, relative: Callable[[str], str], broken: Iterable[Piece] = ()
    ) -> None:
        self.recording, self._config, self._relative = recording, config, relative
        self._broken: dict[int, int] = {}
        for index, start in broken:
            self._broken[index] = min(start, self._broken.get(index, start))
        self._before = _items_before(recording.items)
        self._names: Counter[str] = Counter()
        self._size = 0
        self.cases = self.lost = 0
        self.withheld, self.over = recording.kept.withheld, recording.kept.over

    def head(self, config: str | None, recorded: Iterable[str]) -> str:
        """The text of a file up to and with `cases:`. `config` is the config's path in the file, `recorded` names the files of events."""
        target, secrets = self._config.default_target, self._config.secrets
        frame = shown(destination_of(self._config.destination).frame(target), secrets)
        request = {"url": frame.url, "headers": {key: frame.headers.get(key) for key in _HEADERS}}
        names = [excerpt(name, _LINE_WIDTH, secrets) for name in recorded]
        what = "each event" if isinstance(self.recording.kept, EachEvent) else "one event for each behaviour"
        title = f"# Golden cases: what the destination did with {what} of"
        lines = [f"{title} {names[0]}."]
        if len(names) > 1 or len(lines[0]) > _LINE_WIDTH:
            lines = [title, *(f"#   {name}" for name in names)]
        lines += [
            "# Recorded by `abtui test CONFIG --record EVENTS`. `abtui test CONFIG CASES` checks that nothing has changed;",
            "# after an intended change, `--update` brings this file up to date.",
        ]
        if config is not None:
            lines += entry_lines("config", config, 0)
        lines += entry_lines("request", request, 0)
        lines.append("cases:")
        return "\n".join(lines) + "\n"

    def texts(self) -> Iterator[str]:
        """The text of each case."""
        form = 0 if self.recording.events <= MOST_WHOLE else -1
        for entry in self.recording.kept.entries:
            text = self._text(entry, entry.drafts[form])
            if text is not None:
                yield text

    def _text(self, entry: Entry, draft: Draft | None) -> str | None:
        """The text of a case, or None if it is left out."""
        if draft is None:
            self.withheld += 1
            return None
        name = self._name(draft)
        again = self._names[name]
        lines = [*entry_lines("name", f"{name} #{again + 1}" if again else name, 4)]
        if draft.refers:
            reference = self._reference(entry)
            if reference is None:
                self.lost += 1
                return None
            lines += [*entry_lines("file", reference.file, 4), *entry_lines("index", reference.index, 4)]
        # The first line of an item is on the line of its dash.
        text = "  - " + "\n".join((*lines, draft.lines)).lstrip()
        if holds(text, self._config.secrets):
            self.withheld += 1
            return None
        self._size += len(text.encode("utf-8"))
        if self._size > MOST_BYTES:
            self.over += 1
            return None
        self._names[name] += 1
        self.cases += 1
        return text

    def _name(self, draft: Draft) -> str:
        label, result = (excerpt(part, _NAME_WIDTH, self._config.secrets) for part in (draft.label, draft.result))
        return f"{draft.type} {label}".strip() + f" -> {result}"

    def _reference(self, entry: Entry) -> Reference | None:
        """How a case refers to its event, or None if its number is not known."""
        piece, number = entry.rank
        index, start = piece
        if entry.file is None or start > self._broken.get(index, start):
            return None
        return Reference(self._relative(entry.file), self._before[piece] + number)


def _items_before(items: Counter[Piece]) -> dict[Piece, int]:
    """The number of items of a source that are before each of its pieces."""
    before: dict[Piece, int] = {}
    source, total = -1, 0
    for piece in sorted(items):
        if piece[0] != source:
            source, total = piece[0], 0
        before[piece] = total
        total += items[piece]
    return before
