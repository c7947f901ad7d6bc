"""The inputs of commands: a config and a corpus. Their mistakes are reported on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import click
import msgspec

from abtui.cli.narrate import known_keys, narrate, narrate_finding, remember_keys
from abtui.cli.output import on_terminal
from abtui.core.config import Config, ConfigReading
from abtui.core.corpus.fast_reader import FieldPart, FieldReader
from abtui.core.corpus.job import Job
from abtui.core.corpus.unread import Told, Unread
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.segment import is_event
from abtui.core.text.javascript import parse_date
from abtui.core.text.plain import file_name
from abtui.services import clock
from abtui.services.configs import OpenedConfig, open_config
from abtui.services.errors import ServiceError
from abtui.services.files import Expansion, NotAFileError, Source, expand, read_pieces
from abtui.services.folders import OUTSIDE_FLAG
from abtui.services.pieces import (
    Errand,
    PieceResult,
    Problem,
    begin,
    first_of,
    fold_piece,
    stretch_for,
    whole_pieces,
    workers_for,
)
from abtui.services.spool import Spool

if TYPE_CHECKING:
    from abtui.services.folding import Engine

T = TypeVar("T")
_KEY_IN_FILE: Final = "CONFIG-KEY-IN-FILE"
_LOOKED_AT: Final = 1 << 16
MOST_JOBS: Final = 256
_ENGINE: Final = "abtui.engine"


def _allow_outside(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[OUTSIDE_FLAG] = value


OUTSIDE_OPTION = click.option(
    OUTSIDE_FLAG, is_flag=True, expose_value=False, callback=_allow_outside,
    help="Also read files that a config or a case file names outside its own folder.",
)  # fmt: skip
NOW_OPTION = click.option(
    "--now",
    help="The time, in ISO 8601, at which posted events arrived, and of events made from lines of code. Default: the current time.",
)
JOBS_OPTION = click.option(
    "--jobs", type=click.IntRange(1, MOST_JOBS), metavar="N",
    help="The number of processes that read events. Default: the number of processors, and 1 for a small input. The result is the same.",
)  # fmt: skip


def _engine(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    """Take note of the scheduler's address, "" for a local cluster. Raises BadParameter for another engine."""
    if value is None:
        return
    name, is_given, address = value.partition("=")
    if name != "dask" or (is_given and not address.strip()):
        raise click.BadParameter(f"{value!r} is no engine; write dask, or dask=ADDRESS with that of a scheduler.")
    ctx.meta[_ENGINE] = address.strip()


ENGINE_OPTION = click.option(
    "--engine", metavar="dask[=ADDRESS]", expose_value=False, callback=_engine,
    help="Have a Dask cluster read the events: that of the scheduler at ADDRESS, or a local one. The result is the same.",
)  # fmt: skip


def on_cluster() -> bool:
    """Whether the running command was given --engine."""
    return click.get_current_context().meta.get(_ENGINE) is not None


def files_outside() -> bool:
    """Whether the running command was given --allow-files-outside."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(OUTSIDE_FLAG))


def sdk_defaults(now: str | None, *, always: bool = False) -> SdkDefaults:
    """The values to fill into events made from lines of code. Raises UsageError if `now` is not a time.

    Without `now` the time is the current one, or, with `always`, one that is the same every day.
    """
    if now is not None and parse_date(now) is None:
        raise click.UsageError(f"--now {now!r} is not a time; write it like 2026-01-31T09:15:00.000Z.")
    if now is None and always:
        return SdkDefaults()
    return SdkDefaults(now=now or clock.now())


def read_config_at(place: str, *, tell: bool = True, uses_key: bool = False) -> ConfigReading:
    """The config in a file, on standard input (`-`) or in a commit (`git:REV:PATH`). With `tell`, warnings and errors are reported.

    A key in the config is reported only if the command uses the key. Raises ServiceError if the text cannot be read, and
    UsageError if it is events.
    """
    return opened_config(place, tell=tell, uses_key=uses_key).reading


def opened_config(place: str, *, tell: bool = True, uses_key: bool = False) -> OpenedConfig:
    """The same with the text."""
    opened = open_config(place, os.environ, outside=files_outside())
    if opened.reading.config is None and _looks_like_events(opened.text):
        raise click.UsageError(
            f"{file_name(place)} cannot be used as a config: it looks like events. CONFIG comes first, then EVENTS."
        )
    narrate_reading(opened, tell=tell, uses_key=uses_key)
    return opened


def narrate_reading(opened: OpenedConfig, *, tell: bool = True, uses_key: bool = False) -> None:
    """Report what was read. Its keys are known from here on; for the rest see `read_config_at`."""
    reading = opened.reading
    if reading.config is not None:
        remember_keys(reading.config.secrets)
    for finding in reading.findings if tell else ():
        if finding.severity != "info" and (uses_key or finding.code != _KEY_IN_FILE):
            narrate_finding(opened.place, finding)


def load_config(place: str, *, uses_key: bool = False) -> Config:
    """The config of `read_config_at`. Raises UsageError if it cannot be used."""
    return usable(opened_config(place, uses_key=uses_key))


def usable(opened: OpenedConfig) -> Config:
    """The config that was read. Raises UsageError if it cannot be used."""
    if opened.reading.config is None:
        raise click.UsageError(f"{file_name(opened.place)} cannot be used as a config; see the errors above.")
    return opened.reading.config


def _looks_like_events(text: str) -> bool:
    """Whether a text that is not a config begins with an event."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    first = next(iter(read_events([text[:_LOOKED_AT]], "", SdkDefaults())), None)
    return isinstance(first, Event) and is_event(first.value)


