"""Objects in a store over real HTTP: which are read, what a store may do meanwhile, and what is said. No test leaves this machine."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abtui.services import object_store as service
from abtui.services import objects
from abtui.services.errors import FileError
from abtui.services.files import Expansion, Source, expand, read_pieces
from abtui.services.spool import Spool
from tests.cli.kit import abtui, lines
from tests.generate import config_text
from tests.object_store import KEY, SECRET, Fault, ObjectStore, object_store

EVENT = b'{"type":"track","event":"Order Completed","userId":"u1","messageId":"m%d","sentAt":"2025-01-01T00:00:00.000Z","originalTimestamp":"2025-01-01T00:00:00.000Z"}\n'


def events(count: int, first: int = 0) -> bytes:
    return b"".join(EVENT % number for number in range(first, first + count))


@pytest.fixture(scope="module")
def _store() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def store(_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    monkeypatch.setattr(service, "PAUSES", (0.0, 0.0))
    _store.faults = lambda _method, _path, _query: None
    _store.requests.clear()
    yield _store
    _store.faults = lambda _method, _path, _query: None


@pytest.fixture
def s3(store: ObjectStore) -> Any:
    import fsspec

    return fsspec.filesystem("s3", use_listings_cache=False)


@pytest.fixture
def bucket(s3: Any, request: pytest.FixtureRequest) -> str:
    name = "".join(character for character in request.node.name.lower() if character.isalnum())[:60]
    s3.mkdir(name)
    return name


def listed(*paths: str) -> tuple[list[Source], list[FileError], Expansion]:
    expansion = expand(paths)
    errors = list(expansion.errors)
    return list(expansion.each(errors.append)), errors, expansion


def read(url: str) -> bytes:
    return b"".join(read_pieces(Source(url, url, 1)))


def broken(store: ObjectStore, end: str, *faults: Fault | None) -> None:
    """Answer the first requests for an object's bytes so."""
    left = list(faults)

    def fault(method: str, path: str, _query: str) -> Fault | None:
        return left.pop(0) if left and method == "GET" and path.endswith(end) else None

    store.faults = fault


def test_prefixes_wildcards_and_names(s3: Any, bucket: str) -> None:
    for key in (
        "in/a.jsonl",
        "in/b/c.jsonl.gz",
        "in/b/part-0",
        "in/notes.md",
        "in/.hidden/d.jsonl",
        "in/x[1].csv",
        "in/b/",
        "index.json",
    ):
        s3.pipe(f"{bucket}/{key}", b"{}" if not key.endswith("/") else b"")
    base = f"s3://{bucket}"
    below = [f"{base}/in/{name}" for name in ("a.jsonl", "b/c.jsonl.gz", "b/part-0", "x[1].csv")]
    for given, expected in {
        f"{base}/in/": below,
        f"{base}/in": below,
        base: [*below, f"{base}/index.json"],
        f"{base}/in/notes.md": [f"{base}/in/notes.md"],
        f"{base}/in/x[1].csv": [below[3]],
        f"{base}/in/?.jsonl": [below[0]],
        f"{base}/in/*": [below[0], f"{base}/in/notes.md", below[3]],
        f"{base}/**/*[0-9]": [below[2]],
    }.items():
        sources, errors, expansion = listed(given)
        assert ([source.name for source in sources], errors) == (expected, []), given
        assert expansion.ends
    _, _, expansion = listed(f"{base}/in/")
    assert expansion.left_out.message == "1 file of a folder was left out: notes.md."


def test_the_first_object_is_there_before_the_listing_ends(s3: Any, bucket: str, store: ObjectStore) -> None:
    for number in range(7):
        s3.pipe(f"{bucket}/{number}.jsonl", b"{}")
    store.requests.clear()
    asked = 0

    def two_a_page(method: str, path: str, query: str) -> Fault | None:
        nonlocal asked
        asked += "list-type" in query
        return None

    store.faults = two_a_page
    original = s3.call_s3
    s3.call_s3 = lambda *given, **kwargs: original(*given, MaxKeys=2, **kwargs)
    try:
        sources = expand([f"s3://{bucket}/"]).each(pytest.fail)
        assert next(sources).name.endswith("/0.jsonl")
        assert asked == 1
        assert [source.name[-7:] for source in sources] == [f"{number}.jsonl" for number in range(1, 7)]
        assert asked == 4
    finally:
        del s3.call_s3


