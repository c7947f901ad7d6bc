"""The file to which arriving events are appended: who may read it, and what happens when it is full or cannot be written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from abtui.services.errors import FileError
from abtui.services.listener.event_log import EventLog


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_events_are_appended_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a":0}\n{"cut":')
    path.chmod(0o644)
    log = EventLog(str(path))
    log.append([b'{"a":1}', b'{"a":2}'])
    log.append([])
    log.close()
    log.append([b'{"a":3}'])
    assert path.read_bytes() == b'{"a":0}\n{"cut":\n{"a":1}\n{"a":2}\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_file_is_put_aside_and_none_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(str(path), most_bytes=10)
    for number in range(4):
        log.append([b'{"a":%d}' % number])
    log.append([b"x" * 30])
    log.close()
    assert contents(tmp_path) == {
        "events.jsonl": b"x" * 30 + b"\n",
        **{f"events.jsonl.{n}": b'{"a":%d}\n' % (4 - n) for n in range(1, 5)},
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nowhere"])
def test_a_place_that_cannot_be_used_is_left_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "place" / "x" if kind == "nowhere" else tmp_path / "place"
    if kind == "link":
        (tmp_path / "file").write_text("")
        (tmp_path / "file").chmod(0o644)
        path.symlink_to(tmp_path / "file")
    elif kind == "pipe":
        os.mkfifo(path, 0o644)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(FileError, match="cannot be appended"):
        EventLog(str(path))
    if kind == "link":
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o644
