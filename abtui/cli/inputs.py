"""What commands read: a config and a corpus, told about on standard error where they have mistakes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self, TypeVar

import click
import msgspec

from abtui.cli.known_keys import known, remember
from abtui.cli.narrate import narrate, narrate_finding
from abtui.cli.output import on_terminal
from abtui.core.checks import not_event_finding
from abtui.core.config import Config, ConfigReading
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.fate import others
from abtui.core.segment import is_event
from abtui.core.text.javascript import parse_date
from abtui.core.text.plain import file_name
from abtui.services import clock
from abtui.services.configs import open_config
from abtui.services.errors import ServiceError
from abtui.services.files import NotAFileError, expand, read_pieces
from abtui.services.folders import OUTSIDE_FLAG
from abtui.services.spool import Spool

T = TypeVar("T")
_KEY_IN_FILE = "CONFIG-KEY-IN-FILE"
_LOOKED_AT = 1 << 16
_TOLD = 100
"""Pieces that cannot be read are told one by one up to so many; the summary counts all."""


def usage_error(error: ServiceError) -> click.UsageError:
    """A failure of a service as the end of the command, exit code 2."""
    return click.UsageError(f"{error.message} {error.hint}".rstrip())


def read_config_at(place: str, *, tell: bool = True, uses_key: bool = False) -> ConfigReading:
    """The config of a file, of standard input (`-`) or of a commit (`git:REV:PATH`). With `tell` its findings above info are told.

    That a key stands in it is told only where the key is used. Raises UsageError where there is no text to read, or events.
    """
    try:
        opened = open_config(place, os.environ, outside=files_outside())
    except ServiceError as error:
        raise usage_error(error) from error
    reading = opened.reading
    if reading.config is not None:
        remember(reading.config.secrets)
    if reading.config is None and _looks_like_events(opened.text):
        raise click.UsageError(
            f"{file_name(place)} cannot be used as a config: it looks like events. CONFIG comes first, EVENTS after it."
        )
    for finding in reading.findings if tell else ():
        if finding.severity != "info" and (uses_key or finding.code != _KEY_IN_FILE):
            narrate_finding(place, finding)
    return reading


def files_outside() -> bool:
    """Whether the command that runs was given --allow-files-outside."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().meta.get(OUTSIDE_FLAG))