def _nowhere(_line: bytes) -> None:
    """Where a job writes that has no output."""


class CorpusInput:
    """The events of files, folders and standard input, in order. As a context manager it shows a progress bar while it is open.

    Problems are reported and counted, in `problems` (files) and `unread` (pieces, and other objects), and the rest is read.
    `beside_output` says that data is written meanwhile, so no bar is shown if that goes to the same terminal.
    """

    def __init__(
        self, paths: Sequence[str] | Expansion, sdk: SdkDefaults, label: str, *, beside_output: bool = False
    ) -> None:
        self.problems = 0
        self.broken: list[tuple[int, int]] = []
        """The places of the pieces that were not read to their ends."""
        self.unread: Unread = _ToldUnread()
        self.sdk = msgspec.structs.replace(sdk, secrets=tuple(known_keys()))
        self._expansion = paths if isinstance(paths, Expansion) else expand(paths)
        for error in self._expansion.errors:
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
        """The path of each source, as shown to the user, by the name of the source. An object's name is its address, and not here."""
        return {source.name: file_name(source.path) for source in self._expansion.sources}

    @property
    def ends(self) -> bool:
        """Whether all of it exists already. A pipe may go on forever."""
        return self._expansion.ends

    def only(self, source: Source) -> None:
        """Read the events of this one source from here on."""
        self._expansion = self._expansion._replace(sources=(source,))

    @property
    def whole(self) -> bool:
        """Whether everything could be read so far."""
        return not (self.problems or self.unread.unreadable or self.unread.not_events)

    @property
    def not_events_sentence(self) -> str:
        """A sentence on the number of objects that are no events; "" for none."""
        return self.unread.sentence

    def fold(
        self,
        job: Job,
        configs: Sequence[Config],
        fold: Any,
        *,
        jobs: int | None = None,
        write: Callable[..., None] = _nowhere,
        whole: bool = False,
    ) -> None:
        """Do a job with all events: count them in `fold`, and give the output to `write`, in order. Raises NotAFileError.

        With `jobs`, or for a large input, several processes do it, and with --engine a cluster. `write` gets lines, and of how
        many outcomes they are if that is not one. With `whole` no source is cut.
        """
        scheduler = click.get_current_context().meta.get(_ENGINE)
        if scheduler is not None and jobs is not None:
            raise click.UsageError("--jobs is for processes of this machine; --engine has the workers of its cluster.")
        rest = self._expansion.each(self._problem)
        first = first_of(rest, jobs) if self.ends else []
        count, sources = workers_for(first, jobs) if scheduler is None else 0, chain(first, rest)
        if count == 1:
            work = begin(job, configs, self.sdk)
            for piece in whole_pieces(sources):
                result = fold_piece(work, piece, write, self._progress, fold, self.unread)
                self._tell_problems(result.problems)
            return
        # Imported here: few commands need several processes.
        from abtui.services.folding import Folding

        errand, problems = Errand(job, tuple(configs), msgspec.structs.replace(self.sdk, secrets=())), list[Problem]()
        with _engine_for(errand, count, scheduler) as engine:
            stretch = sys.maxsize if whole else stretch_for(first, engine.count)
            for given in Folding(sources, engine, _warn, self._progress, stretch):
                if not isinstance(given, PieceResult):
                    write(given.data, given.times)
                    continue
                if given.fold is not None:
                    engine.merge(fold, given.fold)
                self.unread.merge(given.unread)
                problems += given.problems
            engine.finish(fold)
        for told in self.unread.told():
            _tell_unread(told)
        self._tell_problems(problems)

    def items(self) -> Iterator[Event | Unreadable]:
        """All events and unreadable pieces, in order. The latter are not reported."""
        return self.read(lambda pieces, name: read_events(pieces, name, self.sdk))

    def read(self, read_source: Callable[[Iterator[bytes], str], Iterable[T]]) -> Iterator[T]:
        """The items that `read_source` makes of the bytes and the name of each source.

        If a source cannot be read to its end, that is reported and the next one follows. Raises NotAFileError.
        """
        for index, (name, pieces) in enumerate(self._sources()):
            self.unread.begin((index, 0))
            try:
                yield from read_source(pieces, name)
            except ServiceError as error:
                self._problem(error)

    def _sources(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The name of each source, and its bytes in pieces."""
        for source in self._expansion.each(self._problem):
            yield source.name, read_pieces(source, self._progress)

    def _tell_problems(self, problems: Iterable[Problem]) -> None:
        for place, message, hint in problems:
            self.problems += 1
            self.broken.append(place)
            narrate(message, hint, severity="error")

    def _problem(self, error: ServiceError) -> None:
        if isinstance(error, NotAFileError):
            raise error
        self.problems += 1
        narrate(error.message, error.hint, severity="error")


class _ToldUnread(Unread):
    """What could not be read, each of which is told as soon as it is found."""

    def tell(self, told: list[Told], item: Told) -> None:
        if item.kind not in {other.kind for other in told} - {None}:
            _tell_unread(item)
        super().tell(told, item)


def _tell_unread(told: Told) -> None:
    for finding in told.findings:
        narrate_finding(told.place, finding)


def _engine_for(errand: Errand, count: int, scheduler: str | None) -> AbstractContextManager[Engine]:
    """What does an errand: so many processes, or the cluster of a scheduler."""
    if scheduler is None:
        from abtui.services.folding import started

        return started(errand, count)
    from abtui.services.cluster import Cluster
    from abtui.services.errands import without_keys

    return Cluster(without_keys(errand), scheduler or None, _warn)


def _warn(message: str, hint: str) -> None:
    narrate(message, hint, severity="warning")


class TwiceInput(CorpusInput):
    """Events that are read twice: for a plan, and to be sent. A source that can be read only once is spooled meanwhile."""

    def __init__(self, paths: Sequence[str], sdk: SdkDefaults, label: str, reader: FieldReader) -> None:
        super().__init__(paths, sdk, label)
        self._reader = reader
        self._read: list[Source] = []
        """The sources of the first reading: a second listing of objects might give others."""
        self._spooled: dict[int, tuple[Spool, list[int]]] = {}

    def _sources(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        for at, source in enumerate(self._expansion.each(self._problem)):
            self._read.append(source)
            pieces = read_pieces(source, self._progress)
            yield source.name, pieces if source.size is not None else self._spool(at, pieces)

    def _spool(self, at: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
        spool, sizes = self._spooled[at] = Spool(), []
        for piece in pieces:
            spool.write(piece)
            sizes.append(len(piece))
            yield piece

    def items(self) -> Iterator[Event | Unreadable]:
        """All events and unreadable pieces, in order. Of most events only the fields are read that the reader reads."""
        return self.read(lambda pieces, name: self._reader.events(pieces, name, self.sdk))

    def parts(self, reader: FieldReader) -> Iterator[FieldPart | Unreadable]:
        """All events in parts of the input, and unreadable pieces, in order, as another reader reads them."""
        return self.read(lambda pieces, name: reader.parts(pieces, name, self.sdk))

    def again(self) -> Iterator[Event | Unreadable]:
        """All items once more. Problems are not reported again."""
        for at, source in enumerate(self._read):
            pieces = _spooled_pieces(*self._spooled[at]) if at in self._spooled else read_pieces(source)
            with suppress(ServiceError):
                yield from self._reader.events(pieces, source.name, self.sdk)


def _spooled_pieces(spool: Spool, sizes: list[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield spool.read(start, size)
        start += size


@contextmanager
def _progress(total: int | None, label: str) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, if that is a terminal and the total is known."""
    if not on_terminal(sys.stderr) or total is None:
        yield None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update
