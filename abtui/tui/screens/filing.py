"""Opening and saving files, and the question before quitting. Call these functions in a worker: they wait for answers."""

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
    """Ask the person for a path. Returns None if they cancel."""
    # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
    from abtui.tui.dialogs.paths import PickPath

    return await app.push_screen_wait(PickPath(purpose, title, value))


async def save_config(app: App[int], session: Session) -> bool:
    """Write the config to its file, and ask for a path if it has none. False if it was not written.

    A text restored from a draft may have a mask instead of the API key. It must not overwrite a file that has the key.
    """
    if lacks_key(session.text) and not lacks_key(session.saved_text):
        app.notify(
            "Replace **** with the key, or with ${ABSMARTLY_API_KEY}. The file was not changed.",
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
    """Ask for a file, and write the whole corpus with its edits to it as JSON Lines. False if it was not written."""
    path = await ask_path(app, "save", "Save all events as JSON Lines", "events.jsonl")
    if path is None:
        return False
    written = {index: corpus.item(index) for index in corpus.edited}
    try:
        # A thread writes the file, so that the screen stays responsive: a million events take a while.
        await asyncio.to_thread(write_pieces, path, corpus.json_lines())
    except FileError as error:
        app.notify(error.hint, title=error.message, severity="error", markup=False)
        return False
    # Events edited in the meantime are not saved in the file.
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
    """Whether quitting loses no unsaved work, or the person agreed to lose it."""
    while True:
        unsaved = []
        if session.modified:
            unsaved.append(f"the config{f' ({file_name(session.path)})' if session.path else ''}")
        if corpus.edited:
            count = len(corpus.edited)
            unsaved.append(f"{count} edited or added event{'s' if count > 1 else ''}")
        if not unsaved:
            return True
        from abtui.tui.dialogs.questions import ConfirmQuit

        answer = await app.push_screen_wait(ConfirmQuit(unsaved))
        if answer != "save":
            return answer == "discard"
        saved = await save_config(app, session) if session.modified else await save_events(app, corpus)
        if not saved:
            return False
