"""Asking for a path, and writing the config and the events. Call these functions in a worker: they wait for answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Literal

from textual.app import App

from abtui.core.text.mask_keys import lacks_key
from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError
from abtui.services.files import write_atomic, write_pieces
from abtui.tui.corpus.items import json_lines
from abtui.tui.state import State


async def ask_path(app: App[int], purpose: Literal["open", "save"], title: str, value: str = "") -> str | None:
    """Ask the person for a path. Returns None if they cancel."""
    # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
    from abtui.tui.dialogs.paths import PickPath

    return await app.push_screen_wait(PickPath(purpose, title, value))


async def save_config(app: App[int], state: State) -> bool:
    """Write the config to its file, and ask for a path if it has none. False if it was not written.

    A text restored from a draft may have a mask instead of the API key. It must not overwrite a file that has the key.
    """
    session = state.session
    if lacks_key(session.text) and not lacks_key(session.saved_text):
        state.say(
            "Replace **** with the key, or with ${ABSMARTLY_API_KEY}. The file was not changed.",
            title="Not saved: the config lacks its API key",
            severity="error",
        )
        return False
    path = session.own_path or await ask_path(app, "save", "Save the config as", "abtui.yaml")
    text = session.text
    if path is None or not _write(state, path, text):
        return False
    session.path, session.saved_text = path, text
    # Relative names of files in the config mean other files if it was saved to another folder.
    state.config.apply(session.text)
    return True


async def save_events(app: App[int], state: State) -> bool:
    """Ask for a file, and write the whole corpus with its edits to it as JSON Lines. False if it was not written."""
    corpus, came = state.corpus, len(state.arrivals or ())
    path = await ask_path(app, "save", "Save all events as JSON Lines", "events.jsonl")
    if path is None:
        return False
    written = {index: corpus.item(index) for index in corpus.edited}
    if not await _write_lines(state, path, json_lines(corpus.items(0, len(corpus)))):
        return False
    # Events edited in the meantime are not saved in the file.
    corpus.edited -= {index for index, item in written.items() if corpus.item(index) is item}
    if state.arrivals is not None:
        state.arrivals.kept = max(state.arrivals.kept, came)
    state.tell("events")
    return True


async def keep_arrivals(app: App[int], state: State) -> None:
    """Ask for a file, and write the events that came from SDKs to it as JSON Lines."""
    arrivals = state.arrivals
    if not arrivals:
        return
    path = await ask_path(app, "save", "Keep what came as JSON Lines", "live.jsonl")
    came = len(arrivals)
    if path is not None and await _write_lines(
        state, path, json_lines(map(state.corpus.item, arrivals.indexes[:came]))
    ):
        arrivals.kept = max(arrivals.kept, came)


async def _write_lines(state: State, path: str, lines: Iterator[bytes]) -> bool:
    try:
        # A thread writes the file, so that the screen stays responsive: a million events take a while.
        await asyncio.to_thread(write_pieces, path, lines)
    except FileError as error:
        state.say(error.hint, title=error.message, severity="error")
        return False
    state.say(f"Saved: {file_name(path)}")
    return True


def _write(state: State, path: str, text: str) -> bool:
    try:
        write_atomic(path, text)
    except FileError as error:
        state.say(error.hint, title=error.message, severity="error")
        return False
    state.say(f"Saved: {file_name(path)}")
    return True


async def may_quit(app: App[int], state: State) -> bool:
    """Whether quitting loses no unsaved work, or the person agreed to lose it."""
    from abtui.tui.dialogs.questions import ConfirmQuit

    while unsaved := _unsaved(state):
        answer = await app.push_screen_wait(ConfirmQuit(unsaved))
        if answer != "save":
            return answer == "discard"
        if not await (save_config(app, state) if state.session.modified else save_events(app, state)):
            return False
    return True


def _unsaved(state: State) -> list[str]:
    session, edited = state.session, len(state.corpus.edited)
    config = [f"the config{f' ({file_name(session.path)})' if session.path else ''}"] if session.modified else []
    came = 0 if state.arrivals is None else state.arrivals.unkept
    return [
        *config,
        *([plural(edited, "edited or added event")] if edited else []),
        *([plural(came, "event that came in", "events that came in")] if came else []),
    ]
