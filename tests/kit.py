"""What tests share: a config and an event, waiting for other threads and processes, and the command line in this process."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import jsonschema_rs
import msgspec
import pytest
from textual.pilot import Pilot

from abtui.__main__ import main
from abtui.core.config import Config, Target
from abtui.core.config.segment_settings import SegmentSettings, segment_document, segment_settings
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import filled
from abtui.core.destinations import DEFAULT as CLASSIC
from abtui.core.events import SdkDefaults, Unreadable, read_events, read_text
from abtui.core.outcomes import Outcome
from abtui.core.text.secret import Secret

PATIENCE: Final = 180.0
"""Seconds after which what is waited for is taken to never come. It is no measure of anything: a machine under load takes its time."""
_TURN_SECONDS: Final = 0.01


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Wait for something that comes from beside the screen; fail, with what it was, when it does not."""
    end = time.monotonic() + PATIENCE
    await pilot.pause(0)
    while not true():
        if time.monotonic() > end or pilot.app._exception is not None:
            never(true)
        # A pause asks every widget whether it is done, which is much work to wait with.
        await asyncio.sleep(_TURN_SECONDS)
    await pilot.pause()


async def eventually(true: Callable[[], object]) -> None:
    """Wait for something that comes from another thread or process; fail, with what it was, when it does not."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            never(true)
        await asyncio.sleep(_TURN_SECONDS)


def never(true: Callable[[], object]) -> None:
    """Fail, with the source of what was waited for."""
    try:
        source = inspect.getsource(true).strip()
    except (OSError, TypeError):
        source = repr(true)
    pytest.fail(f"It did not come to pass, with {PATIENCE:.0f} seconds for it: {source}")


Sink = Literal["kept", "closed", "full"]
"""Where a stream of a command goes: into the answer, nowhere as it is closed, or to a disk that is full."""


def run_abtui(
    *arguments: str,
    stdin: bytes | None = b"",
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    out: Sink = "kept",
    err: Sink = "kept",
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in this process, with streams that are files, as a process has them; `stdin` None is a closed one.

    A process of its own takes half a second: it is for tests of what only a process has (signals, pipes, what is loaded).
    """
    streams = {"stdin": _given(stdin), "stdout": _sink(out), "stderr": _sink(err)}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as open_files:
        for stream in streams.values():
            if stream is not None:
                open_files.callback(stream.buffer.raw.close)  # type: ignore[attr-defined]
        for name, value in (env or {}).items():
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        patch.setattr(sys, "argv", ["abtui", *arguments])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
            patch.setattr(sys, f"__{name}__", stream)
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code or 0
        kept = [_ended(sys.stdout), _ended(sys.stderr)]
    assert isinstance(code, int), code
    return subprocess.CompletedProcess(arguments, code, *kept)


def _given(data: bytes | None) -> TextIO | None:
    if data is None:
        return None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(data)
    file.seek(0)
    return io.TextIOWrapper(file, encoding="utf-8")


def _sink(sink: Sink) -> TextIO | None:
    if sink == "closed":
        return None
    file = open("/dev/full", "wb") if sink == "full" else tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    return io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", write_through=sink == "kept")


def _ended(stream: TextIO | None) -> bytes:
    """What was written. A process that ends writes what it still holds: that must not fail either."""
    if stream is None:
        return b""
    stream.flush()
    if not stream.buffer.readable():
        return b""
    stream.buffer.seek(0)
    return stream.buffer.read()


def settings_of(**given: object) -> dict[str, object]:
    """The values of all settings of the classic destination: `unit_mapping` is its `unitMapping`; what is not given has its default."""
    camel = {re.sub("_([a-z])", lambda match: match[1].upper(), name): value for name, value in given.items()}
    return filled(CLASSIC.settings, camel)


def classic_config(settings: Mapping[str, object], **more: Any) -> Config:
    """A config of the classic destination with one target, as its settings describe it."""
    target = Target(
        name="settings",
        collector_endpoint=str(settings["collectorEndpoint"]),
        environment=str(settings["environment"]),
        api_key=settings["apiKey"] if isinstance(settings["apiKey"], Secret) else None,
        application=str(settings["application"]) or None,
    )
    return Config(destination="classic", settings=settings, default_target=target, targets=(target,), **more)


def map_pieces(
    pieces: Iterable[bytes | str], source: str, config: Config, *, explain: bool = False, sdk: SdkDefaults | None = None
) -> Iterator[Outcome | Unreadable]:
    """The outcomes of a text in pieces, such as the blocks of a file."""
    return Mapper(config).outcomes(read_events(pieces, source, _knowing(sdk, config)), explain=explain)


def map_text(
    text: str, config: Config, *, source: str = "pasted", explain: bool = False, sdk: SdkDefaults | None = None
) -> list[Outcome | Unreadable]:
    """The outcomes of one text, such as a paste."""
    return list(Mapper(config).outcomes(read_text(text, source, _knowing(sdk, config)), explain=explain))


def _knowing(sdk: SdkDefaults | None, config: Config) -> SdkDefaults:
    """What events are read with, so that no message about one quotes a key of the config."""
    return msgspec.structs.replace(sdk or SdkDefaults(), secrets=config.secrets)


CONFIG = """\
destination: classic
settings:
  apiKey: ${KEY}
  collectorEndpoint: https://acme.absmartly.io/v1
  environment: staging
  application: website
  enablePageViewTracking: true
  enableAppScreenViewTracking: true
  enableExposureTracking: true
  goalMapping: { Order Completed: purchase }
  unitMapping: { userId: user_id }
"""
ENV = {"KEY": "0123456789abcdef"}
EVENT: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "messageId": "m1",
    "originalTimestamp": "2026-01-01T00:00:00.000Z",
    "sentAt": "2026-01-01T00:00:01.000Z",
}


def config_with(**lines: str) -> str:
    """CONFIG with the value of some keys replaced."""
    text = CONFIG
    for key, value in lines.items():
        start = text.index(f"  {key}:")
        end = text.index("\n", start)
        text = text[:start] + (f"  {key}: {value}" if value else "") + text[end:]
    return text


def event(**fields: Any) -> str:
    """EVENT with fields added, replaced, or taken away (...), as JSON."""
    return json.dumps({key: value for key, value in (EVENT | fields).items() if value is not ...})


def outcome_schema() -> jsonschema_rs.Draft202012Validator:
    """The schema of one line of `abtui map`."""
    path = Path(__file__).parents[1] / "abtui/core/report/outcome.schema.json"
    return jsonschema_rs.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def read_segment(text: str) -> SegmentSettings:
    """The settings of the classic destination in the text of a file from Segment."""
    document = segment_document(text)
    return document if isinstance(document, SegmentSettings) else segment_settings(document.value)


def calls_of(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[Any]:
    """The first arguments with which a method is called from now on."""
    method, calls = getattr(owner, name), []

    def watched(self: Any, first: Any, *rest: Any, **options: Any) -> Any:
        calls.append(first)
        return method(self, first, *rest, **options)

    monkeypatch.setattr(owner, name, watched)
    return calls
