"""Events kept by their place: the same as those read at once, whatever holds them, and never another's text."""

from __future__ import annotations

import gzip
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from abtui.core.events import Event, SdkDefaults, Stored, Unreadable, read_events, read_stored, stored
from abtui.core.findings import finding
from abtui.services.errors import FileError
from abtui.services.event_files import Handles, SpooledText
from abtui.services.event_store import Batch, EventReading, EventSource, EventStore
from abtui.services.files import expand, read_pieces
from abtui.services.spool import Spool

LINE = '{"type":"track","event":"A%d"}'
MIXED = "\n".join(
    [
        LINE % 1,
        f'{{"batch":[{LINE % 2}, {LINE % 3}]}}',
        '{\n  "type": "page"\n}',
        "analytics.page()",
        '{"broken":',
        LINE % 4,
        '{"type":"track","event":"\ud800"}',
        '{"data":[{"type":"track","event":"In"},{"type":"track","event":"In \ud800"}]}',
        'web | {"method":"POST","path":"/v1/t","body":{"type":"track","event":"Posted"}}',
        "[" + LINE % 5 + ",",
        LINE % 6 + "]",
        *(LINE % n for n in range(7, 30)),
    ]
).encode("utf-8", "surrogatepass")


def read(*paths: Path | str, limit: int = 7) -> tuple[EventStore, list[str]]:
    """The store of some files, and what could not be read."""
    store, problems, reading = EventStore(), [], EventReading(Handles(), SdkDefaults(), limit)
    for source in expand([str(path) for path in paths]).sources:
        try:
            for batch in reading.batches(source, lambda _size: None):
                store.add(batch)
        except FileError as error:
            problems.append(error.message)
    return store, problems


def at_once(*paths: Path | str) -> list[Stored]:
    return [
        stored(item)
        for source in expand([str(path) for path in paths]).sources
        for item in read_events(read_pieces(source), source.name)
    ]


def alike(item: Stored) -> tuple[object, ...]:
    """An item without regard to whether its text is bytes, and to spaces around it."""
    text = item.text if isinstance(item.text, str) else item.text.decode("utf-8", "replace")
    return item.source, text.strip(), item.notes, item.broken


@pytest.mark.parametrize("kind", ["file", "gzip", "folder"])
def test_a_store_gives_what_was_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(MIXED)
    if kind == "gzip":
        path = tmp_path / "events.jsonl.gz"
        path.write_bytes(gzip.compress(MIXED))
    elif kind == "folder":
        for name in ("b", "c"):
            (tmp_path / f"{name}.jsonl").write_bytes(MIXED)
        path = tmp_path
    store, problems = read(path)
    whole = [alike(item) for item in at_once(path)]
    assert not problems
    assert [alike(store.item(index)) for index in range(len(store))] == whole
    assert [alike(item) for item in store.items(0, len(store))] == whole
    assert [alike(item) for item in store.items(3, len(store) + 9)] == whole[3:]
    assert [store.source_of(index) for index in range(len(store))] == [item[0] for item in whole]
    assert any(str(source).endswith(" $.data[0]") for source, *_ in whole)
    assert [store.source_of(index) for index in range(len(store))] == [item[0] for item in whole]
    assert [store.broken(index) for index in range(len(store))] == [item[3] for item in whole]


def test_standard_input_is_read_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(_pipe(MIXED), "rb") as pipe:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe))
        store, _ = read("-")
    assert store.item(0).text == (LINE % 1).encode()
    assert store.source_of(len(store) - 1).startswith("stdin:")


def _pipe(data: bytes) -> int:
    out, into = os.pipe()
    os.write(into, data)
    os.close(into)
    return out


def test_what_was_read_before_a_mistake_stays(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(MIXED)[:-20])
    store, problems = read(path, limit=10_000)
    assert len(problems) == 1
    assert "end" in problems[0]
    assert len(store) > 0
    assert store.item(0).text == (LINE % 1).encode()