def _allow(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.find_root().meta[OUTSIDE_FLAG] = value


OUTSIDE_OPTION = click.option(
    OUTSIDE_FLAG, is_flag=True, expose_value=False, callback=_allow,
    help="Also read files that a config, or a case file, names outside its own folder.",
)  # fmt: skip


def _looks_like_events(text: str) -> bool:
    """Whether a text that is no config begins with an event."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    first = next(iter(read_events([text[:_LOOKED_AT]], "", SdkDefaults())), None)
    return isinstance(first, Event) and is_event(first.value)


def load_config(place: str, *, uses_key: bool = False) -> Config:
    """As `read_config_at`, and raises UsageError for a config that cannot be used."""
    reading = read_config_at(place, uses_key=uses_key)
    if reading.config is None:
        raise click.UsageError(f"{file_name(place)} cannot be used as a config; its errors are above.")
    return reading.config


def sdk_defaults(now: str | None, *, always: bool = False) -> SdkDefaults:
    """What is filled into events made from lines of code. Raises UsageError for a time that is none.

    Without `now` the time is the present, or with `always` one that is the same on every day.
    """
    if now is not None and parse_date(now) is None:
        raise click.UsageError(f"--now {now!r} is no time; write it like 2026-01-31T09:15:00.000Z.")
    if now is None and always:
        return SdkDefaults()
    return SdkDefaults(now=now or clock.now())


NOW_OPTION = click.option(
    "--now", help="The time to fill into events made from lines of code, ISO 8601. Default: the present."
)


class CorpusInput:
    """The events of files, folders and standard input, in order, as a context manager: a progress bar stands while it is open.

    What cannot be read is told, counted in `problems` (files), `unreadable` (pieces) and `not_events` (objects that are none), and the rest goes on. With `beside_output` data is written meanwhile, so there is no bar where it goes to the same terminal.
    """

    def __init__(self, paths: Sequence[str], sdk: SdkDefaults, label: str, *, beside_output: bool = False) -> None:
        self.problems = 0
        self.unreadable = self.not_events = 0
        self.sdk = msgspec.structs.replace(sdk, secrets=known())
        self._expansion = expand(paths)
        for error in self._expansion.errors:
            if isinstance(error, NotAFileError):
                raise usage_error(error)
            self._problem(error)
        self._bar = _progress(None if beside_output and on_terminal(sys.stdout) else self._expansion.total, label)
        self._progress: Callable[[int], None] | None = None

    def __enter__(self) -> Self:
        self._progress = self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)
        left_out = self._expansion.left_out
        if kind is None and left_out.count:
            narrate(left_out.message, left_out.hint, severity="warning")

    @property
    def files(self) -> dict[str, str]:
        """The path of each source, as it is shown, by the name its events go by."""
        return {source.name: file_name(source.path) for source in self._expansion.sources}

    @property
    def ends(self) -> bool:
        """Whether all of it is there already: none of it is a pipe, which may go on for as long as it likes."""
        return self._expansion.total is not None

    @property
    def whole(self) -> bool:
        """Whether everything could be read so far."""
        return not (self.problems or self.unreadable or self.not_events)

    def texts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The name and the bytes in pieces of each source."""
        for source in self._expansion.sources:
            yield source.name, read_pieces(source, self._progress)

    def items(self) -> Iterator[Event | Unreadable]:
        """All events, and in its place each piece that is none; nothing is told of it."""
        return self.going_on(read_events(pieces, name, self.sdk) for name, pieces in self.texts())

    def events(self) -> Iterator[Event]:
        """All events; a piece that is none is told."""
        for item in self.items():
            if isinstance(item, Event):
                yield item
            else:
                self.tell_unreadable(item)

    def going_on(self, corpora: Iterable[Iterable[T]]) -> Iterator[T]:
        """All items; where one text cannot be read to its end, that is told and the next one follows."""
        for corpus in corpora:
            try:
                yield from corpus
            except NotAFileError as error:
                raise usage_error(error) from error
            except ServiceError as error:
                self._problem(error)

    def tell_unreadable(self, item: Unreadable) -> None:
        """Count a piece that is no event, and say why it is none, for the first hundred of them."""
        self.unreadable += 1
        if self.unreadable <= _TOLD:
            for finding in item.findings:
                narrate_finding(item.source.rpartition(":")[0], finding)

    def tell_not_event(self, item: Event) -> None:
        """Count an object that is no event, and say so, for the first hundred of them."""
        self.not_events += 1
        found = not_event_finding(item.value) if self.not_events <= _TOLD else None
        if found is not None:
            narrate_finding(item.source, found)

    def tell_not_events(self, part: FieldPart) -> None:
        """As `tell_not_event`, of a part of a text: what is only counted is not read again."""
        for index, value in enumerate(part.values):
            if is_event(value):
                continue
            if self.not_events < _TOLD:
                self.tell_not_event(part.event(index))
            else:
                self.not_events += 1

    @property
    def not_events_told(self) -> str:
        """How many objects are no events, as a sentence; empty where there are none."""
        return " ".join(others(0, self.not_events))

    def _problem(self, error: ServiceError) -> None:
        self.problems += 1
        narrate(error.message, error.hint, severity="error")


class TwiceInput(CorpusInput):
    """Events that are read a second time: first for a plan, then to be sent. What can be read only once is kept meanwhile."""

    def __init__(self, paths: Sequence[str], sdk: SdkDefaults, label: str) -> None:
        super().__init__(paths, sdk, label)
        self._kept: dict[int, tuple[Spool, list[int]]] = {}

    def texts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The name and the bytes in pieces of each source, the first time."""
        for at, source in enumerate(self._expansion.sources):
            pieces = read_pieces(source, self._progress)
            yield source.name, pieces if source.size is not None else self._keep(at, pieces)

    def _keep(self, at: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
        spool, sizes = self._kept[at] = Spool(), []
        for piece in pieces:
            spool.write(piece)
            sizes.append(len(piece))
            yield piece

    def again(self) -> Iterator[Event | Unreadable]:
        """All items once more; nothing is told of what cannot be read."""
        for at, source in enumerate(self._expansion.sources):
            pieces = self._kept_pieces(*self._kept[at]) if at in self._kept else read_pieces(source)
            # It was told the first time.
            with suppress(ServiceError):
                yield from read_events(pieces, source.name, self.sdk)

    @staticmethod
    def _kept_pieces(spool: Spool, sizes: list[int]) -> Iterator[bytes]:
        start = 0
        for size in sizes:
            yield spool.read(start, size)
            start += size


@contextmanager
def _progress(total: int | None, label: str) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, for long work on a terminal."""
    if not on_terminal(sys.stderr) or total is None:
        yield None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update
