"""Many objects in a store that throttles, some of them broken: what `check`, `diff` and `map -o` say of them, run by hand.

    python -m tests.scale.objects [--objects N] [--events N] [--jobs N]... [--cluster]

The store is moto's S3 server on this machine, behind a proxy that answers some requests with 503, a stall or half of what was
asked for. The same objects are also in a folder: each report must be that of the folder, but for the names. With `--cluster` a
Dask cluster of two workers does it, too, of which one is killed in the middle of each command.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.generate import config_text
from tests.object_store import Fault, ObjectStore, object_store

BUCKET: Final = "events"
_THROTTLED: Final = 7
"""Each such request is answered with a fault."""
_FAULTS: Final[tuple[Fault, ...]] = ("slow down", "cut", "slow down", "server error", "short")
_STALLS: Final = 211
_KILLS: Final = 60
"""The request at which a worker is killed."""
_TRUNCATED: Final = (23, 71, 149)
_NO_GZIP: Final = 97
_DAMAGED: Final = 131


class Trouble:
    """What the proxy does to requests for objects and listings, always the same for the same order of requests."""

    def __init__(self, kill: Callable[[], None] | None = None) -> None:
        self._numbers, self._kill = count(1), kill
        self.done = 0

    def __call__(self, method: str, _path: str, _query: str) -> Fault | None:
        if method not in ("GET", "PUT", "POST"):
            return None
        number = next(self._numbers)
        if number == _KILLS and self._kill is not None:
            self._kill()
        if number % _STALLS == 0:
            self.done += 1
            return "stall"
        if number % _THROTTLED == 0:
            self.done += 1
            return _FAULTS[number // _THROTTLED % len(_FAULTS)] if method == "GET" else "slow down"
        return None


def event(number: int) -> bytes:
    """One event; every fiftieth has no user, so that there is something to find."""
    user = {} if number % 50 == 0 else {"userId": f"u{number % 9_000}"}
    value = {
        "type": "track",
        "event": ("Order Completed", "Product Viewed", "Signed Up")[number % 3],
        **user,
        "messageId": f"m-{number}",
        "properties": {"revenue": number % 97, "currency": "EUR", "filler": "x" * (number % 40)},
        "originalTimestamp": "2026-01-01T00:00:00.000Z",
        "sentAt": "2026-01-01T00:00:00.000Z",
    }
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def fill(objects: int, events: int, folder: Path) -> list[str]:
    """Write the objects to the store and to a folder. Returns the keys of the broken ones."""
    import fsspec

    s3 = fsspec.filesystem("s3")
    s3.mkdir(BUCKET)
    bad = []
    for index in range(objects):
        first = index * events // objects
        plain = b"".join(map(event, range(first, (index + 1) * events // objects)))
        key = f"day={index % 7}/part-{index:05}.jsonl.gz"
        data = gzip.compress(plain, 1)
        broken = {_NO_GZIP: b"<html>Service unavailable</html>", _DAMAGED: data[:60] + bytes(60) + data[120:]}
        broken |= dict.fromkeys(_TRUNCATED, data[: len(data) // 2])
        if index in broken:
            bad.append(key)
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(broken.get(index, data))
        s3.pipe(f"{BUCKET}/in/{key}", broken.get(index, data))
    return bad


def run(*arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """A command in a process of its own, and the seconds it took."""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "abtui", *arguments], capture_output=True, text=True, check=False)
    return done, time.monotonic() - start


def named(done: subprocess.CompletedProcess[str], bad: Iterable[str]) -> bool:
    """Whether each broken object is told, and no other one as an error."""
    errors = set(re.findall(rf"error: s3://{BUCKET}/in/(\S+?\.gz)", done.stderr))
    return errors <= set(bad) and all(f"s3://{BUCKET}/in/{key}" in done.stderr + done.stdout for key in bad)


def main() -> int:
    """Run it, and print a line for each command. Returns 1 if something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=200)
    parser.add_argument("--events", type=int, default=400_000)
    parser.add_argument("--jobs", type=int, action="append", help="also with this many worker processes")
    parser.add_argument("--cluster", action="store_true", help="also with a cluster that loses a worker")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, object_store() as store:
        # A process has its settings from its environment alone.
        os.environ["FSSPEC_S3"] = json.dumps({"config_kwargs": {"read_timeout": 2}})
        os.environ["ABSMARTLY_API_KEY"] = "k" * 20
        return measure(store, Path(place), given)


