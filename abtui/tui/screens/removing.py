"""Removing events from the list. Only events written or pasted here can be removed, not those of a file."""

from __future__ import annotations

from typing import Final

from abtui.core.events import Stored
from abtui.core.text.plain import one_line
from abtui.tui.messages import PaletteCommand
from abtui.tui.screens.editing import Editing

_READERS: Final = frozenset({"mapping", "repeats", "comparing", "edit", "pasting", "asking"})
"""The groups of workers that, like deliveries, refer to events by index; a removal changes indexes."""


class Removing(Editing):
    """Removes events, and restores the ones removed last."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._gone: list[Stored] = []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow removing only in the list: elsewhere these keys delete characters."""
        if action == "remove_event" and self.focused is not self.event_list:
            return False
        return super().check_action(action, parameters)

    def action_remove_event(self) -> None:
        """Remove the event under the cursor from the list, if it was added here."""
        index = self.corpus.index_at(self.event_list.cursor)
        if index is None:
            return
        if self.corpus.stretch(index)[0]:
            self.notify(
                "This event belongs to a file; only events that were written or pasted here can be removed.",
                title="Not removed",
                severity="warning",
            )
        elif self._is_read_beside():
            self.notify("Events are being read, mapped or sent: try again in a moment.", severity="warning")
        else:
            self._remove(index)

    def _is_read_beside(self) -> bool:
        running = (worker.group for worker in self.workers if worker.is_running)
        return self._readings > 0 or any(group in _READERS or group.startswith("delivery-") for group in running)

    def _remove(self, index: int) -> None:
        corpus, position = self.corpus, self.event_list.cursor
        item = corpus.item(index)
        self._gone.append(item)
        corpus.remove(index)
        self._removed(index)
        following = corpus.index_at(min(position, corpus.shown - 1)) if corpus.shown else None
        self._current = following
        self.map_anew()
        self._count()
        self.event_list.set_rows(self._row, corpus.shown, min(position, max(0, corpus.shown - 1)))
        if following is None:
            self._clear_event()
        else:
            self._select(following)
        self.notify(
            "The palette (ctrl+p) brings it back.",
            title=f"{one_line(item.source, 60)} removed",
            timeout=4,
            markup=False,
        )

    def palette_commands(self) -> list[PaletteCommand]:
        """The command that restores the event removed last, if there is one."""
        back = PaletteCommand(
            "Event: Bring back the removed event", "The event that was removed last", self._bring_back
        )
        return [*super().palette_commands(), *([back] if self._gone else [])]

    def _bring_back(self) -> None:
        index = self.corpus.add([self._gone.pop()])
        self.corpus.edited.add(index)
        self._after_growth()
        self._go_to(index)
