"""Watching files: written into, replaced, deleted and made again, not there yet, behind a link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from abtui.services.errors import FileError
from abtui.services.files import write_atomic
from abtui.services.watching import watch_files
from tests.kit import eventually


async def seen(changes: AsyncIterator[set[str]], do: Callable[[int], object]) -> set[str]:
    """What is told of a change; it is made again and again, as nothing tells when the watching has begun."""
    told = asyncio.ensure_future(anext(changes))
    turns = count()

    def noticed() -> bool:
        turn = next(turns)
        if turn % 10 == 0:
            do(turn)
        return told.done()

    await eventually(noticed)
    return told.result()


async def ended(changes: AsyncIterator[set[str]], stop: asyncio.Event) -> None:
    stop.set()
    async for _ in changes:
        pass


async def test_a_file_written_replaced_deleted_and_made_again(tmp_path: Path) -> None:
    path, other, absent = tmp_path / "config.yaml", tmp_path / "other.txt", tmp_path / "absent.yaml"
    fence = tmp_path / "fence.yaml"
    path.write_text("0")
    fence.write_text("0")
    given = [str(path), str(absent), str(fence)]
    stop = asyncio.Event()
    changes = watch_files(given, stop=stop)

    def remake(turn: int) -> None:
        other.write_text(str(turn))
        path.unlink(missing_ok=True)
        path.write_text(str(turn))

    for do in (lambda turn: path.write_text(str(turn)), lambda turn: write_atomic(str(path), str(turn)), remake):
        while (told := await seen(changes, do)) == {str(fence)}:
            pass
        assert told - {str(fence)} == {str(path)}
        # What is left of the changes made meanwhile comes before a change of another file alone.
        while await seen(changes, lambda turn: fence.write_text(str(turn))) != {str(fence)}:
            pass
    while await seen(changes, lambda turn: absent.write_text(str(turn))) != {str(absent)}:
        pass
    await ended(changes, stop)


async def test_a_file_behind_a_link_and_named_relatively(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text("0")
    (tmp_path / "link.yaml").symlink_to("real/a.yaml")
    monkeypatch.chdir(tmp_path)
    stop = asyncio.Event()
    changes = watch_files(["link.yaml"], stop=stop)
    assert await seen(changes, lambda turn: (tmp_path / "real" / "a.yaml").write_text(str(turn))) == {"link.yaml"}
    await ended(changes, stop)


async def test_a_folder(tmp_path: Path) -> None:
    stop = asyncio.Event()
    changes = watch_files([str(tmp_path)], stop=stop)
    assert await seen(changes, lambda turn: (tmp_path / "a.json").write_text(str(turn))) == {str(tmp_path)}
    await ended(changes, stop)


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be watched"):
        await anext(watch_files([str(tmp_path / "missing" / "a.yaml")]))
