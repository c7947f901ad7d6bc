"""The items of the corpus: their texts and their states."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

from abtui.core.events import Stored, compact
from abtui.services.errors import FileError
from abtui.services.event_store import EventStore
from abtui.tui.corpus.index_set import IndexSet
from abtui.tui.corpus.receipt_words import ReceiptWords
from abtui.tui.kit.event_row import Sign

_TOGETHER = 1000
"""The number of items written to a file at a time."""


class Items:
    """The items by index, from 0. An item is read from its file whenever its text is needed.

    `marked`, `edited`, `moved` (the events of a move that were opened last) and `receipts` (the sending state of an item: waiting, accepted, refused or unknown) may be changed
    by any code on the screen's thread.
    """

    def __init__(self) -> None:
        self.edited: set[int] = set()
        self.marked, self.moved = IndexSet(), IndexSet()
        self.receipts = ReceiptWords()
        self.before_edit: list[Callable[[int], None]] = []
        """Functions called with the index of an item before its text is replaced."""
        self._store = EventStore()
        # The number of each item's kind of change against the baseline; empty without a baseline.
        self._changes = array("H")
        self._kinds: dict[tuple[str, ...], int] = {(): 0}
        self._kinds_in_order: tuple[tuple[str, ...], ...] = ((),)

    def __len__(self) -> int:
        return len(self._store)

    def item(self, index: int) -> Stored:
        """The item at an index. It is `lost` if its file has changed since it was read."""
        return self._store.item(index)

    def items(self, start: int, end: int) -> Iterator[Stored]:
        """The items from `start` up to `end`, in order. This is the fast way to read many of them."""
        return self._store.items(start, end)

    def keep(self, index: int, item: Stored) -> None:
        """Replace an item's text but not its row; `replace` is called once the row is known."""
        self.announce(index, item)
        self._store.keep(index, item)

    def announce(self, index: int, item: Stored) -> None:
        """Prepare for the replacement of an item by `item`. Several calls before one replacement are allowed."""
        for tell in self.before_edit:
            tell(index)

    def _forget(self, index: int) -> None:
        """Remove the item at an index; later items move up."""
        self._store.remove(index)
        self.edited = {at - (at > index) for at in self.edited if at != index}
        self.marked.remove_place(index)
        self.moved.remove_place(index)
        self.receipts.remove_place(index)
        if index < len(self._changes):
            del self._changes[index]

    def stretch(self, index: int) -> tuple[str, int]:
        """The name of the file an item comes from, and the index of the first item after that file."""
        return self._store.stretch(index)

    def changes(self, index: int) -> tuple[str, ...]:
        """The classes of an item's change against the baseline; () without a change."""
        number = self._changes[index] if index < len(self._changes) else 0
        return self._kinds_in_order[number] if number else ()

    def place_changes(self, start: int, kinds: Sequence[tuple[str, ...]]) -> None:
        """Store the changes of the items from `start` on against the baseline: the classes of each, () without a change."""
        numbers = array("H", [self._kinds.setdefault(classes, len(self._kinds)) for classes in kinds])
        missing = start + len(numbers) - len(self._changes)
        if missing > 0:
            self._changes.frombytes(bytes(self._changes.itemsize * missing))
        self._changes[start : start + len(numbers)] = numbers
        self._kinds_in_order = tuple(self._kinds)

    def clear_changes(self) -> None:
        """Drop all changes, because there is no baseline any more."""
        self._changes = array("H")

    @property
    def compared(self) -> bool:
        """Whether the items have been compared with a baseline."""
        return bool(self._changes)

    def has_state(self, index: int) -> bool:
        """Whether an item is marked, edited, sent, changed against the baseline, or among those of the move that was opened."""
        changed = index < len(self._changes) and self._changes[index] != 0
        states = (self.marked, self.receipts, self.edited, self.moved)
        return changed or any(index in state for state in states)

    @property
    def signs(self) -> tuple[Sign, ...]:
        """The signs that rows of the list may have at present."""
        there: dict[Sign, bool] = {
            "mark": bool(self.marked),
            "edit": bool(self.edited),
            "change": self.compared,
            "receipt": bool(self.receipts),
        }
        return tuple(sign for sign, any_has_it in there.items() if any_has_it)


def json_lines(items: Iterable[Stored]) -> Iterator[bytes]:
    """Every item as one line: JSON compacted, other text unchanged. Raises FileError for a lost item."""
    lines: list[str] = []
    for item in items:
        if item.lost is not None:
            raise FileError(f"{item.source} cannot be saved: {item.lost.message}", item.lost.hint)
        lines.append(compact(item.text))
        if len(lines) >= _TOGETHER:
            yield "".join(f"{line}\n" for line in lines).encode()
            lines = []
    yield "".join(f"{line}\n" for line in lines).encode()
