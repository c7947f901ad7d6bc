"""Watching files for changes, also those of editors that replace a file instead of writing into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from abtui.services.errors import FileError

if TYPE_CHECKING:
    from watchfiles import Change

_DEBOUNCE_MS = 50


async def watch_files(paths: Sequence[str], *, stop: asyncio.Event | None = None) -> AsyncIterator[set[str]]:
    """Yield the `paths`, as given, that were changed, created or deleted; a folder, when something directly in it was.

    Their parent folders are watched, so a file may be replaced by renaming, deleted and created again, or not exist yet;
    a symbolic link is watched at both ends. Changes before the first step of the iterator are missed. Ends when
    `stop` is set. Raises FileError if a parent folder does not exist or cannot be watched.
    """
    # Loaded in a thread, because it takes a while and the screen must not wait.
    awatch = await asyncio.to_thread(_load)
    watched = _places(paths)
    folders = sorted({str(place.parent) for place in watched} | {str(place) for place in watched if place.is_dir()})

    def given(changed: str) -> set[str]:
        place = Path(changed)
        return watched.get(place, set()) | watched.get(place.parent, set())

    try:
        async for changes in awatch(
            *folders,
            watch_filter=lambda _change, path: bool(given(path)),
            debounce=_DEBOUNCE_MS,
            stop_event=stop,
            recursive=False,
        ):
            yield set().union(*(given(path) for _change, path in changes))
    except OSError as error:
        raise FileError(
            f"The files cannot be watched: {error.strerror or error}.",
            "Changes on disk will not be noticed; reload by hand.",
        ) from error


def _load() -> Callable[..., AsyncIterator[set[tuple[Change, str]]]]:
    from watchfiles import awatch

    # awatch would load this in its first step.
    import_module("anyio._backends._asyncio")

    return awatch


def _places(paths: Sequence[str]) -> dict[Path, set[str]]:
    """The given paths that a change concerns, by the absolute path at which the change is reported."""
    places: dict[Path, set[str]] = {}
    for given in paths:
        # The link itself with its folder resolved, its target, and the link as given.
        link = Path(given).absolute()
        for place in (link.parent.resolve() / link.name, link.resolve(), link):
            places.setdefault(place, set()).add(given)
    return places