@pytest.mark.parametrize("faults", [("slow down", "slow down"), ("short",), (None, "cut", "server error")], ids=str)
def test_a_request_that_fails_is_tried_again_from_where_it_was(
    faults: tuple[Fault | None, ...], s3: Any, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_STRETCH", 1000)
    plain = events(40)
    s3.pipe(f"{bucket}/a.jsonl", plain)
    s3.pipe(f"{bucket}/a.jsonl.gz", gzip.compress(plain))
    for name in ("a.jsonl", "a.jsonl.gz"):
        broken(store, name, *faults)
        assert read(f"s3://{bucket}/{name}") == plain


def test_an_answer_that_does_not_come_is_asked_for_again(
    s3: Any, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec

    s3.pipe(f"{bucket}/a.jsonl", events(40))
    monkeypatch.setattr(service, "PAUSES", (0.0,) * 99)
    monkeypatch.setitem(fsspec.config.conf, "s3", {"config_kwargs": {"read_timeout": 1}})
    broken(store, "a.jsonl", "stall")
    assert read(f"s3://{bucket}/a.jsonl") == events(40)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("slow down", "could not be reached in 3 tries: the store asks to slow down (SlowDown)."),
        ("server error", "could not be reached in 3 tries: the store answers with an error (InternalError)."),
        ("cut", "could not be reached in 3 tries: the connection to the store fails."),
        ("short", "could not be reached in 3 tries: its answers do not have the bytes that were asked for."),
        ("denied", "Access to {url} was denied."),
    ],
)
def test_what_stays_broken_is_told_by_name_and_the_rest_is_read(
    fault: Fault, said: str, s3: Any, bucket: str, store: ObjectStore, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        s3.pipe(f"{bucket}/{name}.jsonl", events(5))
    broken(store, "b.jsonl", *[fault] * 9)
    config = tmp_path / "config.yaml"
    config.write_text(config_text())
    done = abtui("map", str(config), f"s3://{bucket}/")
    text = done.stderr.decode()
    assert done.returncode == 1
    assert said.format(url=f"s3://{bucket}/b.jsonl") in text
    assert f"s3://{bucket}/b.jsonl" in text
    assert not any(word in text + done.stdout.decode() for word in (KEY, SECRET, "X-Amz", "Traceback", store.url))
    assert len(lines(done)) == 10


def test_an_object_that_is_changed_meanwhile_is_not_mixed(
    s3: Any, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_STRETCH", 1000)
    s3.pipe(f"{bucket}/a.jsonl", events(200))
    pieces = read_pieces(Source(f"s3://{bucket}/a.jsonl", "a", 1))
    assert next(pieces) == events(200)[:1000]
    s3.pipe(f"{bucket}/a.jsonl", events(200, first=500))
    with pytest.raises(FileError, match="was changed while it was read"):
        list(pieces)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://there-is-none/a/", "There is no bucket there-is-none"),
        ("s3://{bucket}/none.jsonl", "There is no object s3://{bucket}/none.jsonl."),
        ("s3://{bucket}/other/", "s3://{bucket}/other/ holds no object of events."),
        ("s3:///a", "names no bucket"),
        ("s3://a*/b", "has a wildcard"),
        ("ftp://host/a.jsonl", "Addresses of ftp:// cannot be used."),
        ("s3://user:pass-word@bucket/a", "has credentials in it"),
        ("s3://bucket/a?X-Amz-Signature=pass-word", "has credentials in it"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, said: str, s3: Any, bucket: str, tmp_path: Path) -> None:
    s3.pipe(f"{bucket}/other/notes.md", b"")
    config = tmp_path / "config.yaml"
    config.write_text(config_text())
    done = abtui("check", str(config), url.format(bucket=bucket))
    text = (done.stderr + done.stdout).decode()
    assert done.returncode == 1
    assert said.format(bucket=bucket) in text
    assert "pass-word" not in text


@pytest.mark.parametrize("url", ["s3://user:pass-word@bucket", "s3://bucket/a?X-Amz-Signature=pass-word"])
@pytest.mark.parametrize(
    "command", [("test", "config.yaml", "--record"), ("send", "--target", "settings", "config.yaml")]
)
def test_credentials_in_an_address_are_not_kept(command: tuple[str, ...], url: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(config_text())
    (tmp_path / "a.jsonl").write_bytes(events(1))
    more = ["--record", "a.jsonl", "-o", "cases.abtui.yaml"] if command[0] == "test" else ["a.jsonl"]
    done = abtui(*command, url, *more, cwd=tmp_path)
    assert done.returncode == 2
    assert b"has credentials in it" in done.stderr
    assert b"pass-word" not in done.stderr + done.stdout
    assert not (tmp_path / "cases.abtui.yaml").exists()


def test_missing_credentials_and_a_missing_library(s3: Any, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.pipe(f"{bucket}/a.jsonl", b"{}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    s3.clear_instance_cache()
    try:
        _, [error], _ = listed(f"s3://{bucket}/a.jsonl")
    finally:
        s3.clear_instance_cache()
    assert error.message == f"There are no valid credentials to read s3://{bucket}/a.jsonl."
    assert "AWS_PROFILE" in error.hint
    monkeypatch.setitem(sys.modules, "fsspec", None)
    _, [error], _ = listed(f"s3://{bucket}/a.jsonl")
    assert error.hint == "Install it: pip install 'abtui[cloud]'."


def test_a_store_without_pages_is_listed_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setattr(service, "_SCHEMES", {"memory": ""})
    memory = fsspec.filesystem("memory")
    keys = ["a-b/1.jsonl", "a/2.jsonl", "a/b/3.jsonl", "a.jsonl", "z/4.jsonl"]
    try:
        for key in keys:
            memory.pipe(f"/bucket/{key}", EVENT)
        sources, errors, _ = listed("memory://bucket/", "memory://bucket/a/*/*.jsonl")
        assert [source.name[16:] for source in sources] == [*sorted(keys), "a/b/3.jsonl"]
        assert errors == []
        assert read("memory://bucket/a/2.jsonl") == EVENT
        monkeypatch.setattr(objects, "_STRETCH", 100)
        pieces = read_pieces(Source("memory://bucket/a/2.jsonl", "a", 1))
        next(pieces)
        memory.pipe("/bucket/a/2.jsonl", EVENT)
        with pytest.raises(FileError, match="was changed while it was read"):
            list(pieces)
    finally:
        memory.rm("/bucket", recursive=True)


@pytest.mark.parametrize("size", [0, 10, 9 << 20])
def test_an_object_is_written_whole_or_not_at_all(size: int, s3: Any, bucket: str, store: ObjectStore) -> None:
    content, url = Spool(), f"s3://{bucket}/out.jsonl"
    content.write(b"x" * size)
    store.faults = lambda method, _path, _query: "server error" if method in ("PUT", "POST") else None
    if size:
        with pytest.raises(FileError, match=r"out\.jsonl could not be reached in 3 tries"):
            objects.write_object(url, content)
        assert not s3.exists(f"{bucket}/out.jsonl")
    left: list[Fault] = ["slow down"]
    store.faults = lambda method, _path, query: (
        left.pop() if left and method == "PUT" and "partNumber=2" in query else None
    )
    objects.write_object(url, content)
    assert s3.cat(f"{bucket}/out.jsonl") == b"x" * size
    assert s3.list_multipart_uploads(bucket) == []
    assert list(objects.existing(f"s3://{bucket}/", ["out.jsonl", "none"])) == ["out.jsonl"]


def test_map_writes_an_object_for_each(s3: Any, bucket: str, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(config_text())
    s3.pipe(f"{bucket}/in/1/a.jsonl", events(3))
    s3.pipe(f"{bucket}/in/2/a.json.gz", gzip.compress(events(4)))
    s3.pipe(f"{bucket}/in/3/cut.gz", gzip.compress(events(50))[:-20])
    run = ("map", str(config), f"s3://{bucket}/in/", "-o")
    done = abtui(*run, f"s3://{bucket}/out")
    text = done.stderr.decode()
    assert done.returncode == 1
    assert f"s3://{bucket}/in/3/cut.gz cannot be read to its end" in text
    assert f"s3://{bucket}/out/3/cut.jsonl was not written" in text
    assert f"2 of 3 outputs written below s3://{bucket}/out." in text
    assert sorted(s3.find(f"{bucket}/out")) == [f"{bucket}/out/1/a.jsonl", f"{bucket}/out/2/a.jsonl"]
    assert s3.cat(f"{bucket}/out/1/a.jsonl") == abtui(*run[:2], f"s3://{bucket}/in/1/a.jsonl").stdout
    again = abtui(*run, f"s3://{bucket}/out/")
    assert again.returncode == 2
    assert b"1/a.jsonl already exists (and 1 more). --force overwrites" in again.stderr
    assert abtui(*run, f"s3://{bucket}/out/", "--force").returncode == 1
    inside = abtui(*run, f"s3://{bucket}/in/out/")
    assert inside.returncode == 2
    assert b"would be read as events" in inside.stderr
    local = abtui(*run, str(tmp_path / "new" / "folder"), "--format", "body")
    assert local.returncode == 1
    assert (tmp_path / "new/folder/2/a.jsonl").read_bytes().count(b"\n") == 4


@pytest.mark.parametrize(
    "command",
    [
        ("map", "{config}", "{url}"),
        ("check", "{config}", "{url}", "--format", "json"),
        ("diff", "{config}", "{config}", "{url}", "--format", "json"),
        ("experiments", "{config}", "{url}", "--format", "json"),
        ("test", "{config}", "--record", "{url}"),
        ("send", "--dry-run", "--target", "settings", "{config}", "{url}", "--format", "json"),
    ],
    ids=lambda command: command[0],
)
def test_each_command_says_of_an_object_what_it_says_of_its_file(
    command: tuple[str, ...], s3: Any, bucket: str, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(config_text())
    data = gzip.compress(events(3) + b"{broken\n" + events(3, first=3))
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    s3.pipe(f"{bucket}/a.jsonl.gz", data)
    url, file = f"s3://{bucket}/a.jsonl.gz", "a.jsonl.gz"
    of_object = abtui(*(part.format(config="config.yaml", url=url) for part in command), cwd=tmp_path)
    of_file = abtui(*(part.format(config="config.yaml", url=file) for part in command), cwd=tmp_path)
    assert of_object.returncode == of_file.returncode
    if command[0] == "test":
        # The events of a file are referred to; those of an object are in the case.
        assert of_object.stdout.count(b"messageId") == 1
        assert of_object.stderr == of_file.stderr.replace(file.encode(), url.encode())
        return
    for name in ("stdout", "stderr"):
        assert getattr(of_object, name).replace(url.encode(), file.encode()) == getattr(of_file, name)


def test_two_inputs_with_one_output_and_other_mistakes_of_map_o(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(config_text())
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_bytes(events(1))
    (tmp_path / "in/a.csv").write_bytes(events(1))
    run = ("map", str(config), str(tmp_path / "in"))
    for extra, said in {
        ("-o", f"{tmp_path}/out"): b"would both be written to",
        ("-o", str(config)): b"is a file, not a folder",
        ("-o", "ftp://x/y"): b"Addresses of ftp:// cannot be used",
        ("-o", f"{tmp_path}/out", "--format", "table"): b"is for reading",
        ("--force",): b"--force goes with -o",
    }.items():
        done = abtui(*run, *extra)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()


def test_the_workbench_says_that_objects_are_for_commands(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(config_text())
    done = abtui(str(tmp_path / "config.yaml"), "s3://bucket/a/")
    assert done.returncode == 2
    assert b"abtui check CONFIG s3://" in done.stderr
