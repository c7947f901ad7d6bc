"""Files of the workbench: opening, saving and the question before quitting. Call these in a worker: they ask and wait."""

from __future__ import annotations

import asyncio
from typing import Literal

from textual.app import App

from abtui.core.text.mask_keys import lacks_key
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError
from abtui.services.files import write_atomic, write_pieces
from abtui.tui.corpus import Corpus
from abtui.tui.session import Session


async def ask_path(app: App[int], purpose: Literal["open", "save"], title: str, value: str = "") -> str | None:
    """A path from the person, or None."""
    # The widgets of dialogs take a while to load, which the first paint need not wait for.
    from abtui.tui.screens.dialogs import PickPath

    return await app.push_screen_wait(PickPath(purpose, title, value))


async def save_config(app: App[int], session: Session) -> bool:
    """Write the config to its file, asking for one where it has none. False if it was not written.

    The mask of a key is no key: a text that came back from a draft without its key does not replace the file that has it.
    """
    if lacks_key(session.text) and not lacks_key(session.saved_text):
        app.notify(
            "Write the key, or ${ABSMARTLY_API_KEY}, in place of ****. The file still has what it had.",
            title="Not saved: the config lacks its API key",
            severity="error",
            markup=False,
        )
        return False
    path = session.path or await ask_path(app, "save", "Save the config as", "abtui.yaml")
    if path is None or not _write(app, path, session.text):
        return False
    session.path, session.saved_text = path, session.text
    return True


async def save_events(app: App[int], corpus: Corpus) -> bool:
    """Write the whole corpus, edits included, as JSON Lines to a file that is asked for. False if it was not written."""
    path = await ask_path(app, "save", "Save all events as JSON Lines", "events.jsonl")
    if path is None:
        return False
    written = {index: corpus.item(index) for index in corpus.edited}
    try:
        # Beside the screen, which goes on: a million events take a while.
        await asyncio.to_thread(write_pieces, path, corpus.json_lines())
    except FileError as error:
        app.notify(error.hint, title=error.message, severity="error", markup=False)
        return False
    # What was edited meanwhile is not in the file.
    corpus.edited -= {index for index, item in written.items() if corpus.item(index) is item}
    app.notify(file_name(path), title="Saved", markup=False)
    return True


def _write(app: App[int], path: str, text: str) -> bool:
    try:
        write_atomic(path, text)
    except FileError as error:
        app.notify(error.hint, title=error.message, severity="error", markup=False)
        return False
    app.notify(file_name(path), title="Saved", markup=False)
    return True


async def may_quit(app: App[int], session: Session, corpus: Corpus) -> bool:
    """Whether nothing unsaved would be lost, or the person said that it may be."""
    while True:
        unsaved = []
        if session.modified:
            unsaved.append(f"the config{f' ({file_name(session.path)})' if session.path else ''}")
        if corpus.edited:
            count = len(corpus.edited)
            unsaved.append(f"{count} edited or added event{'s' if count > 1 else ''}")
        if not unsaved:
            return True
        from abtui.tui.screens.dialogs import ConfirmQuit

        answer = await app.push_screen_wait(ConfirmQuit(unsaved))
        if answer != "save":
            return answer == "discard"
        saved = await save_config(app, session) if session.modified else await save_events(app, corpus)
        if not saved:
            return False
