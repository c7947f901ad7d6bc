"""Finding, reading and writing files: what is read of a folder, every way a file can fail, and atomic writing."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import stat
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.services.compression import BLOCK, CompressionError, decode_body, gunzip
from abtui.services.errors import FileError, ServiceError
from abtui.services.files import Source, expand, is_stream, read_pieces, read_text_file, write_atomic

as_user = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind root")


def source(path: Path) -> Source:
    return Source(str(path), path.name, None)


def read(path: Path) -> bytes:
    return b"".join(read_pieces(source(path)))


def test_folders_files_and_standard_input_in_order(tmp_path: Path) -> None:
    made = ["b.json", "a.JSONL", "sub/c.ndjson", "sub/d.json.gz", "sub-x/e.txt", "log.gz", "code.js"]
    skipped = ["config.yaml", "a.tar.gz", ".hidden.json", ".git/x.json", "noise.md", "read.me"]
    for name in made + skipped:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    expansion = expand([str(tmp_path / "config.yaml"), "-", str(tmp_path)])
    assert [item.name for item in expansion.sources] == [
        str(tmp_path / "config.yaml"), "stdin", "a.JSONL", "b.json", "code.js", "log.gz", "sub/c.ndjson", "sub/d.json.gz", "sub-x/e.txt",
    ]  # fmt: skip
    assert expansion.errors == ()
    assert expansion.total is None
    assert expand([str(tmp_path)]).total == 2 * len(made)


@pytest.mark.parametrize("name", ["part-00000", "part-00001-ab12.c000.json.gz", "orders.jsonl.1", "orders.jsonl.12.gz", "app.log-20260131", "app.log.2026-01-31", "shop.har", "events.CSV"])  # fmt: skip
def test_other_names_of_events_in_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("{}")
    for other in ("part-00000.parquet", "notes.1", "_SUCCESS", "part.md"):
        (tmp_path / other).write_text("{}")
    expansion = expand([str(tmp_path)])
    assert [item.name for item in expansion.sources] == [name]
    assert expansion.left_out.count == 4


def test_a_path_is_named_as_given_and_equal_names_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one/a.json", "two/a.json", "two/b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert [item.name for item in expand(["one/", "./two", "one/a.json"]).sources] == [
        "one/a.json",
        "./two/a.json",
        "b.json",
        "one/a.json",
    ]
    assert [item.name for item in expand(["."]).sources] == ["one/a.json", "two/a.json", "two/b.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are any bytes on Linux only")
def test_a_name_of_any_bytes_can_be_printed(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\x1b[2J.json"
    Path(os.fsdecode(path)).write_bytes(b"{}")
    (item,) = expand([str(tmp_path)]).sources
    assert item.name == "\\xff\\u001b[2J.json"
    assert b"".join(read_pieces(item)) == b"{}"


def test_what_cannot_be_looked_at_is_an_error_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "dangling").mkdir()
    (tmp_path / "dangling" / "x.json").symlink_to(tmp_path / "nowhere")
    expansion = expand(
        [
            str(tmp_path / "missing"),
            str(tmp_path / "empty"),
            str(tmp_path / "a.json"),
            "nul\0",
            str(tmp_path / "dangling"),
        ]
    )
    assert [item.name for item in expansion.sources] == [str(tmp_path / "a.json")]
    messages = [error.message for error in expansion.errors]
    assert messages[0].endswith("missing does not exist.")
    assert messages[1].endswith("empty holds no file of events.")
    assert "nul\\u0000 cannot be read" in messages[2]
    assert messages[3].endswith("x.json does not exist.")
    assert all(isinstance(error, ServiceError) for error in expansion.errors)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_read_if_named_and_not_waited_for_in_a_folder(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    (tmp_path / "a.json").write_text("{}")
    assert [item.name for item in expand([str(tmp_path)]).sources] == ["a.json"]
    (item,) = expand([str(pipe)]).sources
    assert item.size is None

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            for byte in gzip.compress(b'{"a": 1}'):
                file.write(bytes([byte]))

    thread = threading.Thread(target=write)
    thread.start()
    assert b"".join(read_pieces(item)) == b'{"a": 1}'
    thread.join()


@as_user
def test_files_that_may_not_be_read_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "a.json").chmod(0)
    expansion = expand([str(tmp_path)])
    assert "closed may not be read" in expansion.errors[0].message
    with pytest.raises(FileError, match="may not be read"):
        read(tmp_path / "a.json")


def test_pieces_and_progress(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(BLOCK * 2 + 5)
    for name, written in (("a.json", data), ("b.gz", gzip.compress(data, 1))):
        path = tmp_path / name
        path.write_bytes(written)
        told: list[int] = []
        pieces = list(read_pieces(source(path), told.append))
        assert b"".join(pieces) == data
        assert max(map(len, pieces)) <= BLOCK
        assert sum(told) == len(written)
        assert len(told) > 1
    (tmp_path / "empty.gz").write_bytes(b"")
    assert list(read_pieces(source(tmp_path / "empty.gz"))) == []


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(gzip.compress(b"1") + gzip.compress(b"2") + b"\0" * 100)
    (tmp_path / "b.gz").write_bytes(b"plain")
    assert read(tmp_path / "a.json") == b"12"
    assert read(tmp_path / "b.gz") == b"plain"


@pytest.mark.parametrize(
    ("data", "readable", "said"),
    [
        (gzip.compress(b"x" * 5000)[:-4], b"x" * 5000, "ends too early"),
        (gzip.compress(b"x")[:5], b"", "ends too early"),
        (gzip.compress(b"x") + gzip.compress(b"y")[:-8] + b"12345678", b"x", "damaged"),
        (gzip.compress(b"x") + b"garbage", b"x", "damaged"),
        (gzip.compress(b"x") + gzip.compress(b"y")[:9], b"x", "ends too early"),
        (b"\x1f\x8b\x07\x00\x00\x00", b"", "damaged"),
        (b"PK\x03\x04 and so on", b"", "a zip archive"),
        (b"\x28\xb5\x2f\xfd and so on", b"", "zstd"),
        (b"BZh91AY and so on", b"", "bzip2"),
        (b"\xfd7zXZ\x00", b"", "xz"),
    ],
    ids=range(10),
)
def test_what_can_be_read_comes_before_the_error(tmp_path: Path, data: bytes, readable: bytes, said: str) -> None:
    (tmp_path / "a.gz").write_bytes(data)
    got: list[bytes] = []
    with pytest.raises(FileError, match=said) as caught:
        got.extend(read_pieces(source(tmp_path / "a.gz")))
    assert b"".join(got) == readable
    assert "a.gz" in caught.value.message
    assert caught.value.hint


def test_a_bomb_is_read_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(100 << 20), 1))
    pieces = read_pieces(source(tmp_path / "a.gz"))
    assert len(next(pieces)) == BLOCK
    pieces.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["missing", ""])
def test_reading_what_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError):
        list(read_pieces(Source(str(tmp_path / name), "shown", None)))
    with pytest.raises(FileError):
        read_text_file(str(tmp_path / name), 10)


def test_standard_input_is_read_and_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress(b"{}")))
    monkeypatch.setattr("sys.stdin", stdin)
    (item,) = expand(["-"]).sources
    assert b"".join(read_pieces(item)) == b"{}"
    assert not stdin.closed
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a: 1\r\n")))
    assert read_text_file("-", 10) == "a: 1\r\n"
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(FileError, match="no standard input"):
        list(read_pieces(item))
    with pytest.raises(FileError, match="no standard input"):
        read_text_file("-", 10)


@given(st.lists(st.binary()), st.integers(1, 50))
def test_gunzip_undoes_gzip_however_it_is_cut(members: list[bytes], size: int) -> None:
    packed = b"".join(map(gzip.compress, members))
    assert b"".join(gunzip(packed[i : i + size] for i in range(0, len(packed), size))) == b"".join(members)


@given(st.binary(), st.sampled_from(["gzip", "deflate", "deflate, gzip", "br", "", "IDENTITY"]), st.integers(0, 100))
def test_any_body_is_decoded_or_refused(data: bytes, encoding: str, limit: int) -> None:
    for content in (data, gzip.compress(data)):
        with contextlib.suppress(CompressionError):
            assert len(decode_body(content, encoding, limit).data) <= limit


def test_text_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xa4\r\n")
    assert read_text_file(str(path), 100) == "\ufeffa: \u00e4\r\n"
    assert read_text_file(str(path), 10) == "\ufeffa: \u00e4\r\n"
    with pytest.raises(FileError, match="larger than 9 bytes"):
        read_text_file(str(path), 9)
    path.write_bytes(b"a\nb\xff\n")
    with pytest.raises(FileError, match="line 2"):
        read_text_file(str(path), 100)
    with pytest.raises(FileError, match=r"is a folder, not a file\."):
        read_text_file(str(tmp_path), 100)


def test_writing_replaces_a_file_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    write_atomic(str(path), "a: \u00e4\r\n")
    assert path.read_bytes() == b"a: \xc3\xa4\r\n"
    before = path.stat()
    write_atomic(str(path), "b\n")
    assert path.read_bytes() == b"b\n"
    assert path.stat().st_ino != before.st_ino
    assert [item.name for item in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="permission bits as on POSIX")
def test_writing_keeps_permission_bits_and_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    before = os.umask(0o027)
    try:
        write_atomic(str(path), "a")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        for mode in (0o600, 0o664, 0o755):
            path.chmod(mode)
            write_atomic(str(path), "b")
            assert stat.S_IMODE(path.stat().st_mode) == mode
    finally:
        os.umask(before)


def test_writing_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "config.yaml").write_text("a")
    (tmp_path / "link.yaml").symlink_to("real/config.yaml")
    write_atomic(str(tmp_path / "link.yaml"), "b")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real" / "config.yaml").read_text() == "b"


@pytest.mark.parametrize(
    "links", [{"loop": "loop"}, {"loop": "other", "other": "loop"}, {"loop": "other/x", "other": "loop"}]
)
def test_links_in_a_circle_are_not_replaced(links: dict[str, str], tmp_path: Path) -> None:
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    with pytest.raises(FileError, match="was not written: too many levels of symbolic links"):
        write_atomic(str(tmp_path / "loop"), "new")
    assert {item.name: os.readlink(item) for item in tmp_path.iterdir()} == links


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("between")
    (tmp_path / "between").symlink_to("new")
    write_atomic(str(tmp_path / "link"), "a")
    assert (tmp_path / "new").read_text() == "a"
    assert (tmp_path / "link").is_symlink()


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("old")

    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        with pytest.raises(FileError, match="was not written: no space left"):
            write_atomic(str(path), "new")
    with pytest.raises(FileError, match="character 2 is half a character"):
        write_atomic(str(path), "a\ud800")
    with pytest.raises(FileError, match="not written"):
        write_atomic(str(tmp_path), "a folder")
    with pytest.raises(FileError, match="not written"):
        write_atomic(str(tmp_path / "missing" / "a"), "a")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_of_a_device_it_is_not_said_that_it_is_as_it_was() -> None:
    with pytest.raises(FileError, match="no space left") as caught:
        write_atomic("/dev/full", "x")
    assert caught.value.hint == ""


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe and a socket in the file system")
def test_pipes_are_told_from_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    streams = [name for name in ("pipe", "link", "file", "dangling", "", "missing", "file/x", "\0") if is_stream(str(tmp_path / name))]  # fmt: skip
    assert streams == ["pipe", "link"]
    assert is_stream(os.devnull)


@as_user
def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(FileError, match="read-only"):
        write_atomic(str(path), "new")
    assert path.read_text() == "old"