def measure(store: ObjectStore, place: Path, given: argparse.Namespace) -> int:
    """See `main`."""
    config, other, folder = place / "config.yaml", place / "other.yaml", place / "folder"
    config.write_text(config_text())
    other.write_text(config_text().replace("production", "staging"))
    bad = fill(given.objects, given.events, folder)
    print(f"{given.objects} objects, {given.events:,} events, broken: {', '.join(bad)}")
    failed = False
    with cluster() if given.cluster else nullcontext(None) as killed:
        ways: list[tuple[list[str], Callable[[], None] | None]] = [([], None)]
        ways += [(["--jobs", str(number)], None) for number in given.jobs or ()]
        ways += [(["--engine", f"dask={killed.address}"], killed.kill)] if killed is not None else []
        for extra, kill in ways:
            failed |= not reported(store, config, other, folder, bad, extra, kill)
            failed |= not mapped(store, config, folder, bad, extra, kill)
    return int(failed)


class Killed(NamedTuple):
    """A cluster: the address of its scheduler, and what kills one of its workers."""

    address: str
    kill: Callable[[], None]


@contextmanager
def cluster() -> Iterator[Killed]:
    """A Dask cluster of two workers, which starts another one for each that is killed."""
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as started:  # type: ignore[no-untyped-call]
        address: str = started.scheduler_address

        def kill() -> None:
            with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                process = next(iter(client.run(os.getpid).values()))
            print(f"  worker {process} is killed")
            os.kill(process, signal.SIGKILL)

        # The requests are answered by an event loop, which must not wait.
        yield Killed(address, lambda: threading.Thread(target=kill).start())


def reported(
    store: ObjectStore,
    config: Path,
    other: Path,
    folder: Path,
    bad: list[str],
    extra: list[str],
    kill: Callable[[], None] | None,
) -> bool:
    """Whether the reports of objects are those of the files."""
    failed = False
    url = f"s3://{BUCKET}/in/"
    for command in (["check", str(config)], ["diff", str(config), str(other)]):
        store.faults = trouble = Trouble(kill)
        before = len(store.requests)
        remote, seconds = run(*command, url, "--format", "json", *extra)
        local, local_seconds = run(*command, str(folder), "--format", "json", *([] if kill else extra))
        same = without_names(remote.stdout) == without_names(local.stdout)
        good = same and remote.returncode == 1 and named(remote, bad)
        failed |= not good
        print(
            f"{command[0]} {' '.join(extra)}: {'good' if good else 'WRONG'}; the same as of the folder: {same}; broken ones named: {named(remote, bad)}; exit {remote.returncode};"
            f" {len(store.requests) - before} requests, {trouble.done} broken; {seconds:.1f} s, from the folder {local_seconds:.1f} s"
        )
        if not good:
            print(remote.stderr[-2000:])
    return not failed


def mapped(
    store: ObjectStore, config: Path, folder: Path, bad: list[str], extra: list[str], kill: Callable[[], None] | None
) -> bool:
    """Whether `map -o` writes for each object what `map` says of its file, and nothing for those that cannot be read to their end."""
    import fsspec

    s3 = fsspec.filesystem("s3", use_listings_cache=False)
    name = "out" if not extra else "".join(extra[0].strip("-"))
    out = f"s3://{BUCKET}/{name}/"
    store.faults = trouble = Trouble(kill)
    remote, seconds = run("map", str(config), f"s3://{BUCKET}/in/", "-o", out, *extra)
    local = folder.parent / name
    _, local_seconds = run("map", str(config), str(folder), "-o", str(local), *([] if kill else extra))
    store.faults = lambda _method, _path, _query: None
    keys = {key.removeprefix(out.removeprefix("s3://")) for key in s3.find(out)}
    expected = {path.relative_to(local).as_posix() for path in local.rglob("*.jsonl")}
    # An outcome names its source: the object by its address, the file by its place in the folder.
    same = all(
        s3.cat(out + key).replace(f"s3://{BUCKET}/in/".encode(), b"") == (local / key).read_bytes() for key in expected
    )
    left = s3.list_multipart_uploads(BUCKET)
    good = keys == expected and same and remote.returncode == 1 and named(remote, bad) and not left
    print(
        f"map -o {' '.join(extra)}: {'good' if good else 'WRONG'}; {len(keys)} outputs, the same as of the folder: {same}; exit {remote.returncode};"
        f" {trouble.done} requests broken; unfinished uploads left: {len(left)}; {seconds:.1f} s, from the folder {local_seconds:.1f} s"
    )
    if not good:
        print(remote.stderr[-2000:])
    return good


def without_names(report: str) -> Any:
    """A report without what differs: the objects have their addresses as names."""
    return json.loads(report.replace(f"s3://{BUCKET}/in/", ""))


if __name__ == "__main__":
    sys.exit(main())
