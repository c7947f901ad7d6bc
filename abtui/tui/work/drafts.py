"""Drafts of unsaved work, which are written to disk and offered when the same files are opened after a crash."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from textual import work
from textual.worker import get_current_worker

from abtui.core.events import Unreadable, edited, read_one
from abtui.core.saved_state import VERSION, Draft, DraftEvent, draft_contents, masked_draft, within_bounds
from abtui.core.text.mask_keys import lacks_key, with_keys
from abtui.core.text.plain import plural
from abtui.core.text.secret import Secret
from abtui.services import drafts
from abtui.services.drafts import DraftFile, left_behind
from abtui.services.errors import FileError
from abtui.tui.corpus import Stored, summary
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_LOOK_SECONDS: Final = 1.0
_MOST_EVENTS: Final = 5_000
_MOST_SORTED: Final = 100_000
_PATIENCE: Final = 3
"""The number of checks after which a draft is written even though the text keeps changing."""


class Drafts(Capability):
    """Checks once a second for new unsaved work, which a thread then writes to the draft."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._draft_file = DraftFile()
        self._draft_seen: tuple[Any, ...] = ()
        self._draft_changing = 0
        self._draft_warned = False
        self._to_restore: tuple[DraftEvent, ...] = ()
        self._taken_over: tuple[Path, ...] = ()
        """The restored drafts. Their files stay until this session's own draft contains the same work."""

    def on_mount(self) -> None:
        """Offer the drafts of earlier sessions, and start to write this session's own."""
        self._state.listen("events", self, self._restore_events)
        self._state.endings.append(self._ended)
        self.call_after_refresh(self._offer_drafts)
        self.set_interval(_LOOK_SECONDS, self._check_unsaved_work)

    # Writing drafts

    def _check_unsaved_work(self) -> None:
        session = self._state.session
        # Every change of a text changes one of these values; the texts themselves are read only then.
        seen = (
            session.text if session.modified else None,
            self._state.event.version,
            len(self._state.corpus.edited),
            self._state.files,
        )
        if seen != self._draft_seen and self._draft_changing < _PATIENCE:
            self._draft_seen = seen
            self._draft_changing += 1
        elif self._draft_changing:
            self._draft_changing = 0
            self._draft_seen = seen
            file = self._draft_file
            self._write_draft(file, file.turn(), self._draft(), self._state.session.known_keys, self._settled_drafts())

    def _settled_drafts(self) -> tuple[Path, ...]:
        """The restored drafts that are no longer needed once this session's own draft is written."""
        if self._to_restore:
            return ()
        taken, self._taken_over = self._taken_over, ()
        return taken

    def _draft(self, *, last: bool = False) -> Draft | None:
        """The unsaved work, with API keys not masked yet; None if there is none or nothing may be remembered.

        The `last` draft has the events that came from SDKs, too: written each second they would take too much time.
        """
        session, corpus, arrivals = self._state.session, self._state.corpus, self._state.arrivals
        came = arrivals.indexes[arrivals.kept :] if last and arrivals is not None else ()
        if self._state.forgets or not (session.modified or corpus.edited or came):
            return None
        # So many edited events were not written by hand but pasted, so they are left out.
        edited = corpus.edited if len(corpus.edited) <= _MOST_SORTED else ()
        indexes = sorted({*edited, *came[:_MOST_EVENTS]})[:_MOST_EVENTS]
        items = ((index, corpus.item(index)) for index in indexes)
        kept = within_bounds([DraftEvent(index, item.source, _text(item)) for index, item in items])
        config, paths = self._state.files
        return Draft(
            version=VERSION,
            at=datetime.now().isoformat(timespec="seconds"),
            config=config,
            events=paths,
            config_text=session.text if session.modified else None,
            kept=kept,
            left_out=len(corpus.edited.union(came)) - len(kept),
        )

    @work(thread=True, group="drafts")
    def _write_draft(
        self, file: DraftFile, turn: int, draft: Draft | None, known: tuple[Secret, ...], taken_over: tuple[Path, ...]
    ) -> None:
        if get_current_worker().is_cancelled:
            return
        # Searching a long text for keys takes a while, so it is done in this thread.
        draft = draft and masked_draft(draft, self._state.session.env, known)
        try:
            file.put(draft, turn)
            for path in taken_over:
                drafts.remove(path)
        except FileError as error:
            self.app.call_from_thread(self._draft_failed, error)
        else:
            if draft is not None and draft.masked:
                self.app.call_from_thread(self._warn_masked)

    def _draft_failed(self, error: FileError) -> None:
        if not self._draft_warned:
            self._draft_warned = True
            self.notify(
                f"{error.message} {error.hint or 'Save them with Ctrl+S.'}",
                title="The draft of unsaved changes",
                severity="warning",
            )

    def _warn_masked(self) -> None:
        if not self._draft_warned:
            self._draft_warned = True
            self.notify(
                "Drafts of unsaved changes hold **** instead. Write ${ABSMARTLY_API_KEY} to keep the key out of files.",
                title="The config contains the API key",
                severity="warning",
            )

    def _ended(self, settled: bool) -> bool:
        """Write unsaved work to the draft, or remove the draft if there is nothing to keep. True if work was kept."""
        file = self._draft_file
        draft = None if settled else self._draft(last=True)
        try:
            file.put(
                draft and masked_draft(draft, self._state.session.env, self._state.session.known_keys), file.turn()
            )
            for path in self._taken_over if settled else self._settled_drafts():
                drafts.remove(path)
        except FileError:
            # It is too late to show the error; a draft that could not be removed is offered again.
            return False
        file.close()
        return draft is not None

    # Restoring

    @work(exclusive=True, group="asking")
    async def _offer_drafts(self) -> None:
        """Ask once about the drafts of earlier sessions. Those older than the one that is restored are kept, and asked about again."""
        left = [] if self._state.opening.demo else left_behind(*self._state.files)
        if not left:
            return
        # The widgets of dialogs take a while to load.
        from abtui.tui.dialogs.questions import RestoreDraft

        told = [(_draft_time(kept.draft.at), draft_contents(kept.draft)) for kept in left]
        answer = await self.app.push_screen_wait(RestoreDraft(*told[0], older=told[1:]))
        if answer == "restore":
            self._taken_over += (left[0].path,)
            self._restore(left[0].draft)
        elif answer == "discard":
            for kept in left:
                self._discard(kept.path)

    def _discard(self, path: Path) -> None:
        try:
            drafts.remove(path)
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="warning")

    def _restore(self, draft: Draft) -> None:
        session, text = self._state.session, draft.config_text
        if text is not None and draft.masked:
            text = with_keys(text, session.saved_text, session.env)
        if text is not None and text != session.text:
            self._state.config.apply(text)
        self._to_restore += draft.kept
        self._restore_events()
        if text is not None and draft.masked and lacks_key(text):
            self.notify(
                "Drafts never contain the key: replace **** with it, or with ${ABSMARTLY_API_KEY}.",
                title="The config lacks its API key",
                severity="warning",
            )
        else:
            self.notify("Nothing is saved yet: Ctrl+S saves.", title="Restored")

    def _restore_events(self) -> None:
        """Put restored events in their places once all files are read; events whose place is occupied go to the end."""
        if not self._to_restore or self._state.reading:
            return
        kept, self._to_restore = self._to_restore, ()
        corpus, added = self._state.corpus, 0
        for event in kept:
            index = event.index
            if not self._is_there(event):
                index = corpus.add([Stored(self._state.next_source("restored"), event.text)])
                added += 1
            self._put_event(index, event.text)
        self._state.tell("events")
        selected = self._state.selection.index
        if selected in {event.index for event in kept}:
            self._state.event.select(selected)
        if added:
            self.notify(f"{plural(added, 'restored event')} at the end of the list")

    def _is_there(self, event: DraftEvent) -> bool:
        """Whether an event of a file is in its place. What was pasted or came from an SDK has a number that others get in the next run."""
        corpus = self._state.corpus
        if event.index >= len(corpus) or corpus.item(event.index).source != event.source:
            return False
        return event.source.startswith(f"{corpus.stretch(event.index)[0]}:")

    def _put_event(self, index: int, text: str) -> None:
        source, mapper = self._state.corpus.item(index).source, self._state.session.mapper
        event = read_one(text, source, self._state.sdk)
        unreadable = isinstance(event, Unreadable)
        outcome = None if mapper is None or isinstance(event, Unreadable) else mapper.outcome(event)
        row = None
        if unreadable or outcome is not None:
            config = None if mapper is None else mapper.config
            row = summary(event, outcome, self._state.session.known_keys, config)
        kept = edited(Stored(source, ""), text, event, self._state.sdk)
        self._state.event.replace(index, kept, row)


def _text(item: Stored) -> str:
    return item.text if isinstance(item.text, str) else item.text.decode("utf-8", "replace")


def _draft_time(at: str) -> str:
    """The time of a draft: `12:31` for today, otherwise with the date."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return "an earlier run"
    today = moment.date() == datetime.now().date()
    return moment.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
