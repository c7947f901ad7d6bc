"""The file to which arriving events are appended: who may read it, and what happens when it is full or cannot be written."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest

from abtui.services.errors import FileError
from abtui.services.listener import event_log
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


def test_a_full_disk_leaves_no_part_of_an_event(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(str(path))
    log.append([b'{"a":1}'])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12, before[1]))
    try:
        with pytest.raises(FileError, match="cannot be appended"):
            log.append([b'{"a":2}', b'{"a":3}'])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    log.append([b'{"a":4}'])
    log.close()
    assert path.read_bytes() == b'{"a":1}\n{"a":4}\n'


def test_a_file_that_cannot_be_put_aside_grows_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(str(tmp_path / "events.jsonl"), most_bytes=10)
    log.append([b'{"a":1}'])

    def refuse(*_paths: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        log.append([b'{"a":2}'])
    assert contents(tmp_path) == {"events.jsonl": b'{"a":1}\n{"a":2}\n'}
    log.append([b'{"a":3}'])
    log.close()
    assert contents(tmp_path) == {"events.jsonl": b'{"a":3}\n', "events.jsonl.1": b'{"a":1}\n{"a":2}\n'}


def test_a_file_that_could_not_be_opened_anew_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(str(tmp_path / "events.jsonl"), most_bytes=10)
    log.append([b'{"a":1}'])

    def refuse(_path: Path) -> int:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(event_log, "open_private", refuse)
        for _ in range(2):
            with pytest.raises(FileError, match="cannot be appended"):
                log.append([b'{"a":2}'])
    log.append([b'{"a":3}'])
    log.close()
    assert (tmp_path / "events.jsonl").read_bytes() == b'{"a":3}\n'


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(str(path))
    log.append([b'{"a":1}'])
    path.unlink()
    log.append([b'{"a":2}'])
    log.close()
    assert path.read_bytes() == b'{"a":2}\n'


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