def text(item: Stored) -> str:
    return item.text if isinstance(item.text, str) else item.text.decode()


def test_an_edited_item_takes_the_others_place(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(LINE % n for n in range(5)))
    store, _ = read(path)
    pasted = Batch()
    pasted.keep(Stored("pasted #1", "{}"))
    assert store.add(pasted) == 5
    store.keep(2, Stored("events.jsonl:3", "{}"))
    assert [text(item) for item in store.items(0, 9)] == [LINE % 0, LINE % 1, "{}", LINE % 3, LINE % 4, "{}"]
    assert store.source_of(5) == "pasted #1"
    # Removed, it leaves no stretch behind.
    store.add(pasted)
    for item in ("pasted #1", "pasted #1"):
        assert store.source_of(5) == item
        store.remove(5)
    assert len(store) == 5
    assert store.stretch(4)[1] == 5
    assert store.add(pasted) == 5


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + b'{"type":"page"}\n'), True),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"A0", b"B0")), False),
        (lambda path: path.write_bytes(path.read_bytes()[5:]), False),
        (lambda path: path.write_bytes(b""), False),
        (lambda path: path.unlink(), True),
        (lambda path: (path.unlink(), path.write_bytes(b"{}")), True),
    ],
    ids=["grown", "edited", "shifted", "emptied", "gone", "replaced"],
)
def test_a_file_that_changes_never_gives_another_events_text(change: object, kept: bool, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(LINE % n + "\n" for n in range(5)))
    os.utime(path, (1, 1))
    store, _ = read(path)
    assert text(store.item(3)) == LINE % 3
    assert callable(change)
    change(path)
    for item in (store.item(3), next(iter(store.items(3, 5)))):
        if kept:
            assert text(item) == LINE % 3
        else:
            event = read_stored(item)
            assert isinstance(event, Unreadable)
            assert [found.code for found in event.findings] == ["FILE-CHANGED"]
            assert event.source.endswith("events.jsonl:4")


def test_far_more_files_than_may_be_open(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.jsonl").write_text(LINE % number)
    store, _ = read(tmp_path)
    for index in (0, 59, 1, 30, 0):
        assert text(store.item(index)) == LINE % index
    (tmp_path / "05.jsonl").unlink()
    assert store.item(5).lost is not None


def test_a_spool_is_private_and_tells_of_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool()
    assert [spool.write(b"abc"), spool.write(b""), spool.write(b"defg")] == [0, 3, 3]
    assert spool.read(2, 3) == b"cde"
    assert spool._file is not None
    assert stat.S_IMODE(os.fstat(spool._file.fileno()).st_mode) & 0o077 == 0

    class Full:
        def seek(self, _at: int) -> None: ...

        def write(self, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_file", Full())
    with pytest.raises(FileError, match="no space left") as told:
        spool.write(b"x")
    assert "TMPDIR" in told.value.hint


def test_numbered_events_and_their_findings_are_in_the_spool() -> None:
    spool = Spool()
    source = EventSource("live", SpooledText(spool), spool, numbered=True)
    found = finding("EVENT-COMPLETED", "Its dates were filled in.", line=1)
    items = [
        Event("live #1", {"type": "track", "event": "A"}, findings=(found,)),
        Event("live #2", {"type": "page", "name": "é"}),
        Unreadable("live #3", "[", (finding("JSON-SYNTAX", "It is broken."),)),
        Event("other #4", {"type": "track", "event": "B"}),
        Event("live #5", {"type": "track", "event": "\ud800"}, findings=(found,)),
    ]
    batch = Batch(source)
    for item in items:
        batch.take(item, spool)
    store = EventStore()
    store.add(batch)
    assert [(alike(store.item(at)), store.item(at).notes) for at in range(5)] == [
        (alike(stored(item)), stored(item).notes) for item in items
    ]
    assert [store.source_of(at) for at in range(5)] == [item.source for item in items]
    assert not batch.kept, "the spool has a source of any form"
    assert spool.size > 0
